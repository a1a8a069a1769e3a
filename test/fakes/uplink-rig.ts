import { ThingsboardStandIn } from '../../main/demo/thingsboard/stand-in.ts'
import type { StandInOptions } from '../../main/demo/thingsboard/stand-in-core.ts'
import { systemClock } from '../../main/engine/kit/clock.ts'
import type { LinkPolicy } from '../../main/engine/kit/connection-machine.ts'
import { IssueBook } from '../../main/engine/observe/issues.ts'
import { LogBook, type LogLevel } from '../../main/engine/observe/log.ts'
import { Metrics } from '../../main/engine/observe/metrics.ts'
import { SeriesRegistry } from '../../main/engine/pipeline/series.ts'
import type { Datapoint, Store } from '../../main/engine/pipeline/stages.ts'
import { ThingsboardUplink } from '../../main/engine/uplink/uplink.ts'
import { type ThingsboardConfig, thingsboardSchema } from '../../shared/config/thingsboard.ts'
import type { ValueType } from '../../shared/sample.ts'
import { MemoryStore } from './memory-store.ts'

export interface RigOptions {
  readonly standIn?: StandInOptions
  readonly config?: Partial<ThingsboardConfig>
}

const token = 'rig-token'
/** Tries again at once, so that scenarios do not wait for the backoff of a plant. */
const eager: LinkPolicy = { baseMs: 60, capMs: 200, patientMs: 300_000, healthyMs: 30_000 }

/** A real uplink between a store in memory and the ThingsBoard stand-in on loopback. */
export async function uplinkRig({ standIn: standInOptions = {}, config = {} }: RigOptions = {}) {
  const standIn = new ThingsboardStandIn({ token, ...standInOptions })
  await standIn.start()
  const store = new MemoryStore()
  await store.start()
  const registry = new SeriesRegistry()
  const issues = new IssueBook(systemClock)
  const metrics = new Metrics()
  const log = new LogBook(Date.now, 'debug')
  const levels: LogLevel[] = []
  const makeUplink = (changes: Partial<ThingsboardConfig> = {}, from: Store = store) =>
    new ThingsboardUplink({
      config: {
        ...thingsboardSchema.parse({ host: '127.0.0.1', port: standIn.port, credentials: { type: 'token', token } }),
        ...config,
        ...changes,
      },
      store: from,
      registry,
      clock: systemClock,
      log: log.logger('uplink'),
      setLogLevel: (level) => levels.push(level),
      issues,
      metrics,
      gatewayName: 'Rig',
      version: '1.2.3',
      startedAt: Date.now(),
      statistics: () => ({ accepted: store.balance.value.accepted }),
      linkPolicy: eager,
    })
  const uplink = makeUplink()
  return {
    standIn,
    store,
    registry,
    issues,
    metrics,
    log,
    levels,
    uplink,
    makeUplink,
    /** `count` datapoints of one series, one ms apart. */
    series: (
      device: string,
      key: string,
      values: readonly Datapoint['value'][],
      type: ValueType,
      ts = 1_700_000_000_000,
    ) => store.append(values.map((value, i) => datapointOf(registry, device, key, value, type, ts + i))),
    append: (...datapoints: Datapoint[]) => store.append(datapoints),
    openIssues: () => issues.list(false).map(({ code }) => code),
    async close() {
      await uplink.stop(systemClock.monotonic() + 50)
      await standIn.stop()
    },
  }
}

export function datapointOf(
  registry: SeriesRegistry,
  device: string,
  key: string,
  value: Datapoint['value'],
  type: ValueType,
  ts: number,
  { profile = 'default', kind = 'telemetry' as const }: { profile?: string; kind?: 'telemetry' | 'attribute' } = {},
): Datapoint {
  const series = registry.intern(device, profile, key, kind)
  if (!series) throw new Error('too many series')
  return { series, ts, type, value }
}
