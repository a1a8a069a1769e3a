import type { Problems } from '../../forms/problems.ts'
import { rulesText as text } from '../../i18n/en-rules.ts'
import { sourcesText } from '../../i18n/en-sources.ts'
import { kindColumn, NumberCell, TextCell, typeColumn, unitColumn } from './key-cells.tsx'
import { type KeyColumn, KeyTable } from './key-table.tsx'
import type { RuleDraft } from './rule-editor.tsx'

type RuleKeyDraft = NonNullable<RuleDraft['keys']>[number]

/** Which variables become keys, and how. What has no column here is kept as it is in the configuration. */
export function RuleKeys(props: {
  readonly keys: readonly RuleKeyDraft[]
  readonly problems: Problems
  readonly change: (keys: RuleKeyDraft[]) => void
}) {
  return (
    <KeyTable
      words={text}
      hint={`${text.keysHint} ${text.keyPathHint}`}
      columns={columns}
      fresh={fresh}
      removeWords={(_key, row) => text.removeKey(row)}
      {...props}
    />
  )
}

const fresh: RuleKeyDraft = {}

const columns: readonly KeyColumn<RuleKeyDraft>[] = [
  {
    id: 'path',
    title: text.keyPath,
    cell: ({ draft, named, problem, set }) => (
      <TextCell
        label={named(text.keyPath)}
        mono
        placeholder="**"
        value={draft.path}
        error={problem('path')}
        onChange={(path) => set({ path })}
      />
    ),
  },
  {
    id: 'key',
    title: text.key,
    cell: ({ draft, named, problem, set }) => (
      <TextCell
        label={named(text.key)}
        mono
        placeholder="${browseName}"
        value={draft.key}
        error={problem('key')}
        onChange={(key) => set({ key })}
      />
    ),
  },
  kindColumn(),
  typeColumn(),
  unitColumn(),
  {
    id: 'sampling',
    title: `${text.sampling}, ms`,
    width: 'narrow',
    cell: ({ draft, named, problem, set }) => (
      <NumberCell
        label={named(text.sampling)}
        placeholder={sourcesText.keys.inherited}
        value={draft.samplingIntervalMs}
        error={problem('samplingIntervalMs')}
        onChange={(samplingIntervalMs) => set({ samplingIntervalMs })}
      />
    ),
  },
]
