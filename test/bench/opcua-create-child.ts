import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { OpcuaCollector } from '../../main/engine/collect/opcua/opcua-collector.ts'
import { Pki } from '../../main/engine/collect/opcua/pki.ts'
import { systemClock } from '../../main/engine/kit/clock.ts'
import { ObservableValue } from '../../main/engine/kit/observable.ts'
import { IssueBook } from '../../main/engine/observe/issues.ts'
import { LogBook } from '../../main/engine/observe/log.ts'
import { opcuaConnectorSchema } from '../../shared/config/opcua.ts'

// A collector alone, from start until every node is watched and has a first value. Arguments: address, items. Prints one
// JSON line.

const [endpointUrl = '', count = '0'] = process.argv.slice(2)
const items = Number(count)
const pollMs = 20
const nanosPerMs = 1e6

const folder = await mkdtemp(join(tmpdir(), 'opcua-create-'))
const log = new LogBook(() => Date.now()).logger('bench')
const pki = new Pki({ folder: join(folder, 'pki'), log, clock: systemClock })
await pki.start()
const config = opcuaConnectorSchema.parse({
  type: 'opcua',
  id: 'b',
  name: 'b',
  endpointUrl,
  securityMode: 'None',
  publishingIntervalMs: 1000,
  samplingIntervalMs: 1000,
  devices: [
    {
      name: 'Machine',
      keys: Array.from({ length: items }, (_, i) => {
        const name = `${i % 4 === 3 ? 'I' : 'D'}${i}`
        return { node: `ns=1;s=${name}`, key: name }
      }),
    },
  ],
})
const seen = new Uint8Array(items)
let first = 0
const sink = {
  pressure: new ObservableValue(false),
  refuse: () => {},
  accept: async (samples: readonly { readonly tag: number }[]) => {
    for (const { tag } of samples) {
      if (seen[tag] === 0) first++
      seen[tag] = 1
    }
  },
}
const before = process.memoryUsage().rss
const cpu = process.cpuUsage()
const loop = monitorEventLoopDelay({ resolution: 1 })
loop.enable()
const from = performance.now()
const collector = new OpcuaCollector({
  config,
  firstTag: 0,
  sink,
  issues: new IssueBook(systemClock),
  log,
  clock: systemClock,
  pki,
  gaps: { declare: () => {} },
  extendTags: () => items,
})
await collector.start()
let createdAt = 0
while (first < items) {
  await new Promise((done) => setTimeout(done, pollMs))
  if (createdAt === 0 && collector.status.value.state === 'online') createdAt = performance.now()
}
const valuedAt = performance.now()
loop.disable()
const { user, system } = process.cpuUsage(cpu)
const figures = {
  event: 'created',
  created: ((createdAt || valuedAt) - from) / 1000,
  valued: (valuedAt - from) / 1000,
  cpuSeconds: (user + system) / 1e6,
  rssBefore: before / 2 ** 20,
  rss: process.memoryUsage().rss / 2 ** 20,
  loopP99: loop.percentile(99) / nanosPerMs,
  loopMax: loop.max / nanosPerMs,
}
await collector.stop(systemClock.monotonic() + 10_000)
await pki.stop(Number.POSITIVE_INFINITY)
await rm(folder, { recursive: true, force: true, maxRetries: 3 })
process.stdout.write(`${JSON.stringify(figures)}\n`)
setTimeout(() => process.exit(0), 100)
