import { ChoiceField, SwitchField } from '../../forms/fields.tsx'
import { NumberFields } from '../../forms/number-fields.tsx'
import { formText } from '../../i18n/en-forms.ts'
import { opcuaText } from '../../i18n/en-opcua.ts'
import { sourcesText } from '../../i18n/en-sources.ts'
import type { PartProps } from './opcua-part.ts'

const text = sourcesText.opcua
const words = opcuaText.collection

const intervals = [
  ['publishingIntervalMs', text.publishing, 'ms', 500],
  ['samplingIntervalMs', text.sampling, 'ms', 250],
  ['queueSize', text.queue, '', 10],
] as const

const times = [
  ['sessionTimeoutMs', text.sessionTimeout, 'ms', 120_000, text.sessionHint],
  ['requestTimeoutMs', text.requestTimeout, 'ms', 15_000, ''],
  ['keepAliveMs', words.keepAlive, 'ms', 5000, words.keepAliveHint],
  ['lifetimeMs', words.lifetime, 'ms', 600_000, words.lifetimeHint],
] as const

export function CollectionFields({ draft, problems, set }: PartProps) {
  const mode = draft.mode ?? 'auto'
  return (
    <>
      <h3>{text.collection}</h3>
      <ChoiceField
        label={words.mode}
        description={words.modeHints[mode]}
        value={mode}
        choices={[
          ['auto', words.modes.auto],
          ['subscribe', words.modes.subscribe],
          ['poll', words.modes.poll],
        ]}
        onChange={(next) => set({ mode: next })}
      />
      <NumberFields specs={intervals} width={4} values={draft} problems={problems} set={set} />
      {mode === 'poll' ? null : (
        <SwitchField
          label={words.resume}
          description={words.resumeHint}
          value={draft.resume ?? true}
          onChange={(resume) => set({ resume })}
        />
      )}
      <SwitchField
        label={words.backfill}
        description={words.backfillHint}
        value={draft.backfill ?? true}
        onChange={(backfill) => set({ backfill })}
      />
      <details className="more">
        <summary>{formText.advanced}</summary>
        <div className="form">
          <NumberFields specs={times} width={6} values={draft} problems={problems} set={set} />
        </div>
      </details>
    </>
  )
}
