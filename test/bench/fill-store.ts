import { mkdir } from 'node:fs/promises'
import { SeriesRegistry } from '../../main/engine/pipeline/series.ts'
import type { Datapoint } from '../../main/engine/pipeline/stages.ts'
import { namedArguments } from '../servers/load/process-lines.ts'
import { loadSeries } from './load-series.ts'
import { openStore } from './open-store.ts'

// A process that puts a backlog into a store, as an outage would have left it: folder=, values=, series=, devices=.

/** One group commit at a high rate. */
const groupSize = 20_000
const stopTimeoutMs = 60_000

const argument = namedArguments()
const [values, seriesCount, devices] = ['values', 'series', 'devices'].map((name) => Number(argument(name))) as [
  number,
  number,
  number,
]
const registry = new SeriesRegistry()
const series = loadSeries(registry, seriesCount, devices)
await mkdir(argument('folder'), { recursive: true })
const store = openStore(argument('folder'), registry)
await store.start()
const rounds = Math.ceil(values / seriesCount)
const before = Date.now() - rounds * 100
const start = performance.now()
let group: Datapoint[] = []
for (let i = 0; i < values; i++) {
  const each = series[i % seriesCount]!
  const count = Math.floor(i / seriesCount) + 1
  const isInteger = each.key.startsWith('I')
  const value = isInteger ? count : count * 0.37
  group.push({ series: each, ts: before + (count - 1) * 100, type: isInteger ? 'integer' : 'double', value })
  if (group.length < groupSize && i < values - 1) continue
  const outcome = await store.append(group)
  if (outcome.kind !== 'stored') throw new Error(`The store answered ${outcome.kind}`)
  group = []
}
const seconds = (performance.now() - start) / 1000
const bytes = store.status.value.backlogBytes
await store.stop(performance.now() + stopTimeoutMs)
process.stdout.write(`${JSON.stringify({ event: 'filled', values, seconds, bytes })}\n`)
