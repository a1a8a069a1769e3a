import { useDeferredValue, useMemo, useState, useSyncExternalStore } from 'react'
import type { AuditEntry } from '../../../shared/api/audit-requests.ts'
import { request } from '../../api/client.ts'
import { PagedRows } from '../../api/paged-rows.ts'
import { type Column, DataGrid } from '../../components/data-grid.tsx'
import { Empty } from '../../components/empty.tsx'
import { FilterField } from '../../components/filter-field.tsx'
import { ErrorNote } from '../../components/note.tsx'
import { StateMark } from '../../components/state-mark.tsx'
import { formatCount, formatMoment } from '../../format.ts'
import { activityText } from '../../i18n/en-activity.ts'
import { attention } from '../../stores/attention.ts'
import { useNow } from '../../stores/use-now.ts'

const text = activityText.changes
const everyMs = 3000

/** Who changed what, newest first. */
export function ChangesView() {
  const [filter, setFilter] = useState('')
  const asked = useDeferredValue(filter.trim())
  const now = useNow()
  const rows = useMemo(
    () =>
      new PagedRows<AuditEntry>(
        (offset, limit) => request('audit.page', { offset, limit, filter: asked }),
        everyMs,
        attention,
      ),
    [asked],
  )
  useSyncExternalStore(rows.subscribe, rows.version)
  const total = rows.total ?? 0
  return (
    <div className="log">
      <div className="row-gap log-tools">
        <FilterField label={text.filter} value={filter} onChange={setFilter} />
        <span className="spacer" />
        <span className="muted">{rows.total === undefined ? '' : text.count(formatCount(total))}</span>
      </div>
      {rows.error ? <ErrorNote error={rows.error} /> : null}
      <div className="log-grid">
        <DataGrid
          key={asked}
          label={activityText.tabs.changes}
          columns={columnsAt(now)}
          total={total}
          rowAt={(index) => rows.row(index)}
          onShow={(first, end) => rows.show(first, end)}
          empty={
            rows.total === 0 ? (
              <Empty title={asked ? text.noMatch(asked) : text.empty}>{asked ? undefined : text.emptyBody}</Empty>
            ) : null
          }
        />
      </div>
    </div>
  )
}

function columnsAt(now: number): readonly Column<AuditEntry>[] {
  return [
    {
      id: 'at',
      title: text.columns.at,
      width: '150px',
      cell: (e) => <span className="mono">{formatMoment(e.at, now)}</span>,
    },
    { id: 'who', title: text.columns.who, width: '140px', cell: (e) => e.who },
    { id: 'action', title: text.columns.action, width: '190px', cell: (e) => text.actions[e.action] },
    {
      id: 'subject',
      title: text.columns.subject,
      width: 'minmax(240px, 1fr)',
      cell: (e) => <span title={e.subject}>{e.subject}</span>,
    },
    {
      id: 'result',
      title: text.columns.result,
      width: 'minmax(160px, 0.8fr)',
      cell: (e) =>
        e.refused ? (
          <span title={e.refused}>
            <StateMark tone="warn">{text.refused(e.refused)}</StateMark>
          </span>
        ) : (
          <span className="muted">{text.done}</span>
        ),
    },
  ]
}
