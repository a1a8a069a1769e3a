import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { systemClock } from '../../main/engine/kit/clock.ts'
import { type BenchKey, type OpcuaBench, opcuaConfig, startCollector } from '../servers/opcua-bench.ts'
import { namespaceUri, startOpcuaServer, type TestServer } from '../servers/opcua-server.ts'

// The collector stops and a new one with the same folders starts, as when the gateway is updated.

const variables = ['counter', 'other'].map((name) => ({ name, value: { dataType: 'Int32', value: 0 } as const }))
const counter = { node: `nsu=${namespaceUri};s=counter`, queueSize: 1000 }
let folder = ''
let server: TestServer
let counting: NodeJS.Timeout | undefined
let count = 0

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'opcua-restarted-'))
  server = await startOpcuaServer({ variables, security: ['SignAndEncrypt'] })
  count = 0
  counting = setInterval(() => server.set('counter', { dataType: 'Int32', value: ++count }), 110)
})
afterEach(async () => {
  clearInterval(counting)
  await server.close()
  await rm(folder, { recursive: true, force: true, maxRetries: 5 })
})

async function start(keys: readonly BenchKey[]): Promise<OpcuaBench> {
  const config = opcuaConfig(server.endpointUrl, keys)
  const bench = await startCollector(config, undefined, { folder, stateFolder: join(folder, 'state') })
  await expect
    .poll(
      async () => {
        const unknown = (await bench.pki.list()).find((c) => c.state === 'rejected')
        if (unknown) await bench.pki.trust(unknown.fingerprint)
        return bench.collector.status.value.state
      },
      { timeout: 20_000 },
    )
    .toBe('online')
  return bench
}

function missing(...benches: OpcuaBench[]): number[] {
  const got = new Set(benches.flatMap((b) => b.sink.samples.filter((s) => s.tag === 0).map((s) => Number(s.value))))
  const first = Math.min(...got)
  return Array.from({ length: count - first + 1 }, (_, i) => first + i).filter((n) => !got.has(n))
}

test('a planned restart loses nothing, even when keys are added, and removed ones are let go', {
  timeout: 60_000,
}, async () => {
  const before = await start([counter, { node: `nsu=${namespaceUri};s=other`, key: 'other' }])
  await expect.poll(() => before.sink.samples.length, { timeout: 10_000 }).toBeGreaterThan(10)
  await before.close()
  const at = count
  await expect.poll(() => count, { timeout: 10_000 }).toBeGreaterThan(at + 20)
  const after = await start([counter, { node: 'i=2258', key: 'time' }])
  try {
    await expect.poll(() => Number(after.sink.last(0)?.value), { timeout: 10_000 }).toBeGreaterThan(at + 25)
    clearInterval(counting)
    await expect.poll(() => after.sink.last(0)?.value, { timeout: 10_000 }).toBe(count)
    expect(missing(before, after)).toEqual([])
    expect(after.gaps).toEqual([])
    expect(after.log.page({ offset: 0, limit: 10, level: 'info', text: 'subscriptions-moved' }).total).toBe(1)
    await expect.poll(() => after.sink.last(1), { timeout: 10_000 }).toBeDefined()
    const [session] = server.server.engine.getSessions()
    const [subscription] = session?.publishEngine.subscriptions ?? []
    await expect.poll(() => subscription?.monitoredItemCount).toBe(2)
  } finally {
    await after.close()
  }
})

test('a connector that is removed leaves nothing on the server', { timeout: 60_000 }, async () => {
  const bench = await start([counter])
  await expect.poll(() => bench.sink.samples.length, { timeout: 10_000 }).toBeGreaterThan(0)
  await bench.collector.retire(systemClock.monotonic() + 5000)
  expect(server.server.engine.currentSubscriptionCount).toBe(0)
  await bench.close()
  const again = await start([counter])
  expect(again.log.page({ offset: 0, limit: 10, level: 'info', text: 'subscriptions-recalled' }).total).toBe(0)
  await again.close()
})
