import { Select } from '@mantine/core'
import type { Problems } from '../../forms/problems.ts'
import { sourcesText } from '../../i18n/en-sources.ts'
import { kindColumn, NumberCell, TextCell, typeColumn, unitColumn } from './key-cells.tsx'
import { type KeyColumn, KeyTable } from './key-table.tsx'
import type { TopicDraft } from './topic-editor.tsx'

const text = sourcesText.topics
const target = sourcesText.target

type KeyDraft = TopicDraft['keys'][number]

/** What of a payload, or of an event, becomes keys. */
export function TopicKeys({
  json,
  ...props
}: {
  readonly keys: readonly KeyDraft[]
  /** False: the payload is one value. */
  readonly json: boolean
  readonly problems: Problems
  readonly change: (keys: KeyDraft[]) => void
}) {
  return (
    <KeyTable
      words={text}
      columns={json ? jsonColumns : textColumns}
      fresh={fresh}
      removeWords={({ key }, row) => text.removeKey(key || String(row))}
      {...props}
    />
  )
}

const fresh: KeyDraft = { key: '', value: '$' }

const columnsFor = (json: boolean): readonly KeyColumn<KeyDraft>[] => [
  {
    id: 'key',
    title: sourcesText.keys.key,
    cell: ({ draft, named, problem, set }) => (
      <TextCell
        label={named(target.key)}
        mono
        value={draft.key}
        error={problem('key')}
        onChange={(key) => set({ key: key ?? '' })}
      />
    ),
  },
  {
    id: 'value',
    title: text.value,
    hint: text.valueHint,
    cell: ({ draft, named, problem, set }) => (
      <TextCell
        label={named(text.value)}
        mono
        placeholder="$"
        disabled={!json}
        value={json ? draft.value : '$'}
        error={problem('value')}
        onChange={(value) => set({ value })}
      />
    ),
  },
  kindColumn(),
  typeColumn(),
  ...(['scale', 'offset'] as const).map(
    (name): KeyColumn<KeyDraft> => ({
      id: name,
      title: target[name],
      width: 'narrow',
      cell: ({ draft, named, problem, set }) => (
        <NumberCell
          label={named(target[name])}
          placeholder={name === 'scale' ? '1' : '0'}
          value={draft[name]}
          error={problem(name)}
          onChange={(value) => set({ [name]: value })}
        />
      ),
    }),
  ),
  unitColumn(),
  {
    id: 'retention',
    title: target.retentionColumn,
    hint: target.retention,
    width: 'choice',
    cell: ({ draft, named, set }) => (
      <Select
        aria-label={named(target.retention)}
        // Of an attribute always the newest value is kept.
        disabled={draft.kind === 'attribute'}
        value={draft.kind === 'attribute' ? 'default' : (draft.retention ?? 'default')}
        data={Object.entries(target.retentionShort).map(([value, label]) => ({ value, label }))}
        onChange={(value) => set({ retention: retentionOf(value) })}
      />
    ),
  },
]

const jsonColumns = columnsFor(true)
const textColumns = columnsFor(false)

function retentionOf(name: string | null): KeyDraft['retention'] {
  return name === 'guaranteed' || name === 'recent' || name === 'latest' ? name : undefined
}
