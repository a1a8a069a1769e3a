import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { OpcuaTools } from '../../main/engine/collect/opcua/opcua-tools.ts'
import { Pki } from '../../main/engine/collect/opcua/pki.ts'
import { systemClock } from '../../main/engine/kit/clock.ts'
import { LogBook } from '../../main/engine/observe/log.ts'
import { pageLimit } from '../../shared/api/page.ts'
import { opcuaConnectorSchema, opcuaRuleSchema } from '../../shared/config/opcua.ts'

// What the engine's thread does when somebody opens the tree of a large server, and nothing else: its whole process is
// measured. Argument: the address. Prints one JSON line.

const [endpointUrl = ''] = process.argv.slice(2)
const pollMs = 100
const loopResolutionMs = 1
const nanosPerMs = 1e6
const searches = ['D99999', 'd4', 'Objects/Folder?/D*7', 'no such node']

const folder = await mkdtemp(join(tmpdir(), 'opcua-browse-'))
const log = new LogBook(() => Date.now()).logger('bench')
const pki = new Pki({ folder: join(folder, 'pki'), log, clock: systemClock })
await pki.start()
const tools = new OpcuaTools({ pki, log, clock: systemClock, indexFolder: join(folder, 'index') })
const config = opcuaConnectorSchema.parse({ type: 'opcua', id: 'b', name: 'b', endpointUrl, securityMode: 'None' })
// The session is there before the clock starts, as it is when somebody has opened the first level of the tree.
await tools.browse(config, '', 10, AbortSignal.timeout(30_000))

const before = process.memoryUsage().rss
const cpu = process.cpuUsage()
const loop = monitorEventLoopDelay({ resolution: loopResolutionMs })
loop.enable()
const from = performance.now()
let rss = before
let status = await tools.index(config, 'start')
while (status.isReading) {
  await new Promise((done) => setTimeout(done, pollMs))
  rss = Math.max(rss, process.memoryUsage().rss)
  status = await tools.index(config, 'status')
}
const seconds = (performance.now() - from) / 1000
loop.disable()
const { user, system } = process.cpuUsage(cpu)

const searchMs: number[] = []
const searchLoop = monitorEventLoopDelay({ resolution: loopResolutionMs })
searchLoop.enable()
for (const text of searches) {
  const start = performance.now()
  await tools.search(config, text, { offset: 0, limit: 100 }, AbortSignal.timeout(30_000))
  searchMs.push(performance.now() - start)
}
searchLoop.disable()

/** A rule that takes nearly every variable, as while somebody types it: the first page, and all of it. */
const rule = opcuaRuleSchema.parse({ name: 'bench', select: { path: 'Objects/**/D*' }, keys: [{ path: '.' }] })
const preview = () =>
  tools.previewRule(config, rule, pageLimit, AbortSignal.timeout(30_000), { quick: true, asker: 'bench' })
const previewFrom = performance.now()
let found = await preview()
const previewFirst = performance.now() - previewFrom
while (found.looked < 1) found = await preview()
const previewAll = performance.now() - previewFrom

const figures = {
  event: 'browsed',
  state: status.state,
  nodes: status.nodes,
  seconds,
  cpuSeconds: (user + system) / 1e6,
  rssBefore: before / 2 ** 20,
  rssMax: rss / 2 ** 20,
  loopP99: loop.percentile(99) / nanosPerMs,
  loopMax: loop.max / nanosPerMs,
  searchMax: Math.max(...searchMs),
  searchLoopMax: searchLoop.max / nanosPerMs,
  previewKeys: found.keys,
  previewFirst,
  previewAll,
}
await tools.stop(Number.POSITIVE_INFINITY)
await pki.stop(Number.POSITIVE_INFINITY)
await rm(folder, { recursive: true, force: true, maxRetries: 3 })
process.stdout.write(`${JSON.stringify(figures)}\n`)
setTimeout(() => process.exit(0), 100)
