import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { expect, onTestFinished, test } from 'vitest'
import { systemClock } from '../../../main/engine/kit/clock.ts'
import { IssueBook } from '../../../main/engine/observe/issues.ts'
import { LogBook } from '../../../main/engine/observe/log.ts'
import { Metrics } from '../../../main/engine/observe/metrics.ts'
import { type LiveSeries, SeriesRegistry } from '../../../main/engine/pipeline/series.ts'
import type { Batch, Datapoint, Store } from '../../../main/engine/pipeline/stages.ts'
import { ThingsboardUplink } from '../../../main/engine/uplink/uplink.ts'
import { thingsboardSchema } from '../../../shared/config/thingsboard.ts'
import { isBalanced } from '../../../shared/status.ts'
import { makeStore, seriesOf } from '../../contract/store-kit.ts'

/** The nightly command fills all 72 hours. */
const hours = Number(process.env['TB_GW_OUTAGE_HOURS'] ?? 0.5)
const fullHours = 72
const valuesPerSecond = 1000
const limitBytes = 4 * 2 ** 30
const livePercentile99Ms = 2000
/** 1,000 tags on 20 devices, read every second, delivered by their server four times a second. */
const tags = 1000
const devices = 20
const burstsPerSecond = 4
const tagsPerBurst = tags / burstsPerSecond

test(`an outage of ${hours} h at ${valuesPerSecond} values/s: it fits, drains, and what is live meanwhile is not late`, {
  timeout: 600_000 + hours * 120_000,
}, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tb-gw-outage-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))
  const registry = new SeriesRegistry()
  const { store } = makeStore(
    folder,
    { maxBytes: limitBytes, maxAgeHours: 1000, whenFull: 'block' },
    systemClock,
    registry,
  )
  await store.start()
  const series = Array.from({ length: tags }, (_, n) => seriesOf(registry, `device ${n % devices}`, `tag ${n}`))

  const filling = performance.now()
  const rows = await fill(store, series)
  const fillSeconds = (performance.now() - filling) / 1000
  const bytes = sizeOf(folder)
  const used = store.status.value.backlogBytes
  const fullBytes = (used / hours) * fullHours
  expect(store.balance.value).toMatchObject({ accepted: rows, pending: rows, dropped: 0 })

  const { seconds, live, arrived } = await drainBesideLive(store, registry, series)
  const p99 = percentile(live, 0.99)
  expect(isBalanced(store.balance.value)).toBe(true)
  expect(store.balance.value).toMatchObject({ pending: 0, inFlight: 0, quarantined: 0, dropped: 0 })
  expect(arrived).toBeGreaterThanOrEqual(rows + live.length)
  await store.stop(performance.now() + 30_000)
  process.stdout.write(
    `outage: ${hours} h, ${rows} values in ${mib(used)} MB (${(used / rows).toFixed(2)} bytes each, files ${mib(bytes)} MB), ` +
      `${fullHours} h are ${(fullBytes / 2 ** 30).toFixed(2)} GB; filled at ${rate(rows, fillSeconds)} values/s, drained at ` +
      `${rate(rows, seconds)} values/s; live beside it: ${live.length} values, p50 ${percentile(live, 0.5).toFixed(0)} ms, ` +
      `p99 ${p99.toFixed(0)} ms, latest ${Math.max(...percentiles(live)).toFixed(0)} ms\n`,
  )
  expect(fullBytes, `${fullHours} h fit into 4 GB`).toBeLessThanOrEqual(limitBytes)
  expect(p99, 'live values are not late while the backlog drains').toBeLessThanOrEqual(livePercentile99Ms)
})

/** Plausible process values: slow waves with a little noise, two decimals, now and then unchanged. */
async function fill(store: Store, series: readonly LiveSeries[]): Promise<number> {
  const seconds = Math.round(hours * 3600)
  const start = Date.now() - seconds * 1000
  const waiting: Promise<unknown>[] = []
  for (let second = 0; second < seconds; second++) {
    for (let burst = 0; burst < burstsPerSecond; burst++) {
      const ts = start + second * 1000 + burst * (1000 / burstsPerSecond)
      const group: Datapoint[] = []
      for (let n = burst * tagsPerBurst; n < (burst + 1) * tagsPerBurst; n++) {
        const each = series[n]
        if (each) group.push({ series: each, ts, type: 'double', value: processValue(n, second) })
      }
      waiting.push(store.append(group))
    }
    if (waiting.length >= 200) await Promise.all(waiting.splice(0))
  }
  await Promise.all(waiting)
  return seconds * tags
}

function processValue(tag: number, second: number): number {
  const wave = Math.sin(second / (200 + tag) + tag) * 40
  const noise = ((Math.imul(second * 7919 + tag, 2_654_435_761) >>> 0) / 2 ** 32 - 0.5) * 0.4
  return Math.round((60 + wave + noise) * 100) / 100
}

async function drainBesideLive(store: Store, registry: SeriesRegistry, series: readonly LiveSeries[]) {
  const sink = new Worker(new URL('./sink-thread.ts', import.meta.url))
  const port = await new Promise<number>((resolve) =>
    sink.once('message', (message: { port: number }) => resolve(message.port)),
  )
  const live: number[] = []
  const startedAt = Date.now()
  const uplink = new ThingsboardUplink({
    config: thingsboardSchema.parse({ host: '127.0.0.1', port, credentials: { type: 'token', token: 'T' } }),
    store: witnessed(store, startedAt, live),
    registry,
    clock: systemClock,
    log: new LogBook(() => Date.now()).logger('uplink'),
    issues: new IssueBook(systemClock),
    metrics: new Metrics(),
    gatewayName: 'outage',
    version: '0',
    startedAt,
    statistics: () => ({}),
  })
  // Everything stored so far is backlog, as after a connection that was away.
  store.splitLanes()
  const pendingAtStart = store.balance.value.pending
  const draining = performance.now()
  await uplink.start()
  let turn = 0
  const timer = setInterval(() => {
    const first = (turn++ % burstsPerSecond) * tagsPerBurst
    const now = Date.now()
    const group = series
      .slice(first, first + tagsPerBurst)
      .map((each): Datapoint => ({ series: each, ts: now, type: 'double', value: 1 + (now % 100) }))
    void store.append(group)
  }, 1000 / burstsPerSecond)
  const backlogGone = () => store.balance.value.delivered - live.length >= pendingAtStart
  while (!backlogGone()) await new Promise((resolve) => setTimeout(resolve, 20))
  const seconds = (performance.now() - draining) / 1000
  clearInterval(timer)
  while (store.balance.value.pending + store.balance.value.inFlight > 0)
    await new Promise((resolve) => setTimeout(resolve, 20))
  const arrived = await new Promise<number>((resolve) => {
    sink.once('message', ({ counters }: { counters: { datapoints: number } }) => resolve(counters.datapoints))
    sink.postMessage('counters')
  })
  await uplink.stop(performance.now() + 5000)
  sink.postMessage('stop')
  return { seconds, live, arrived }
}

/** The same store; notes how old live values are when they are settled. */
function witnessed(store: Store, since: number, live: number[]): Store {
  return new Proxy(store, {
    get(target, name) {
      if (name === 'settle') {
        return async (batch: Batch, ...rest: [never, never]) => {
          const now = Date.now()
          await target.settle(batch, ...rest)
          for (let row = 0; row < batch.count; row++) if (batch.tsAt(row) >= since) live.push(now - batch.tsAt(row))
        }
      }
      const value: unknown = Reflect.get(target, name, target)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}

const percentile = (values: readonly number[], share: number): number =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? Number.NaN
const percentiles = (values: readonly number[]): number[] => [percentile(values, 0.999), percentile(values, 1)]
const mib = (bytes: number): string => (bytes / 2 ** 20).toFixed(1)
const rate = (rows: number, seconds: number): string => Math.round(rows / seconds).toLocaleString('en-US')

function sizeOf(folder: string): number {
  let bytes = 0
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const path = join(folder, name)
    if (statSync(path).isFile()) bytes += statSync(path).blocks * 512
  }
  return bytes
}
