import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { systemClock } from '../../main/engine/kit/clock.ts'
import { type OpcuaBench, opcuaConfig, startCollector } from '../servers/opcua-bench.ts'
import { namespaceUri, startOpcuaServer, type TestServer } from '../servers/opcua-server.ts'

// A server that is polled keeps nothing while the gateway does not run: what lies between two processes is declared.

const variables = ['a', 'b'].map((name) => ({ name, value: { dataType: 'Int32', value: 0 } as const }))
const keyOf = (name: string) => ({ node: `nsu=${namespaceUri};s=${name}`, key: name })
let folder = ''
let server: TestServer

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'opcua-polled-'))
  server = await startOpcuaServer({ variables })
})
afterEach(async () => {
  await server.close()
  await rm(folder, { recursive: true, force: true, maxRetries: 5 })
})

async function start(names: readonly string[]): Promise<OpcuaBench> {
  const config = opcuaConfig(server.endpointUrl, names.map(keyOf), { mode: 'poll', samplingIntervalMs: 100 })
  const bench = await startCollector(config, undefined, { folder, stateFolder: join(folder, 'state') })
  await expect.poll(() => bench.sink.last(0), { timeout: 10_000 }).toBeDefined()
  return bench
}

test('the time without a gateway is declared from the last stored round on, for what was read before and still is', {
  timeout: 60_000,
}, async () => {
  const before = await start(['a'])
  await before.close()
  const closedAt = Date.now()
  const startedAt = closedAt + 300
  await expect.poll(() => Date.now()).toBeGreaterThan(startedAt)
  // "b" is new: nothing of it is missing.
  const after = await start(['a', 'b'])
  try {
    await expect.poll(() => after.gaps.length, { timeout: 10_000 }).toBe(1)
    const [gap] = after.gaps
    expect(gap).toMatchObject({ nodeCount: 1, cause: expect.stringContaining('the gateway did not run') })
    expect(gap?.fromMs).toBeLessThanOrEqual(closedAt)
    expect(gap?.fromMs).toBeGreaterThan(closedAt - 5000)
    expect(gap?.toMs).toBeGreaterThanOrEqual(startedAt)
  } finally {
    await after.close()
  }
})

test('a round the store has not taken is part of what is missing', { timeout: 60_000 }, async () => {
  const before = await start(['a'])
  await expect.poll(() => before.collector.status.value.state).toBe('online')
  let refusedAt = 0
  before.sink.commit = () => {
    refusedAt ||= Date.now()
    return new Promise(() => {})
  }
  server.set('a', { dataType: 'Int32', value: 1 })
  await expect.poll(() => refusedAt, { timeout: 10_000 }).toBeGreaterThan(0)
  // Later rounds have nothing new to store; they do not cover for the one that waits.
  const rounds = refusedAt + 1500
  await expect.poll(() => Date.now()).toBeGreaterThan(rounds)
  await before.close()
  const after = await start(['a'])
  try {
    await expect.poll(() => after.gaps.length, { timeout: 10_000 }).toBe(1)
    expect(after.gaps[0]?.fromMs).toBeLessThanOrEqual(refusedAt)
  } finally {
    await after.close()
  }
})

test('nothing is missing of a source that was removed and made again', { timeout: 60_000 }, async () => {
  const before = await start(['a'])
  await before.collector.retire(systemClock.monotonic() + 5000)
  await before.close()
  const after = await start(['a'])
  try {
    server.set('a', { dataType: 'Int32', value: 2 })
    await expect.poll(() => after.sink.last(0)?.value, { timeout: 10_000 }).toBe(2)
    expect(after.gaps).toEqual([])
  } finally {
    await after.close()
  }
})
