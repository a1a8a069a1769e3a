import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DataType, type UAObject } from 'node-opcua'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type OpcuaBench, opcuaConfig, startCollector } from '../servers/opcua-bench.ts'
import { startOpcuaServer, type TestServer } from '../servers/opcua-server.ts'

// The gateway is updated while alarms come.

let folder = ''
let server: TestServer
let machine: UAObject

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'opcua-events-'))
  server = await startOpcuaServer({
    variables: [{ name: 'v', value: { dataType: DataType.Double, value: 1 } }],
    security: ['SignAndEncrypt'],
  })
  const space = server.server.engine.addressSpace!
  machine = space.getNamespace(server.namespaceIndex).addObject({
    organizedBy: space.rootFolder.objects,
    notifierOf: space.rootFolder.objects.server,
    eventNotifier: 1,
    browseName: 'Mixer',
  })
})
afterEach(async () => {
  await server.close()
  await rm(folder, { recursive: true, force: true, maxRetries: 5 })
})

async function start(events: object[]): Promise<OpcuaBench> {
  const config = opcuaConfig(server.endpointUrl, [{ node: '/Objects/Plant/v' }], { events })
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

function raise(message: string): void {
  machine.raiseEvent(server.server.engine.addressSpace!.findEventType('BaseEventType')!, {
    message: { dataType: DataType.LocalizedText, value: { text: message } },
    severity: { dataType: DataType.UInt16, value: 500 },
  })
}

const messages = (bench: OpcuaBench): string[] =>
  bench.sink.samples
    .filter((s) => s.tag < 0)
    .map((s) => String((s.message?.payload as { Message?: string } | undefined)?.Message))

const itemsOnServer = () =>
  server.server.engine.getSessions()[0]?.publishEngine.subscriptions.reduce((sum, s) => sum + s.monitoredItemCount, 0)

test('events that come while the gateway restarts are delivered, once, and the server keeps one item of each kind', async () => {
  const before = await start([{}])
  raise('before')
  await expect.poll(() => messages(before), { timeout: 10_000 }).toContain('before')
  await before.close()
  raise('meanwhile')
  const after = await start([{}])
  try {
    await expect.poll(() => messages(after), { timeout: 10_000 }).toContain('meanwhile')
    raise('after')
    await expect.poll(() => messages(after), { timeout: 10_000 }).toContain('after')
    expect(messages(after).filter((m) => m === 'meanwhile')).toHaveLength(1)
    expect(messages(after).filter((m) => m === 'after')).toHaveLength(1)
    // The value, the events, and the changes of nodes.
    expect(itemsOnServer()).toBe(3)
  } finally {
    await after.close()
  }
})

test('a selection that was changed meanwhile replaces the one of before', async () => {
  const before = await start([{}])
  await before.close()
  const after = await start([{ minSeverity: 600 }])
  try {
    raise('too quiet')
    await expect.poll(itemsOnServer, { timeout: 10_000 }).toBe(3)
    expect(messages(after)).toEqual([])
  } finally {
    await after.close()
  }
})
