import { cpSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { type Clock, systemClock } from '../../main/engine/kit/clock.ts'
import type { GatewayError } from '../../main/engine/kit/gateway-error.ts'
import { IssueBook } from '../../main/engine/observe/issues.ts'
import { LogBook } from '../../main/engine/observe/log.ts'
import { Metrics } from '../../main/engine/observe/metrics.ts'
import { type LiveSeries, SeriesRegistry } from '../../main/engine/pipeline/series.ts'
import type { Batch, Datapoint, Lane, Store } from '../../main/engine/pipeline/stages.ts'
import { SqliteStore } from '../../main/engine/store/store.ts'
import { type StorageConfig, storageSchema } from '../../shared/config/storage.ts'

/** A folder that is gone after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tb-gw-store-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))
  return folder
}

const helpsOnly = /-shm$|\.new$|lock\.|reserve\.bin$/
/** The store's own chores end by themselves within this many copies. */
const copyTries = 50

/**
 * The files as they are at this moment, as a power cut would leave them; not what only helps readers (-shm). A copy takes a while:
 * one during which the store's thread wrote is no moment at all (a file from before a checkpoint, its WAL from after) and is made again.
 */
export function copyStore(from: string, to: string): void {
  for (let tries = 0; tries < copyTries; tries += 1) {
    rmSync(to, { recursive: true, force: true })
    const before = stateOf(from)
    cpSync(from, to, { recursive: true, filter: (path) => !helpsOnly.test(path) })
    if (stateOf(from) === before) return
  }
  throw new Error(`${from} is written to all the time: no moment of it could be copied`)
}

function stateOf(folder: string): string {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => !helpsOnly.test(path))
    .map((path) => {
      const { size, mtimeMs } = statSync(join(folder, path), { throwIfNoEntry: false }) ?? { size: -1, mtimeMs: 0 }
      return `${path} ${size} ${mtimeMs}`
    })
    .join('\n')
}

export interface OpenedStore {
  readonly store: SqliteStore
  readonly registry: SeriesRegistry
  readonly issues: IssueBook
  readonly faults: GatewayError[]
}

/** A store that is not started, with everything it needs. */
export function makeStore(
  folder: string,
  config: Partial<StorageConfig> = {},
  clock: Clock = systemClock,
  registry = new SeriesRegistry(),
): OpenedStore {
  const issues = new IssueBook(clock)
  const faults: GatewayError[] = []
  const store = new SqliteStore({
    folder,
    // Unless it is what the test is about: it writes the whole quota.
    config: storageSchema.parse({ preallocate: false, ...config }),
    registry,
    clock,
    log: new LogBook(() => clock.now()).logger('store'),
    issues,
    metrics: new Metrics(),
    onFault: (error) => faults.push(error),
  })
  return { store, registry, issues, faults }
}

/** Started, and stopped when the test ends. */
export async function openStore(
  folder: string,
  config: Partial<StorageConfig> = {},
  clock: Clock = systemClock,
): Promise<OpenedStore> {
  const opened = makeStore(folder, config, clock)
  onTestFinished(() => opened.store.stop(Number.POSITIVE_INFINITY))
  await opened.store.start()
  return opened
}

export function seriesOf(
  registry: SeriesRegistry,
  device: string,
  key: string,
  kind: 'telemetry' | 'attribute' = 'telemetry',
) {
  const series = registry.intern(device, 'default', key, kind)
  if (!series) throw new Error('the registry is full')
  return series
}

/** `count` doubles of one series with ts = first, first + 1, ... and value = ts / 2. */
export function doubles(series: LiveSeries, count: number, first = 0): Datapoint[] {
  return Array.from({ length: count }, (_, i) => ({ series, ts: first + i, type: 'double', value: (first + i) / 2 }))
}

/** Incompressible text, so that sizes are what they seem. */
export function noise(series: LiveSeries, ts: number, length: number): Datapoint {
  const bytes = new Uint8Array(length / 2)
  for (let i = 0; i < bytes.length; i += 65_536) crypto.getRandomValues(bytes.subarray(i, i + 65_536))
  return { series, ts, type: 'string', value: Buffer.from(bytes).toString('hex') }
}

export interface PlainRow {
  readonly device: string
  readonly key: string
  readonly ts: number
  readonly type: string
  readonly value: unknown
}

export function plain({ series, ts, type, value }: Datapoint): PlainRow {
  return { device: series.device.name, key: series.key, ts, type, value }
}

export function rowsOf(batch: Batch): PlainRow[] {
  return Array.from({ length: batch.count }, (_, row) => ({
    device: batch.seriesAt(row).device.name,
    key: batch.seriesAt(row).key,
    ts: batch.tsAt(row),
    type: batch.typeAt(row),
    value: batch.valueAt(row),
  }))
}

/** Takes and settles until nothing is left. */
export async function drain(store: Store, lane: Lane = 'live', maxCount = 5000): Promise<PlainRow[]> {
  const rows: PlainRow[] = []
  for (;;) {
    const batch = await store.take(lane, { maxCount })
    if (!batch) return rows
    for (const row of rowsOf(batch)) rows.push(row)
    await store.settle(batch, [])
  }
}
