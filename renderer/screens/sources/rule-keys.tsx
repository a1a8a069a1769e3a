import { ActionIcon, Button, NumberInput, Select, TextInput } from '@mantine/core'
import { IconPlus, IconTrash } from '@tabler/icons-react'
import type { Problems } from '../../forms/problems.ts'
import { rulesText as text } from '../../i18n/en-rules.ts'
import { sourcesText } from '../../i18n/en-sources.ts'
import type { RuleDraft } from './rule-editor.tsx'

const target = sourcesText.target

type RuleKeyDraft = NonNullable<RuleDraft['keys']>[number]

/** Which variables become keys, and how; edited in place. What has no column here is kept as it is in the configuration. */
export function RuleKeys(props: {
  readonly keys: readonly RuleKeyDraft[]
  readonly problems: Problems
  readonly change: (keys: RuleKeyDraft[]) => void
}) {
  const { keys, problems } = props
  return (
    <div>
      <div className="section-head">
        <h3>{text.keys}</h3>
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<IconPlus size={14} />}
          onClick={() => props.change([...keys, {}])}
        >
          {text.addKey}
        </Button>
      </div>
      <p className="muted rule-hint">{`${text.keysHint} ${text.keyPathHint}`}</p>
      <table className="plain-table edit-table">
        <thead>
          <tr>
            <th>{text.keyPath}</th>
            <th>{text.key}</th>
            <th>{target.kind}</th>
            <th>{target.type}</th>
            <th>{target.unit}</th>
            <th>{`${text.sampling}, ms`}</th>
            <th>
              <span className="visually-hidden">{text.removeColumn}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {keys.map((key, index) => (
            <KeyLine
              // biome-ignore lint/suspicious/noArrayIndexKey: keys have no identity but their place in the rule.
              key={index}
              draft={key}
              row={index + 1}
              problem={(field) => problems.get(`keys[${index}].${field}`)}
              set={(patch) => props.change(keys.map((old, at) => (at === index ? { ...old, ...patch } : old)))}
              onRemove={keys.length > 1 ? () => props.change(keys.filter((_key, at) => at !== index)) : undefined}
            />
          ))}
        </tbody>
      </table>
    </div>
  )
}

function KeyLine(props: {
  readonly draft: RuleKeyDraft
  readonly row: number
  readonly problem: (field: string) => string | undefined
  readonly set: (patch: Partial<RuleKeyDraft>) => void
  readonly onRemove: (() => void) | undefined
}) {
  const { draft, row, problem, set } = props
  const named = (column: string): string => `${column}, ${row}`
  const words = (value: string): string | undefined => (value === '' ? undefined : value)
  return (
    <tr>
      <td>
        <TextInput
          aria-label={named(text.keyPath)}
          classNames={{ input: 'mono' }}
          placeholder="**"
          value={draft.path ?? ''}
          error={problem('path')}
          onChange={(e) => set({ path: words(e.currentTarget.value) })}
        />
      </td>
      <td>
        <TextInput
          aria-label={named(text.key)}
          classNames={{ input: 'mono' }}
          placeholder="${browseName}"
          value={draft.key ?? ''}
          error={problem('key')}
          onChange={(e) => set({ key: words(e.currentTarget.value) })}
        />
      </td>
      <td className="choice">
        <Select
          aria-label={named(target.kind)}
          value={draft.kind ?? 'telemetry'}
          data={Object.entries(target.kinds).map(([value, label]) => ({ value, label }))}
          onChange={(kind) => set({ kind: kind === 'attribute' ? 'attribute' : 'telemetry' })}
        />
      </td>
      <td className="choice">
        <Select
          aria-label={named(target.type)}
          value={draft.type ?? 'auto'}
          data={Object.entries(target.types).map(([value, label]) => ({ value, label }))}
          onChange={(type) => set({ type: type as NonNullable<RuleKeyDraft['type']> })}
        />
      </td>
      <td className="narrow">
        <TextInput
          aria-label={named(target.unit)}
          value={draft.unit ?? ''}
          error={problem('unit')}
          onChange={(e) => set({ unit: words(e.currentTarget.value) })}
        />
      </td>
      <td className="narrow">
        <NumberInput
          aria-label={named(text.sampling)}
          placeholder={sourcesText.keys.inherited}
          value={draft.samplingIntervalMs ?? ''}
          error={problem('samplingIntervalMs')}
          onChange={(value) => set({ samplingIntervalMs: typeof value === 'number' ? value : undefined })}
        />
      </td>
      <td>
        <ActionIcon
          variant="subtle"
          color="gray"
          size={26}
          disabled={!props.onRemove}
          aria-label={text.removeKey(row)}
          onClick={props.onRemove}
        >
          <IconTrash size={15} />
        </ActionIcon>
      </td>
    </tr>
  )
}
