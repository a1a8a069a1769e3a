import { expect, test } from 'vitest'
import { GatewayError } from '../../main/engine/kit/gateway-error.ts'
import { opcuaConfig, startCollector } from '../servers/opcua-bench.ts'
import { namespaceUri, startOpcuaServer, type TestServer } from '../servers/opcua-server.ts'

/** Sequence numbers the server still holds because nobody acknowledged them. */
function unacknowledged(server: TestServer): number[] {
  const [session] = server.server.engine.getSessions()
  const publishEngine = session?.publishEngine
  return (publishEngine?.subscriptions ?? []).flatMap((s) => s.getAvailableSequenceNumbers())
}

const key = { node: `nsu=${namespaceUri};s=counter`, queueSize: 100 }
const variables = [{ name: 'counter', value: { dataType: 'Int32', value: 0 } as const }]

test('a notification is acknowledged only after its commit', async () => {
  const server = await startOpcuaServer({ variables })
  const held: (() => void)[] = []
  const bench = await startCollector(opcuaConfig(server.endpointUrl, [key]), (sink) => {
    sink.commit = () => new Promise((resolve) => held.push(resolve))
  })
  try {
    for (let i = 1; i <= 3; i++) {
      await expect.poll(() => held.length, { timeout: 10_000 }).toBeGreaterThanOrEqual(i)
      server.set('counter', { dataType: 'Int32', value: i })
    }
    await expect.poll(() => held.length, { timeout: 10_000 }).toBe(4)
    expect(unacknowledged(server)).toEqual([1, 2, 3, 4])
    expect(bench.sink.samples).toEqual([])
    for (const commit of held.splice(0)) commit()
    await expect.poll(() => bench.sink.samples.length).toBe(4)
    // Acknowledgements travel with the next request, which follows the next answer of the server.
    server.set('counter', { dataType: 'Int32', value: 9 })
    await expect.poll(() => unacknowledged(server), { timeout: 10_000 }).toEqual([5])
  } finally {
    await bench.close()
    await server.close()
  }
})

test('values the store refuses are offered again, acknowledged when it takes them and not before', async () => {
  const server = await startOpcuaServer({ variables })
  let refusals = 0
  const bench = await startCollector(opcuaConfig(server.endpointUrl, [key]), (sink) => {
    sink.commit = async () => {
      if (refusals++ < 2) throw new GatewayError('STORE_DISK_FULL', 'No space left')
    }
  })
  try {
    await expect.poll(() => refusals, { timeout: 10_000 }).toBeGreaterThan(0)
    expect(unacknowledged(server)).toEqual([1])
    await expect.poll(() => bench.sink.samples.map((s) => s.value), { timeout: 10_000 }).toEqual([0])
    server.set('counter', { dataType: 'Int32', value: 1 })
    await expect.poll(() => unacknowledged(server), { timeout: 10_000 }).toEqual([2])
  } finally {
    await bench.close()
    await server.close()
  }
})
