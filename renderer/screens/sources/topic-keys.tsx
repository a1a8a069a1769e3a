import { ActionIcon, Button, NumberInput, Select, TextInput } from '@mantine/core'
import { IconPlus, IconTrash } from '@tabler/icons-react'
import type { Problems } from '../../forms/problems.ts'
import { sourcesText } from '../../i18n/en-sources.ts'
import type { TopicDraft } from './topic-editor.tsx'

const text = sourcesText.topics
const target = sourcesText.target

type KeyDraft = TopicDraft['keys'][number]

function retentionOf(name: string | null): KeyDraft['retention'] {
  return name === 'guaranteed' || name === 'recent' || name === 'latest' ? name : undefined
}

/** Keys of one rule as a table that is edited in place; the column head labels each field. */
export function TopicKeys(props: {
  readonly keys: readonly KeyDraft[]
  readonly json: boolean
  readonly problems: Problems
  readonly change: (keys: KeyDraft[]) => void
}) {
  const { keys, problems } = props
  const set = (at: number, patch: Partial<KeyDraft>): void =>
    props.change(keys.map((key, index) => (index === at ? { ...key, ...patch } : key)))
  return (
    <div>
      <div className="section-head">
        <h3>{text.keys}</h3>
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<IconPlus size={14} />}
          onClick={() => props.change([...keys, { key: '', value: '$' }])}
        >
          {text.addKey}
        </Button>
      </div>
      <table className="plain-table edit-table">
        <thead>
          <tr>
            <th>{sourcesText.keys.key}</th>
            <th title={text.valueHint}>{text.value}</th>
            <th>{target.kind}</th>
            <th>{target.type}</th>
            <th>{target.scale}</th>
            <th>{target.offset}</th>
            <th>{target.unit}</th>
            <th title={target.retention}>{target.retentionColumn}</th>
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
              json={props.json}
              problem={(field) => problems.get(`keys[${index}].${field}`)}
              set={(patch) => set(index, patch)}
              onRemove={keys.length > 1 ? () => props.change(keys.filter((_key, at) => at !== index)) : undefined}
            />
          ))}
        </tbody>
      </table>
    </div>
  )
}

function KeyLine(props: {
  readonly draft: KeyDraft
  readonly row: number
  readonly json: boolean
  readonly problem: (field: string) => string | undefined
  readonly set: (patch: Partial<KeyDraft>) => void
  readonly onRemove: (() => void) | undefined
}) {
  const { draft, row, problem, set } = props
  const named = (column: string): string => `${column}, ${row}`
  const number = (value: string | number): number | undefined => (typeof value === 'number' ? value : undefined)
  return (
    <tr>
      <td>
        <TextInput
          aria-label={named(target.key)}
          classNames={{ input: 'mono' }}
          value={draft.key}
          error={problem('key')}
          onChange={(e) => set({ key: e.currentTarget.value })}
        />
      </td>
      <td>
        <TextInput
          aria-label={named(text.value)}
          classNames={{ input: 'mono' }}
          placeholder="$"
          disabled={!props.json}
          value={props.json ? (draft.value ?? '') : '$'}
          error={problem('value')}
          onChange={(e) => set({ value: e.currentTarget.value === '' ? undefined : e.currentTarget.value })}
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
          onChange={(type) => set({ type: type as NonNullable<KeyDraft['type']> })}
        />
      </td>
      <td className="narrow">
        <NumberInput
          aria-label={named(target.scale)}
          placeholder="1"
          value={draft.scale ?? ''}
          error={problem('scale')}
          onChange={(value) => set({ scale: number(value) })}
        />
      </td>
      <td className="narrow">
        <NumberInput
          aria-label={named(target.offset)}
          placeholder="0"
          value={draft.offset ?? ''}
          error={problem('offset')}
          onChange={(value) => set({ offset: number(value) })}
        />
      </td>
      <td className="narrow">
        <TextInput
          aria-label={named(target.unit)}
          value={draft.unit ?? ''}
          error={problem('unit')}
          onChange={(e) => set({ unit: e.currentTarget.value === '' ? undefined : e.currentTarget.value })}
        />
      </td>
      <td className="choice">
        <Select
          aria-label={named(target.retention)}
          // Of an attribute always the newest value is kept.
          disabled={draft.kind === 'attribute'}
          value={draft.kind === 'attribute' ? 'default' : (draft.retention ?? 'default')}
          data={Object.entries(target.retentionShort).map(([value, label]) => ({ value, label }))}
          onChange={(value) => set({ retention: retentionOf(value) })}
        />
      </td>
      <td>
        <ActionIcon
          variant="subtle"
          color="gray"
          size={26}
          disabled={!props.onRemove}
          aria-label={text.removeKey(draft.key || String(row))}
          onClick={props.onRemove}
        >
          <IconTrash size={15} />
        </ActionIcon>
      </td>
    </tr>
  )
}
