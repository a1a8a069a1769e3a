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
/** Every series has a value each 100 ms, series after series, as the OPC UA load server would have written them. */
const periodMs = 100
const firstSteps = (index: number): number => (index * 7919) % 10_007
const begin = Date.now() - Math.ceil(values / seriesCount) * periodMs
let counts = 0
for (let i = 0; i < seriesCount; i++) counts += firstSteps(i)
const start = performance.now()
let group: Datapoint[] = []
for (let i = 0; i < values; i++) {
  const index = i % seriesCount
  const each = series[index]!
  const steps = firstSteps(index) + Math.floor(i / seriesCount) + 1
  const ts = begin + Math.floor((i * periodMs) / seriesCount)
  const isInteger = each.key.startsWith('I')
  group.push({ series: each, ts, type: isInteger ? 'integer' : 'double', value: isInteger ? steps : steps * 0.37 })
  if (group.length < groupSize && i < values - 1) continue
  const outcome = await store.append(group)
  if (outcome.kind !== 'stored') throw new Error(`The store answered ${outcome.kind}`)
  group = []
}
const seconds = (performance.now() - start) / 1000
const bytes = store.status.value.backlogBytes
await store.stop(performance.now() + stopTimeoutMs)
process.stdout.write(`${JSON.stringify({ event: 'filled', values, counts: counts + values, seconds, bytes })}\n`)
