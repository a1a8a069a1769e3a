import { TextInput } from '@mantine/core'
import { Note } from '../../components/note.tsx'
import { formatDate } from '../../format.ts'
import { ChoiceField, SwitchField } from '../../forms/fields.tsx'
import { opcuaText } from '../../i18n/en-opcua.ts'
import { sourcesText } from '../../i18n/en-sources.ts'
import type { OpcuaDraft } from '../../stores/source-drafts.ts'
import { useNow } from '../../stores/use-now.ts'
import type { PartProps } from './opcua-part.ts'
import { deprecatedPolicies, isDeprecated, mayUseDeprecated, securityPolicies } from './opcua-policies.ts'

const text = sourcesText.opcua
const words = opcuaText.security
const dayMs = 86_400_000
/** A fresh permission: long enough to get a better server, short enough to be remembered. */
const permissionDays = 30
/** No permission for longer: it would be forgotten. */
const longestDays = 365

export function SecurityFields({ draft, problems, set }: PartProps) {
  const now = useNow()
  const policy = draft.securityPolicy ?? 'auto'
  const allowed = mayUseDeprecated(draft, now)
  const shown = [...securityPolicies, ...(allowed || isDeprecated(policy) ? deprecatedPolicies : [])]
  return (
    <>
      <div className="w-6">
        <ChoiceField
          label={text.mode}
          value={draft.securityMode ?? 'auto'}
          choices={[
            ['auto', text.modes.auto],
            ['SignAndEncrypt', text.modes.SignAndEncrypt],
            ['Sign', text.modes.Sign],
            ['None', text.modes.None],
          ]}
          error={problems.get('securityMode')}
          onChange={(securityMode) =>
            set(
              securityMode === 'None'
                ? { securityMode, securityPolicy: 'None' }
                : { securityMode, ...policyFor(draft) },
            )
          }
        />
      </div>
      <div className="w-6">
        <ChoiceField
          label={text.policy}
          value={policy}
          choices={[
            ['auto', text.autoPolicy],
            ...shown.map((name) => [name, isDeprecated(name) ? words.deprecatedChoice(name) : name] as const),
          ]}
          error={problems.get('securityPolicy') ?? (isDeprecated(policy) && !allowed ? words.notAllowed : undefined)}
          onChange={(securityPolicy) => set({ securityPolicy })}
        />
      </div>
      <DeprecatedFields draft={draft} problems={problems} set={set} now={now} />
    </>
  )
}

/** Visible and expiring: the operator sees until when, in red. */
function DeprecatedFields({ draft, problems, set, now }: PartProps & { readonly now: number }) {
  const until = draft.allowDeprecatedUntil
  const used = isDeprecated(draft.securityPolicy ?? 'auto')
  return (
    <>
      <SwitchField
        label={words.deprecated}
        description={words.deprecatedHint}
        value={until !== undefined}
        onChange={(on) =>
          set({
            allowDeprecatedUntil: on ? isoDay(now + permissionDays * dayMs) : undefined,
            ...(on || !used ? {} : { securityPolicy: 'auto' }),
          })
        }
      />
      {until === undefined ? null : (
        <>
          <div className="w-4">
            <TextInput
              type="date"
              label={words.until}
              min={isoDay(now)}
              max={isoDay(now + longestDays * dayMs)}
              value={until}
              error={problems.get('allowDeprecatedUntil')}
              onChange={(event) => set({ allowDeprecatedUntil: event.currentTarget.value })}
            />
          </div>
          <div className="w-8">
            <Note tone="bad">
              {mayUseDeprecated(draft, now) ? words.warning(dayWords(until)) : words.expired(dayWords(until))}
            </Note>
          </div>
        </>
      )}
    </>
  )
}

/** Policy None makes no sense with a mode that signs: leaving mode None leaves policy None too. */
function policyFor(draft: OpcuaDraft): Partial<OpcuaDraft> {
  return draft.securityPolicy === 'None' ? { securityPolicy: 'auto' } : {}
}

function isoDay(at: number): string {
  return new Date(at).toISOString().slice(0, 10)
}

function dayWords(day: string): string {
  const at = Date.parse(`${day}T12:00:00`)
  return Number.isNaN(at) ? day : formatDate(at)
}
