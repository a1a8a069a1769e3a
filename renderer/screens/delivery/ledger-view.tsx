import { useCallback, useDeferredValue, useEffect, useMemo, useState, useSyncExternalStore } from 'react'
import type { LedgerRow } from '../../../shared/status.ts'
import { request } from '../../api/client.ts'
import { PagedRows } from '../../api/paged-rows.ts'
import { type Column, DataGrid } from '../../components/data-grid.tsx'
import { FilterField } from '../../components/filter-field.tsx'
import { ErrorNote } from '../../components/note.tsx'
import { formatCount, formatMomentMinute, noValue } from '../../format.ts'
import { deliveryText } from '../../i18n/en-delivery.ts'
import { ledgerText as text } from '../../i18n/en-ledger.ts'
import { attention } from '../../stores/attention.ts'
import { useStatus } from '../../stores/status-store.ts'
import { useNow } from '../../stores/use-now.ts'
import { LedgerCauses, type LedgerTotals } from './ledger-causes.tsx'
import { NothingThere } from './nothing-there.tsx'
import { causeWords, ledgerCount } from './words.ts'

const everyMs = 3000

/** Every value that was not delivered: cause, lane, time and number. `wanted` is a cause the address asks for. */
export function LedgerView({ wanted }: { readonly wanted: string | undefined }) {
  const [filter, setFilter] = useState(wanted ?? '')
  useEffect(() => setFilter(wanted ?? ''), [wanted])
  const asked = useDeferredValue(filter.trim())
  const { rows, totals } = useLedger(asked)
  const total = rows.total ?? 0
  const now = useNow()
  const onShow = useCallback((first: number, end: number) => rows.show(first, end), [rows])
  return (
    <div className="ledger">
      <LedgerCauses totals={totals} asked={asked} />
      <div className="ledger-list">
        <div className="quarantine-tools">
          <FilterField label={text.filter} value={filter} onChange={setFilter} />
          <span className="muted">{rows.total === undefined ? '' : text.count(formatCount(total))}</span>
        </div>
        {rows.error ? <ErrorNote error={rows.error} /> : null}
        <div className="quarantine-grid">
          <DataGrid
            key={asked}
            label={text.title}
            columns={columnsAt(now)}
            total={total}
            rowAt={(index) => rows.row(index)}
            onShow={onShow}
            empty={rows.total === 0 ? <NothingThere words={text} filter={asked} onClear={() => setFilter('')} /> : null}
          />
        </div>
      </div>
    </div>
  )
}

function useLedger(filter: string): { readonly rows: PagedRows<LedgerRow>; readonly totals: LedgerTotals } {
  const [totals, setTotals] = useState<LedgerTotals>([])
  const rows = useMemo(
    () =>
      new PagedRows<LedgerRow>(
        async (offset, limit) => {
          const page = await request('ledger.page', { offset, limit, filter })
          if (page.ok) setTotals(page.value.totals)
          return page
        },
        everyMs,
        attention,
      ),
    [filter],
  )
  useSyncExternalStore(rows.subscribe, rows.version)
  return { rows, totals }
}

function columnsAt(now: number): readonly Column<LedgerRow>[] {
  const { columns } = text
  return [
    { id: 'until', title: columns.until, width: '190px', cell: (row) => span(row.since, row.until, now) },
    {
      id: 'kind',
      title: columns.kind,
      width: '104px',
      cell: (row) => deliveryText.kinds[row.kind],
    },
    {
      id: 'cause',
      title: columns.cause,
      width: 'minmax(180px, 1.6fr)',
      cell: (row) => <span title={row.reason}>{causeWords(row.reason)}</span>,
    },
    {
      id: 'lane',
      title: columns.lane,
      width: '120px',
      cell: (row) => <LaneOrSource row={row} />,
    },
    { id: 'series', title: columns.series, width: 'minmax(150px, 1.2fr)', cell: (row) => <SeriesNames row={row} /> },
    {
      id: 'values',
      title: columns.values,
      width: 'minmax(190px, 1fr)',
      cell: (row) => <span className="muted">{valuesSpan(row, now)}</span>,
    },
    {
      id: 'count',
      title: columns.count,
      width: '90px',
      numeric: true,
      cell: (row) => <strong title={row.uncounted > 0 ? text.unknownWhy : undefined}>{ledgerCount(row)}</strong>,
    },
  ]
}

/** Where it happened: the lane of what was accepted, else the source. */
function LaneOrSource({ row: { lane, class: of, source } }: { readonly row: LedgerRow }) {
  const name = useStatus((s) => s.status?.connectors.find((c) => c.id === source)?.name)
  if (source !== '') return <span title={source}>{name ?? source}</span>
  const words = (deliveryText.lanes.names as Readonly<Record<string, string>>)[lane] ?? lane
  return of === '' ? words : `${words}, ${text.classes[of]}`
}

/** As many as fit; the rest, and the share of each, on hovering. */
function SeriesNames({ row: { series, seriesCount } }: { readonly row: LedgerRow }) {
  if (series.length === 0) return <span className="muted">{noValue}</span>
  const more = seriesCount - series.length
  const names = series.map(({ name, count }) => (count > 0 ? `${name}: ${formatCount(count)}` : name)).join(', ')
  const first = series[0]?.name ?? ''
  const all = more > 0 ? text.seriesMore(names, formatCount(more)) : names
  return <span title={all}>{seriesCount > 1 ? text.seriesMore(first, formatCount(seriesCount - 1)) : first}</span>
}

function valuesSpan({ tsMin, tsMax }: LedgerRow, now: number): string {
  if (tsMax <= 0) return noValue
  return tsMin > 0 ? span(tsMin, tsMax, now) : text.sinceUnknown(formatMomentMinute(tsMax, now))
}

function span(from: number, to: number, now: number): string {
  const first = formatMomentMinute(from, now)
  const last = formatMomentMinute(to, now)
  return first === last ? first : `${first} – ${last}`
}
