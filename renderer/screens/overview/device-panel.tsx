import { ActionIcon, Drawer, Tooltip } from '@mantine/core'
import { IconPin, IconPinFilled } from '@tabler/icons-react'
import { useEffect, useMemo, useState } from 'react'
import type { KeyRow } from '../../../shared/api/contract.ts'
import { type Column, DataGrid } from '../../components/data-grid.tsx'
import { Empty } from '../../components/empty.tsx'
import { FilterField } from '../../components/filter-field.tsx'
import { ErrorNote } from '../../components/note.tsx'
import { StateMark } from '../../components/state-mark.tsx'
import { formatAge, formatCount, formatMomentMs, noValue, rateWords } from '../../format.ts'
import { dashboardText } from '../../i18n/en-dashboard.ts'
import { frameText } from '../../i18n/en-frame.ts'
import { overviewText } from '../../i18n/en-overview.ts'
import { loadDashboard, pin, useDashboard } from '../../stores/dashboard-store.ts'
import { useLiveQuery } from '../../stores/use-live-query.ts'
import { useNow } from '../../stores/use-now.ts'

const text = overviewText.device
/** Keys on screen are refreshed twice per second. */
const everyMs = 500

export function DevicePanel({ name, onClose }: { readonly name: string; readonly onClose: () => void }) {
  const query = useLiveQuery('device.get', { name }, everyMs)
  const [filter, setFilter] = useState('')
  const now = useNow()
  const device = query.value?.device
  const keys = useMemo(() => {
    const wanted = filter.trim().toLowerCase()
    return (query.value?.keys ?? []).filter((key) => key.key.toLowerCase().includes(wanted))
  }, [query.value, filter])

  return (
    <Drawer
      opened
      onClose={onClose}
      position="right"
      size={860}
      title={name}
      closeButtonProps={{ 'aria-label': frameText.close }}
      classNames={{ body: 'device-panel', content: 'drawer-content' }}
    >
      <div className="row-gap">
        {device ? (
          <span className="muted">
            {`${text.profile} ${device.profile} · ${rateWords(device.valuesPerMinute)} ${text.rate} · ${formatCount(device.keys)} ${text.keys}`}
          </span>
        ) : null}
        <span className="spacer" />
        <FilterField label={text.filter} value={filter} onChange={setFilter} width={200} />
      </div>
      {query.error ? <ErrorNote error={query.error} /> : null}
      <div className="panel device-keys">
        <DataGrid
          label={name}
          columns={columnsAt(now, name)}
          total={keys.length}
          rowAt={(index) => keys[index]}
          empty={query.at > 0 ? <Empty title={text.noKeys} /> : null}
        />
      </div>
    </Drawer>
  )
}

function columnsAt(now: number, device: string): readonly Column<KeyRow>[] {
  return [
    {
      id: 'key',
      title: text.key,
      width: 'minmax(120px, 1.6fr)',
      cell: (k) => <strong className="device-name">{k.key}</strong>,
    },
    {
      id: 'value',
      title: text.value,
      width: 'minmax(110px, 1.4fr)',
      numeric: true,
      cell: (k) => (
        <span title={k.value}>
          <span className="mono">{k.value}</span> <span className="muted">{k.unit}</span>
        </span>
      ),
    },
    { id: 'quality', title: text.quality, width: '130px', cell: (k) => <Quality quality={k.quality} /> },
    { id: 'kind', title: text.kind, width: '86px', cell: (k) => <span className="muted">{text[k.kind]}</span> },
    { id: 'type', title: text.type, width: '70px', cell: (k) => <span className="muted">{k.type}</span> },
    {
      id: 'read',
      title: text.read,
      width: '108px',
      numeric: true,
      cell: (k) => (k.ts === 0 ? noValue : formatMomentMs(k.ts)),
    },
    {
      id: 'delivered',
      title: text.delivered,
      width: '96px',
      numeric: true,
      cell: (k) => (k.deliveredAt === 0 ? text.never : text.ago(formatAge(k.deliveredAt, now))),
    },
    { id: 'count', title: text.count, width: '80px', numeric: true, cell: (k) => formatCount(k.count) },
    {
      id: 'pin',
      title: dashboardText.title,
      titleHidden: true,
      width: '36px',
      cell: (k) => <PinButton device={device} name={k.key} />,
    },
  ]
}

function PinButton({ device, name }: { readonly device: string; readonly name: string }) {
  const cards = useDashboard((s) => s.dashboard?.cards)
  useEffect(() => {
    if (!useDashboard.getState().dashboard) void loadDashboard()
  }, [])
  const isPinned =
    cards?.some(({ items }) => items.some((item) => item.device === device && item.key === name)) ?? false
  const label = isPinned ? dashboardText.pinned(name) : dashboardText.pin(name)
  return (
    <Tooltip label={label} position="left">
      <ActionIcon
        variant="subtle"
        color="gray"
        size={24}
        aria-label={label}
        disabled={isPinned}
        onClick={() => void pin({ device, key: name })}
      >
        {isPinned ? <IconPinFilled size={15} /> : <IconPin size={15} />}
      </ActionIcon>
    </Tooltip>
  )
}

function Quality({ quality }: { readonly quality: string }) {
  if (quality === '') return <span className="muted">{noValue}</span>
  const tone = /^good/i.test(quality) ? 'ok' : /^uncertain/i.test(quality) ? 'warn' : 'bad'
  return (
    <span title={quality}>
      <StateMark tone={tone}>{quality.charAt(0).toUpperCase() + quality.slice(1)}</StateMark>
    </span>
  )
}
