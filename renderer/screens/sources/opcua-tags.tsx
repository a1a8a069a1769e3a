import { SegmentedControl } from '@mantine/core'
import { useCallback, useDeferredValue, useMemo, useState, useSyncExternalStore } from 'react'
import type { TagRow } from '../../../shared/api/contract.ts'
import { request } from '../../api/client.ts'
import { PagedRows } from '../../api/paged-rows.ts'
import { DataGrid } from '../../components/data-grid.tsx'
import { Empty } from '../../components/empty.tsx'
import { FilterField } from '../../components/filter-field.tsx'
import { ErrorNote } from '../../components/note.tsx'
import { formatCount } from '../../format.ts'
import { tagsText as text } from '../../i18n/en-rules.ts'
import { attention } from '../../stores/attention.ts'
import { useNow } from '../../stores/use-now.ts'
import { tagColumns } from './tag-columns.tsx'
import { TagFacts } from './tag-facts.tsx'

const everyMs = 1000

/** What every tag asked for and what the server granted. */
export function OpcuaTags({ id, isSaved }: { readonly id: string; readonly isSaved: boolean }) {
  if (!isSaved) return <Empty title={text.unsaved}>{text.unsavedBody}</Empty>
  return <Tags id={id} />
}

function Tags({ id }: { readonly id: string }) {
  const [filter, setFilter] = useState('')
  const asked = useDeferredValue(filter.trim())
  const [onlyProblems, setOnlyProblems] = useState(false)
  const [opened, setOpened] = useState<{ readonly at: number; readonly rows: PagedRows<TagRow> }>()
  const now = useNow()
  const rows = useMemo(
    () =>
      new PagedRows<TagRow>(
        (offset, limit) => request('connector.tags', { connectorId: id, offset, limit, filter: asked, onlyProblems }),
        everyMs,
        attention,
      ),
    [id, asked, onlyProblems],
  )
  useSyncExternalStore(rows.subscribe, rows.version)
  const onShow = useCallback((first: number, end: number) => rows.show(first, end), [rows])
  const total = rows.total ?? 0
  // A chosen row belongs to the list it was chosen from.
  const shown = opened?.rows === rows ? rows.row(opened.at) : undefined
  return (
    <section className="tags" aria-label={text.title}>
      <header className="panel-head">
        <SegmentedControl
          aria-label={text.show}
          value={onlyProblems ? 'problems' : 'all'}
          data={[
            { value: 'all', label: text.all },
            { value: 'problems', label: text.problems },
          ]}
          onChange={(value) => setOnlyProblems(value === 'problems')}
        />
        <span className="muted" role="status">
          {rows.total === undefined ? '' : text.count(formatCount(total))}
        </span>
        <span className="spacer" />
        <FilterField label={text.filter} value={filter} onChange={setFilter} />
      </header>
      {rows.error ? <ErrorNote error={rows.error} /> : null}
      <DataGrid
        key={`${asked} ${onlyProblems}`}
        label={text.title}
        columns={tagColumns(now)}
        total={total}
        rowAt={(index) => rows.row(index)}
        onShow={onShow}
        selected={shown ? opened?.at : undefined}
        onOpen={(_tag, at) => setOpened({ at, rows })}
        empty={rows.total === undefined ? null : <NoTags filtered={asked !== ''} onlyProblems={onlyProblems} />}
      />
      {shown ? <TagFacts tag={shown} /> : null}
    </section>
  )
}

function NoTags({ filtered, onlyProblems }: { readonly filtered: boolean; readonly onlyProblems: boolean }) {
  if (filtered) return <Empty title={text.noMatch} />
  return onlyProblems ? <Empty title={text.noProblems} /> : <Empty title={text.none}>{text.noneBody}</Empty>
}
