import { Button } from '@mantine/core'
import { useCallback, useDeferredValue, useMemo, useState, useSyncExternalStore } from 'react'
import type { DeviceRow } from '../../../shared/api/contract.ts'
import { request } from '../../api/client.ts'
import { PagedRows } from '../../api/paged-rows.ts'
import { type Column, DataGrid } from '../../components/data-grid.tsx'
import { Empty } from '../../components/empty.tsx'
import { FilterField } from '../../components/filter-field.tsx'
import { ErrorNote } from '../../components/note.tsx'
import { formatCount, formatMoment, rateWords } from '../../format.ts'
import { overviewText } from '../../i18n/en-overview.ts'
import { attention } from '../../stores/attention.ts'
import { navigate, useRoute } from '../../stores/route.ts'
import { useStatus } from '../../stores/status-store.ts'
import { useNow } from '../../stores/use-now.ts'
import { DevicePanel } from './device-panel.tsx'

const text = overviewText.devices
/** Twice per second at most (contract: values only for rows on screen). */
const everyMs = 1000

export function DevicesTable() {
  const [filter, setFilter] = useState('')
  const asked = useDeferredValue(filter.trim())
  const { detail } = useRoute()
  const opened = detail[0] === 'device' ? detail[1] : undefined
  const rows = useMemo(
    () =>
      new PagedRows<DeviceRow>(
        (offset, limit) => request('devices.page', { offset, limit, filter: asked }),
        everyMs,
        attention,
      ),
    [asked],
  )
  useSyncExternalStore(rows.subscribe, rows.version)
  const onShow = useCallback((first: number, end: number) => rows.show(first, end), [rows])
  const columns = useDeviceColumns()
  const total = rows.total ?? 0

  return (
    <section className="panel overview-fill devices" aria-label={text.title}>
      <header className="panel-head">
        <h2>{text.title}</h2>
        <span className="muted">
          {rows.total === undefined ? '' : asked ? text.found(formatCount(total)) : text.count(formatCount(total))}
        </span>
        <FilterField label={text.filter} value={filter} onChange={setFilter} />
      </header>
      {rows.error && total === 0 ? <ErrorNote error={rows.error} /> : null}
      <DataGrid
        key={asked}
        label={text.title}
        columns={columns}
        total={total}
        rowAt={(index) => rows.row(index)}
        onShow={onShow}
        onOpen={(row) => navigate('overview', 'device', row.name)}
        empty={rows.total === undefined ? null : <NoDevices filter={asked} onClear={() => setFilter('')} />}
      />
      {opened === undefined ? null : <DevicePanel name={opened} onClose={() => navigate('overview')} />}
    </section>
  )
}

function NoDevices({ filter, onClear }: { readonly filter: string; readonly onClear: () => void }) {
  if (filter === '') return <Empty title={text.none}>{text.noneHint}</Empty>
  return (
    <Empty
      title={text.noMatch(filter)}
      actions={
        <Button variant="default" onClick={onClear}>
          {text.clearFilter}
        </Button>
      }
    />
  )
}

function useDeviceColumns(): readonly Column<DeviceRow>[] {
  const connectors = useStatus((s) => s.status?.connectors)
  const now = useNow()
  return useMemo(() => {
    const names = new Map((connectors ?? []).map((c) => [c.id, c.name]))
    return [
      {
        id: 'name',
        title: text.name,
        width: 'minmax(150px, 2fr)',
        cell: (d) => <strong className="device-name">{d.name}</strong>,
      },
      {
        id: 'source',
        title: text.source,
        width: 'minmax(110px, 1.2fr)',
        cell: (d) => names.get(d.connectorId) ?? d.connectorId,
      },
      {
        id: 'key',
        title: text.lastKey,
        width: 'minmax(90px, 1fr)',
        cell: (d) => <span className="muted">{d.lastKey}</span>,
      },
      {
        id: 'value',
        title: text.lastValue,
        width: 'minmax(90px, 1fr)',
        numeric: true,
        cell: (d) => <span className="mono">{d.lastValue}</span>,
      },
      { id: 'read', title: text.read, width: '126px', numeric: true, cell: (d) => moment(d.lastTs, now) },
      {
        id: 'delivered',
        title: text.delivered,
        width: '126px',
        numeric: true,
        cell: (d) => moment(d.lastDeliveredAt, now),
      },
      { id: 'rate', title: text.rate, width: '90px', numeric: true, cell: (d) => rateWords(d.valuesPerMinute) },
      {
        id: 'keys',
        title: text.keys,
        width: '110px',
        numeric: true,
        cell: (d) => (
          <>
            {d.badKeys > 0 ? <span className="tone-warn">{`▲ ${text.badKeys(d.badKeys)}  `}</span> : null}
            {formatCount(d.keys)}
          </>
        ),
      },
    ]
  }, [connectors, now])
}

function moment(ts: number, now: number): string {
  return ts === 0 ? text.never : formatMoment(ts, now)
}
