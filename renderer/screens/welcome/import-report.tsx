import { Button, SegmentedControl } from '@mantine/core'
import { useMemo, useState } from 'react'
import type { RequestOutput } from '../../../shared/api/contract.ts'
import type { ImportEntry, ImportState } from '../../../shared/api/setup-requests.ts'
import { download } from '../../api/download.ts'
import { type Column, DataGrid } from '../../components/data-grid.tsx'
import { Empty } from '../../components/empty.tsx'
import { StateMark, type Tone } from '../../components/state-mark.tsx'
import { formatCount } from '../../format.ts'
import { importText as text } from '../../i18n/en-import.ts'
import { nextSentence } from '../../i18n/punctuation.ts'
import { sayField } from '../../i18n/say.ts'

type Filter = ImportState | 'all'

const tones: Record<ImportState, Tone> = { exact: 'ok', interpreted: 'warn', unsupported: 'bad' }
const states = ['unsupported', 'interpreted', 'exact'] as const

/** Every entry of every file; what needs a look comes first. */
export function ImportReport({ result }: { readonly result: RequestOutput<'import.read'> }) {
  const { entries, counts } = result
  const [filter, setFilter] = useState<Filter>('all')
  const rows = useMemo(
    () => (filter === 'all' ? entries : entries.filter((e) => e.state === filter)),
    [entries, filter],
  )
  return (
    <section className="import-report" aria-label={text.report}>
      <div className="import-tools">
        <SegmentedControl
          aria-label={text.filter}
          value={filter}
          data={[
            { value: 'all', label: text.all(formatCount(entries.length)) },
            ...states.map((state) => ({
              value: state,
              label: text.counts(formatCount(counts[state]), text.states[state].toLowerCase()),
            })),
          ]}
          onChange={(value) => setFilter(value as Filter)}
        />
        <span className="spacer" />
        <Button size="compact-sm" variant="default" onClick={() => saveReport(entries)}>
          {text.save}
        </Button>
      </div>
      <div className="import-grid">
        <DataGrid
          key={filter}
          label={text.report}
          columns={columns}
          total={rows.length}
          rowAt={(index) => rows[index]}
          tone={(row) => (row.state === 'unsupported' ? 'row-warn' : '')}
          empty={<Empty title={text.noneOfThese} />}
        />
      </div>
    </section>
  )
}

const columns: readonly Column<ImportEntry>[] = [
  {
    id: 'state',
    title: text.columns.state,
    width: '128px',
    cell: ({ state }) => <StateMark tone={tones[state]}>{text.states[state]}</StateMark>,
  },
  {
    id: 'place',
    title: text.columns.place,
    width: 'minmax(240px, 1.5fr)',
    cell: (entry) => (
      <span className="mono ellipsis" title={`${text.line(entry.file, entry.line)} ${entry.place}`}>
        {`${text.line(entry.file, entry.line)} ${entry.place}`}
      </span>
    ),
  },
  {
    id: 'says',
    title: text.columns.says,
    width: 'minmax(110px, .7fr)',
    cell: ({ says }) => (
      <span className="mono ellipsis" title={says}>
        {says}
      </span>
    ),
  },
  {
    id: 'became',
    title: text.columns.became,
    width: 'minmax(240px, 1.8fr)',
    cell: (entry) => {
      const words = outcomeWords(entry)
      return (
        <span className="ellipsis" title={words}>
          {words}
        </span>
      )
    },
  },
]

/** What it became, and why. */
function outcomeWords(entry: ImportEntry): string {
  return [sayField(entry, 'target'), sayField(entry, 'note')].filter((part) => part !== '').join(nextSentence)
}

function saveReport(entries: readonly ImportEntry[]): void {
  const lines = entries.map(
    (entry) =>
      `${text.line(entry.file, entry.line)} ${entry.place} [${text.states[entry.state]}] ${entry.says} → ${outcomeWords(entry)}`,
  )
  download('import-report.txt', 'text/plain', `${lines.join('\n')}\n`)
}
