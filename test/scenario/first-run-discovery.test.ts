import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { MqttPlant } from '../../main/demo/mqtt-plant.ts'
import { OpcuaPlant } from '../../main/demo/opcua-plant.ts'
import { Discovery, type Port } from '../../main/engine/discover/discovery.ts'
import { LogBook } from '../../main/engine/observe/log.ts'
import { startTools, type ToolsUnderTest } from '../servers/opcua-tools.ts'

const folder = mkdtempSync(join(tmpdir(), 'tb-gateway-discovery-'))
let bench: ToolsUnderTest
let undo: (() => unknown)[] = []

afterEach(async () => {
  for (const step of undo.reverse()) await step()
  undo = []
  await bench?.close()
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
})

async function discovery(ports: readonly Port[]): Promise<Discovery> {
  bench = await startTools()
  const { tools } = bench
  const found = new Discovery({
    endpoints: (url, signal) => tools.endpoints(url, signal),
    servers: (url, signal) => tools.servers(url, signal),
    log: new LogBook(Date.now).logger('discovery'),
    ports,
  })
  undo.push(() => found.stop())
  return found
}

/** A port that takes connections and never says a word. */
async function silentPort(): Promise<number> {
  const server: Server = createServer((socket) => socket.on('error', () => undefined).resume())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  undo.push(() => new Promise((resolve) => server.close(resolve)))
  return (server.address() as { port: number }).port
}

const over = (found: Discovery) =>
  expect.poll(() => found.look('status', false).isLooking, { timeout: 60_000, interval: 50 }).toBe(false)

test('an OPC UA server and an MQTT broker are told apart from ports where nothing of the kind answers', async () => {
  const opcua = new OpcuaPlant(folder)
  const mqtt = new MqttPlant()
  await Promise.all([opcua.start(), mqtt.start()])
  undo.push(
    () => opcua.stop(),
    () => mqtt.stop(),
  )
  const opcuaPort = Number(new URL(opcua.endpointUrl).port)
  const found = await discovery([
    { port: opcuaPort, kind: 'opcua' },
    { port: mqtt.port, kind: 'mqtt' },
    { port: mqtt.port, kind: 'opcua' },
    { port: 1, kind: 'opcua' },
    { port: await silentPort(), kind: 'mqtt' },
  ])
  expect(found.look('start', false)).toMatchObject({ isLooking: true, of: 5 })
  await over(found)
  const { found: servers, looked } = found.look('status', false)
  expect(looked).toBe(5)
  expect(servers.map(({ kind, url }) => [kind, url]).sort()).toEqual([
    ['mqtt', `mqtt://127.0.0.1:${mqtt.port}`],
    ['opcua', opcua.endpointUrl],
  ])
  const plant = servers.find(({ kind }) => kind === 'opcua')
  expect(plant).toMatchObject({ isSecure: true })
  expect(plant?.security[0]).toMatch(/^SignAndEncrypt /)
  expect(plant?.security.at(-1)).toBe('None None')
})

test('a search that is stopped ends at once', async () => {
  const port = await silentPort()
  const found = await discovery(Array.from({ length: 40 }, () => ({ port, kind: 'mqtt' as const })))
  found.look('start', false)
  found.look('cancel', false)
  await expect.poll(() => found.look('status', false).isLooking, { timeout: 2000, interval: 20 }).toBe(false)
  expect(found.look('status', false).found).toEqual([])
})
