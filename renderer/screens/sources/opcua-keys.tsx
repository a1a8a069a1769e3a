import { Button } from '@mantine/core'
import { IconPlus, IconSitemap } from '@tabler/icons-react'
import { useDeferredValue, useMemo, useState } from 'react'
import type { OpcuaTarget } from '../../../shared/api/opcua-requests.ts'
import type { ConnectorConfig } from '../../../shared/config/gateway.ts'
import { type Column, DataGrid } from '../../components/data-grid.tsx'
import { Empty } from '../../components/empty.tsx'
import { FilterField } from '../../components/filter-field.tsx'
import { StateMark } from '../../components/state-mark.tsx'
import { formatCount } from '../../format.ts'
import { below, type Problems } from '../../forms/problems.ts'
import { sourcesText } from '../../i18n/en-sources.ts'
import { markSource, type OpcuaDraft } from '../../stores/source-drafts.ts'
import { KeyInspector } from './key-inspector.tsx'
import { type KeyDraft, type KeyTableRow, keyTableRows } from './key-rows.ts'
import { NodePicker } from './node-picker.tsx'
import { opcuaTarget } from './opcua-target.ts'

const text = sourcesText.keys

interface Props {
  readonly draft: OpcuaDraft
  readonly saved: ConnectorConfig | undefined
  readonly problems: Problems
  readonly change: (change: (draft: OpcuaDraft) => OpcuaDraft) => void
}

/** What is collected from this server: devices and their keys as one list, the chosen row is edited beside it. */
export function OpcuaKeys({ draft, saved, problems, change }: Props) {
  const [filter, setFilter] = useState('')
  const [chosen, setChosen] = useState<readonly [deviceAt: number, keyAt: number]>([-1, -1])
  const [picking, setPicking] = useState<OpcuaTarget>()
  const devices = draft.devices ?? []
  const asked = useDeferredValue(filter)
  const rows = useMemo(() => keyTableRows(draft.devices ?? [], asked), [draft.devices, asked])
  const broken = below('devices', problems)
  const selected = rows.findIndex((row) => row.deviceAt === chosen[0] && row.keyAt === chosen[1])
  const keyCount = devices.reduce((total, device) => total + (device.keys?.length ?? 0), 0)

  const pick = (): void => {
    markSource(draft.id, { attempted: true })
    setPicking(opcuaTarget(draft, saved))
  }
  const addDevice = (): void => {
    change((d) => ({ ...d, devices: [...(d.devices ?? []), { name: text.newDevice, keys: [] }] }))
    setFilter('')
    setChosen([devices.length, -1])
  }

  return (
    <div className="keys">
      <section className="panel keys-table" aria-label={text.title}>
        <header className="panel-head">
          <Button size="compact-sm" leftSection={<IconSitemap size={14} />} onClick={pick}>
            {text.pick}
          </Button>
          <Button size="compact-sm" variant="default" leftSection={<IconPlus size={14} />} onClick={addDevice}>
            {text.addDevice}
          </Button>
          <span className="muted">{text.count(formatCount(devices.length), formatCount(keyCount))}</span>
          <span className="spacer" />
          <FilterField label={text.filter} value={filter} onChange={setFilter} width={200} />
        </header>
        <DataGrid
          label={text.title}
          columns={columnsFor(broken)}
          total={rows.length}
          rowAt={(index) => rows[index]}
          selected={selected}
          tone={(row) => (row.key ? '' : 'device-row')}
          onOpen={(row) => setChosen([row.deviceAt, row.keyAt])}
          empty={
            devices.length === 0 ? (
              <Empty title={text.empty} actions={<Button onClick={pick}>{text.pick}</Button>}>
                {text.emptyBody}
              </Empty>
            ) : (
              <Empty title={text.noMatch} />
            )
          }
        />
      </section>
      <KeyInspector
        draft={draft}
        deviceAt={chosen[0]}
        keyAt={chosen[1]}
        problems={broken}
        change={change}
        onRemoved={() => setChosen([-1, -1])}
      />
      {picking ? (
        <NodePicker
          draft={draft}
          target={picking}
          onAdd={(next) => change(() => next)}
          onClose={() => setPicking(undefined)}
        />
      ) : null}
    </div>
  )
}

function columnsFor(problems: Problems): readonly Column<KeyTableRow>[] {
  const isBroken = (row: KeyTableRow): boolean =>
    below(row.keyAt < 0 ? `[${row.deviceAt}]` : `[${row.deviceAt}].keys[${row.keyAt}]`, problems).size > 0
  return [
    {
      id: 'name',
      title: text.columns.name,
      width: 'minmax(140px, 1.2fr)',
      cell: (row) => {
        const name = row.key ? (
          <span className="key-name">{row.key.key || '–'}</span>
        ) : (
          <strong>{row.device.name}</strong>
        )
        if (problems.size === 0 || !isBroken(row)) return name
        return (
          <>
            {name} <StateMark tone="bad">{text.problem}</StateMark>
          </>
        )
      },
    },
    {
      id: 'node',
      title: text.columns.node,
      width: 'minmax(160px, 2fr)',
      cell: (row) =>
        row.key ? (
          <span className="mono muted tail" title={row.key.node}>
            <bdi>{row.key.node.replace(/^nsu?=[^;]+;/, '')}</bdi>
          </span>
        ) : (
          <span className="muted">{`${sourcesText.target.profile}: ${row.device.profile ?? 'default'}`}</span>
        ),
    },
    {
      id: 'kind',
      title: text.columns.kind,
      width: '88px',
      cell: (row) => (row.key ? sourcesText.target.kinds[row.key.kind ?? 'telemetry'] : ''),
    },
    {
      id: 'sampling',
      title: text.columns.sampling,
      width: '84px',
      numeric: true,
      cell: (row) =>
        row.key ? (
          row.key.samplingIntervalMs === undefined ? (
            <span className="muted">{text.inherited}</span>
          ) : (
            `${row.key.samplingIntervalMs} ms`
          )
        ) : (
          ''
        ),
    },
    { id: 'unit', title: text.columns.unit, width: '66px', cell: (row) => row.key?.unit ?? '' },
    {
      id: 'report',
      title: text.columns.report,
      width: '128px',
      cell: (row) => (row.key ? <span className="muted">{reportWords(row.key)}</span> : ''),
    },
  ]
}

function reportWords({ report }: KeyDraft): string {
  if (!report) return sourcesText.target.everyValue
  if (report.onChange || report.deadband !== undefined)
    return report.deadband === undefined ? sourcesText.target.onChange : `Δ ≥ ${report.deadband}`
  if (report.atMostEveryMs !== undefined) return `≤ 1 / ${report.atMostEveryMs} ms`
  return report.atLeastEveryMs === undefined ? sourcesText.target.everyValue : `≥ 1 / ${report.atLeastEveryMs} ms`
}
