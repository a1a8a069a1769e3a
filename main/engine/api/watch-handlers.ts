import type { RequestOutput, RequestParsed } from '../../../shared/api/contract.ts'
import type { SeriesItem } from '../../../shared/api/watch-requests.ts'
import { qualityOf } from '../../../shared/sample.ts'
import type { DashboardFile } from '../history/dashboard-file.ts'
import type { History } from '../history/history.ts'
import type { LiveSeries, SeriesRegistry } from '../pipeline/series.ts'
import { valueText } from './device-views.ts'
import { topologyOf } from './topology.ts'

type Channel = 'dashboard.get' | 'dashboard.save' | 'values.read' | 'history.lines' | 'topology.get'
type WatchHandlers = { readonly [C in Channel]: (input: RequestParsed<C>) => Promise<RequestOutput<C>> }

export interface WatchParts {
  readonly now: () => number
  readonly registry: SeriesRegistry
  readonly history: () => History
  readonly dashboard: DashboardFile
}

export function watchHandlers({ now, registry, history, dashboard }: WatchParts): WatchHandlers {
  return {
    'dashboard.get': async () => dashboard.view,
    'dashboard.save': async (input) => {
      const saved = await dashboard.save(input.dashboard, input.revision)
      history().pin(dashboard.pins)
      return saved
    },
    'values.read': async ({ items }) => ({ values: items.map((item) => newestOf(find(registry, item))) }),
    'topology.get': async () => topologyOf(registry, now()),
    'history.lines': async (question) => {
      const lines = await history().read(question)
      return {
        lines: lines.map((line) => ({
          ...line,
          ts: [...line.ts],
          min: [...line.min],
          max: [...line.max],
          last: [...line.last],
          texts: [...line.texts],
        })),
      }
    },
  }
}

/** A key that exists as both is telemetry here, as in the history. */
function find(registry: SeriesRegistry, { device, key }: SeriesItem): LiveSeries | undefined {
  const all = registry.device(device)?.series.filter((series) => series.key === key) ?? []
  return all.find(({ kind }) => kind === 'telemetry') ?? all[0]
}

function newestOf(series: LiveSeries | undefined): RequestOutput<'values.read'>['values'][number] {
  if (!series || series.count === 0) return { text: '', unit: series?.unit ?? '', quality: '', ts: 0, deliveredAt: 0 }
  const { lastValue, lastStatusCode, lastTs, unit, deliveredAt } = series
  const number = numberOf(lastValue)
  return {
    text: valueText(series),
    unit,
    quality: qualityOf(lastStatusCode),
    ts: lastTs,
    deliveredAt,
    ...(number === undefined ? {} : { number }),
  }
}

function numberOf(value: unknown): number | undefined {
  if (typeof value === 'boolean') return value ? 1 : 0
  const number = typeof value === 'bigint' ? Number(value) : value
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined
}
