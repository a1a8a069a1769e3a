import { Button } from '@mantine/core'
import { ChoiceField, TextField } from '../../forms/fields.tsx'
import type { Problems } from '../../forms/problems.ts'
import { rulesText as text } from '../../i18n/en-rules.ts'
import type { OpcuaDraft } from '../../stores/source-drafts.ts'
import { DeviceFields } from './device-fields.tsx'
import { RuleKeys } from './rule-keys.tsx'

export type RuleDraft = NonNullable<OpcuaDraft['rules']>[number]

type Select = RuleDraft['select']
type SelectKind = 'path' | 'regex' | 'type'

interface Props {
  readonly rule: RuleDraft
  /** Relative to the rule. */
  readonly problems: Problems
  readonly change: (rule: RuleDraft) => void
  readonly onRemove: () => void
}

export function RuleEditor({ rule, problems, change, onRemove }: Props) {
  const set = (patch: Partial<RuleDraft>): void => change({ ...rule, ...patch })
  return (
    <section className="form" aria-label={text.rule}>
      <div className="w-5">
        <TextField
          label={text.name}
          required
          value={rule.name}
          error={problems.get('name')}
          onChange={(name) => set({ name })}
        />
      </div>
      <div className="w-4">
        <ChoiceField
          label={text.select}
          value={kindOf(rule.select)}
          choices={[
            ['path', text.selects.path],
            ['regex', text.selects.regex],
            ['type', text.selects.type],
          ]}
          onChange={(kind) => set({ select: blankSelect(kind) })}
        />
      </div>
      <div className="w-3 rule-remove">
        <Button variant="subtle" color="red" onClick={onRemove}>
          {text.remove}
        </Button>
      </div>
      <SelectFields select={rule.select} problems={problems} onChange={(select) => set({ select })} />
      <DeviceFields words={text} placeholder="${browseName}" draft={rule} problems={problems} set={set} />
      <RuleKeys keys={rule.keys ?? [{}]} problems={problems} change={(keys) => set({ keys })} />
    </section>
  )
}

function SelectFields(props: {
  readonly select: Select
  readonly problems: Problems
  readonly onChange: (select: Select) => void
}) {
  const { select, problems, onChange } = props
  // A union of forms complains as a whole.
  const error = (field: string): string | undefined => problems.get(`select.${field}`) ?? problems.get('select')
  if ('path' in select) {
    return (
      <TextField
        label={text.path}
        description={text.pathHint}
        required
        mono
        value={select.path}
        error={error('path')}
        onChange={(path) => onChange({ path })}
      />
    )
  }
  if ('regex' in select) {
    return (
      <TextField
        label={text.regex}
        description={text.regexHint}
        required
        mono
        placeholder="/Objects/Line[0-9]+/M.*"
        value={select.regex}
        error={error('regex')}
        onChange={(regex) => onChange({ regex })}
      />
    )
  }
  return (
    <>
      <div className="w-6">
        <TextField
          label={text.type}
          description={text.typeHint}
          required
          mono
          placeholder="MotorType"
          value={select.type}
          error={error('type')}
          onChange={(type) => onChange({ ...select, type })}
        />
      </div>
      <div className="w-6 bottom">
        <TextField
          label={text.below}
          mono
          placeholder="/Objects"
          value={select.below}
          error={error('below')}
          onChange={(place) => onChange({ ...select, below: place === '' ? undefined : place })}
        />
      </div>
    </>
  )
}

function kindOf(select: Select): SelectKind {
  if ('path' in select) return 'path'
  return 'regex' in select ? 'regex' : 'type'
}

function blankSelect(kind: SelectKind): Select {
  if (kind === 'path') return { path: 'Objects/*' }
  return kind === 'regex' ? { regex: '' } : { type: '' }
}
