import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { systemClock } from '../../main/engine/kit/clock.ts'
import { IssueBook } from '../../main/engine/observe/issues.ts'
import { LogBook } from '../../main/engine/observe/log.ts'
import { Metrics } from '../../main/engine/observe/metrics.ts'
import { type LiveSeries, SeriesRegistry } from '../../main/engine/pipeline/series.ts'
import type { Batch, Datapoint } from '../../main/engine/pipeline/stages.ts'
import { SqliteStore } from '../../main/engine/store/store.ts'
import { storageSchema } from '../../shared/config/storage.ts'

// The store alone, on this machine's disk, synchronous=FULL. Plausible plant data: 1,000 series, slow random walks in steps of
// 0.01, a counter and a flag in ten; µs of CPU are of the whole process (engine's thread, store's thread, GC), without the
// making of the datapoints. The disk of a plant PC is slower: µs per value and bytes per value travel, rows/s do not.

const seriesCount = 1000

interface Part {
  readonly values: number
  readonly valuesPerSecond: number
  readonly cpuMicrosecondsPerValue: number
}

export async function run(): Promise<object> {
  const append500 = await appending(500, 400)
  const append5000 = await appending(5000, 200)
  const small = await appending(40, 5000)
  const draining = await drainingBacklog(2_000_000)
  const paced100k = await passingThrough()
  return { append500, append5000, append40: small, draining, paced100k }
}

/** Append groups one after the other (each waits for its commit), nothing taken. */
async function appending(rows: number, groups: number): Promise<object> {
  const folder = mkdtempSync(join(tmpdir(), 'tb-gw-bench-'))
  try {
    const figures = await withStore(async ({ store, metrics, plant }) => {
      const part = await measured(
        rows * groups,
        groups,
        () => plant(rows),
        async (group) => {
          await store.append(group)
        },
      )
      return { rowsPerGroup: rows, ...part, commit: commitOf(metrics) }
    }, folder)
    const bytesPerValue = round(bytesIn(folder) / (rows * groups))
    return { ...figures, bytesPerValue, gigabytesFor72hAt1000PerSecond: round((bytesPerValue * 259.2e6) / 1e9) }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** A backlog that lies on disk: taken, every value read, settled; 16 batches in flight. */
async function drainingBacklog(values: number): Promise<object> {
  const folder = mkdtempSync(join(tmpdir(), 'tb-gw-bench-'))
  try {
    await withStore(async ({ store, plant }) => {
      for (let i = 0; i < values; i += 5000) await store.append(plant(5000))
    }, folder)
    return await withStore(async ({ store }) => {
      let sum = 0
      const started = performance.now()
      const cpu = process.cpuUsage()
      const settling = new Set<Promise<void>>()
      for (;;) {
        const batch = await store.take('live', { maxCount: 10_000 })
        if (!batch) break
        sum += readAll(batch)
        const settled = store.settle(batch, []).finally(() => settling.delete(settled))
        settling.add(settled)
        if (settling.size >= 16) await Promise.race(settling)
      }
      await Promise.all(settling)
      if (store.balance.value.delivered !== values || Number.isNaN(sum)) throw new Error('the drain lost values')
      return part(values, performance.now() - started, process.cpuUsage(cpu))
    }, folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** What a running gateway does, at its pace: append, take from memory, read every value, settle; 100,000 values/s. */
async function passingThrough(): Promise<object> {
  const rows = 4000
  return withStore(async ({ store, metrics, plant }) => {
    const groups = Array.from({ length: 100 }, () => plant(rows))
    const started = performance.now()
    const cpu = process.cpuUsage()
    for (const [i, group] of groups.entries()) {
      await store.append(group)
      const batch = await store.take('live', { maxCount: 10_000 })
      if (!batch || Number.isNaN(readAll(batch))) throw new Error('a value was lost')
      await store.settle(batch, [])
      await sleep(Math.max(0, started + (i + 1) * 40 - performance.now()))
    }
    const figures = part(rows * groups.length, performance.now() - started, process.cpuUsage(cpu))
    return { ...figures, commit: commitOf(metrics) }
  })
}

function readAll(batch: Batch): number {
  let sum = 0
  for (let row = 0; row < batch.count; row++) {
    sum += batch.tsAt(row) + Number(batch.valueAt(row)) + batch.seriesAt(row).storeId + batch.typeAt(row).length
  }
  return sum
}

const commitOf = ({ commit }: Metrics) => ({ p50Ms: commit.quantileMs(0.5), p99Ms: commit.quantileMs(0.99) })

async function measured(
  values: number,
  groups: number,
  make: () => Datapoint[],
  use: (group: Datapoint[]) => Promise<void>,
): Promise<Part> {
  let milliseconds = 0
  const cpu = { user: 0, system: 0 }
  for (let i = 0; i < groups; i++) {
    const group = make()
    const started = performance.now()
    const before = process.cpuUsage()
    await use(group)
    const spent = process.cpuUsage(before)
    cpu.user += spent.user
    cpu.system += spent.system
    milliseconds += performance.now() - started
  }
  return part(values, milliseconds, cpu)
}

function part(values: number, milliseconds: number, cpu: NodeJS.CpuUsage): Part {
  return {
    values,
    valuesPerSecond: Math.round((values / milliseconds) * 1000),
    cpuMicrosecondsPerValue: round((cpu.user + cpu.system) / values),
  }
}

interface Bench {
  readonly store: SqliteStore
  readonly metrics: Metrics
  plant(rows: number): Datapoint[]
}

async function withStore<T>(task: (bench: Bench) => Promise<T>, folder?: string): Promise<T> {
  const where = folder ?? mkdtempSync(join(tmpdir(), 'tb-gw-bench-'))
  const registry = new SeriesRegistry()
  const metrics = new Metrics()
  const store = new SqliteStore({
    folder: where,
    config: storageSchema.parse({ preallocate: false }),
    registry,
    clock: systemClock,
    log: new LogBook(Date.now).logger('store'),
    issues: new IssueBook(systemClock),
    metrics,
    onFault: (error) => {
      throw error
    },
  })
  try {
    await store.start()
    return await task({ store, metrics, plant: plantOf(registry) })
  } finally {
    await store.stop(Number.POSITIVE_INFINITY)
    if (folder === undefined) rmSync(where, { recursive: true, force: true })
  }
}

function plantOf(registry: SeriesRegistry): (rows: number) => Datapoint[] {
  const series: LiveSeries[] = []
  const values: number[] = []
  for (let i = 0; i < seriesCount; i++) {
    const one = registry.intern(`Machine ${Math.floor(i / 20)}`, 'default', `tag ${i % 20}`, 'telemetry')
    if (one) series.push(one)
    values.push(20 + Math.random() * 80)
  }
  let next = 0
  let ts = Date.now()
  return (rows) => {
    const group: Datapoint[] = []
    for (let i = 0; i < rows; i++) {
      const index = next++ % seriesCount
      const one = series[index] as LiveSeries
      if (index === 0) ts += 100
      const kind = index % 10
      if (kind === 0) group.push({ series: one, ts, type: 'boolean', value: Math.random() < 0.9 })
      else if (kind === 1) group.push({ series: one, ts, type: 'integer', value: next })
      else {
        const value = Math.round(((values[index] ?? 0) + (Math.random() - 0.5) * 0.2) * 100) / 100
        values[index] = value
        group.push({ series: one, ts: ts + (i % 7), type: 'double', value })
      }
    }
    return group
  }
}

const round = (value: number): number => Math.round(value * 1000) / 1000

/** Of the database files; they were closed, so no WAL is left. */
function bytesIn(folder: string): number {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.db'))
    .reduce((sum, name) => sum + statSync(join(folder, name)).size, 0)
}
