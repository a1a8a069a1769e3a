import { formatDuration, unitName } from '../../format.ts'
import { ChoiceField, NumberField, SwitchField } from '../../forms/fields.tsx'
import type { Problems } from '../../forms/problems.ts'
import { formText } from '../../i18n/en-forms.ts'
import { storageText as text } from '../../i18n/en-storage.ts'
import { type StorageDraft, editStorage as set } from '../../stores/storage-draft.ts'

const bytesPerMegabyte = 1_000_000
const defaults = { maxMegabytes: 2147, maxAgeHours: 168, commitIntervalMs: 40 } as const

export function StorageForm({ draft, problems }: { readonly draft: StorageDraft; readonly problems: Problems }) {
  const { maxBytes } = draft
  const hours = draft.maxAgeHours ?? defaults.maxAgeHours
  return (
    <section className="form" aria-label={text.form}>
      <div className="w-6">
        <NumberField
          label={text.maxBytes}
          unit="MB"
          description={text.maxBytesHint}
          fallback={defaults.maxMegabytes}
          value={maxBytes === undefined ? undefined : Math.round(maxBytes / bytesPerMegabyte)}
          error={problems.get('maxBytes')}
          onChange={(megabytes) =>
            set({ maxBytes: megabytes === undefined ? undefined : Math.round(megabytes * bytesPerMegabyte) })
          }
        />
      </div>
      <div className="w-6">
        <NumberField
          label={text.maxAge}
          unit={unitName('hour')}
          decimals
          description={text.maxAgeHint(formatDuration(hours * 3600))}
          fallback={defaults.maxAgeHours}
          value={draft.maxAgeHours}
          error={problems.get('maxAgeHours')}
          onChange={(maxAgeHours) => set({ maxAgeHours })}
        />
      </div>
      <ChoiceField
        label={text.whenFull}
        value={draft.whenFull ?? 'drop-oldest'}
        choices={[
          ['drop-oldest', text.choices['drop-oldest']],
          ['drop-newest', text.choices['drop-newest']],
          ['block', text.choices.block],
        ]}
        onChange={(whenFull) => set({ whenFull })}
      />
      <SwitchField
        label={text.preallocate}
        description={text.preallocateHint}
        value={draft.preallocate ?? true}
        onChange={(preallocate) => set({ preallocate })}
      />
      <details className="more">
        <summary>{formText.advanced}</summary>
        <div className="form">
          <div className="w-6">
            <NumberField
              label={text.commit}
              unit="ms"
              description={text.commitHint}
              fallback={defaults.commitIntervalMs}
              value={draft.commitIntervalMs}
              error={problems.get('commitIntervalMs')}
              onChange={(commitIntervalMs) => set({ commitIntervalMs })}
            />
          </div>
        </div>
      </details>
    </section>
  )
}
