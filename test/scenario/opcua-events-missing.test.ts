import { DataType, type UAObject } from 'node-opcua'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Clock } from '../../main/engine/kit/clock.ts'
import { systemClock } from '../../main/engine/kit/clock.ts'
import { hurriedClock } from '../fakes/hurried-clock.ts'
import { type OpcuaBench, opcuaConfig, startCollector } from '../servers/opcua-bench.ts'
import { startProxy } from '../servers/opcua-proxy.ts'
import { namespaceUri, startOpcuaServer, type TestServer } from '../servers/opcua-server.ts'

// The machine that is to send events is not switched on yet: it is reported, and watched as soon as it is there.

let server: TestServer
let proxy: Awaited<ReturnType<typeof startProxy>>
let bench: OpcuaBench

beforeEach(async () => {
  server = await startOpcuaServer({ variables: [{ name: 'v', value: { dataType: DataType.Double, value: 1 } }] })
  proxy = await startProxy(server.port)
})
afterEach(async () => {
  await bench?.close()
  await proxy?.close()
  await server?.close()
})

const timeout = 20_000

async function collect(clock: Clock): Promise<void> {
  const events = [{ notifier: `nsu=${namespaceUri};s=Mixer` }, { notifier: 'i=2253', minSeverity: 900 }]
  const config = opcuaConfig(`opc.tcp://127.0.0.1:${proxy.port}`, [{ node: '/Objects/Plant/v' }], { events })
  bench = await startCollector(config, undefined, { clock })
  await expect.poll(reported, { timeout }).toEqual([expect.stringContaining('Mixer')])
  // It stops nothing else.
  await expect.poll(() => bench.sink.last(0)?.value, { timeout }).toBe(1)
}

const reported = (): string[] =>
  bench.issues
    .list(false)
    .filter((issue) => issue.code === 'OPCUA_NODE_REFUSED')
    .map((issue) => issue.message)

function switchOn(): UAObject {
  const space = server.server.engine.addressSpace!
  return space.getNamespace(server.namespaceIndex).addObject({
    organizedBy: space.rootFolder.objects,
    notifierOf: space.rootFolder.objects.server,
    eventNotifier: 1,
    browseName: 'Mixer',
    nodeId: `ns=${server.namespaceIndex};s=Mixer`,
  })
}

async function expectEvents(mixer: UAObject): Promise<void> {
  await expect.poll(reported, { timeout }).toEqual([])
  mixer.raiseEvent(server.server.engine.addressSpace!.findEventType('BaseEventType')!, {
    message: { dataType: DataType.LocalizedText, value: { text: 'hot' } },
    severity: { dataType: DataType.UInt16, value: 500 },
  })
  const messages = () =>
    bench.sink.samples
      .filter((s) => s.tag < 0)
      .map((s) => (s.message?.payload as { Message?: string } | undefined)?.Message)
  await expect.poll(messages, { timeout }).toEqual(['hot'])
}

test('a server that does not tell of new nodes: looked for again from time to time', async () => {
  await collect(hurriedClock(60))
  await expectEvents(switchOn())
})

test('a server that tells of new nodes: looked for at once', async () => {
  await collect(systemClock)
  const mixer = switchOn()
  server.server.engine.addressSpace!.rootFolder.objects.server.raiseEvent('GeneralModelChangeEventType', {})
  await expectEvents(mixer)
})

test('after the connection was lost: looked for with the next one', async () => {
  await collect(systemClock)
  const mixer = switchOn()
  proxy.cut()
  await expectEvents(mixer)
  expect(bench.log.page({ offset: 0, limit: 9, level: 'info', text: 'session-taken-up' }).total).toBeGreaterThan(0)
})
