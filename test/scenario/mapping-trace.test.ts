import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { StatusCodes } from 'node-opcua'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ThingsboardStandIn } from '../../main/demo/thingsboard/stand-in.ts'
import { Engine } from '../../main/engine/engine.ts'
import type { RequestChannel } from '../../shared/api/channels.ts'
import type { TraceReport } from '../../shared/api/mapping-requests.ts'
import { namespaceUri, startOpcuaServer, type TestServer } from '../servers/opcua-server.ts'

// The whole engine, a real server and a ThingsBoard that answers: faults are made one after another, and the trace of the
// key they touch must name the first stage that is broken, while the key beside it goes on.

const dataDir = mkdtempSync(join(tmpdir(), 'tbgw-trace-'))
const node = (name: string) => `nsu=${namespaceUri};s=${name}`
const standIn = new ThingsboardStandIn({ token: 'T' })
let server: TestServer
let engine: Engine
let count = 0

beforeAll(async () => {
  const names = ['steady', 'bad', 'calm', 'word', 'poison', 'gone']
  server = await startOpcuaServer({
    variables: names.map((name) => ({
      name,
      value: name === 'word' ? { dataType: 'String', value: '1' } : { dataType: 'Double', value: 1 },
    })),
  })
  await standIn.start()
  const keys = [
    { key: 'steady', node: node('steady') },
    { key: 'bad', node: node('bad') },
    { key: 'calm', node: node('calm'), report: { deadband: 1000 } },
    { key: 'word', node: node('word'), type: 'double' },
    { key: 'poison', node: node('poison') },
    { key: 'gone', node: node('nobody') },
  ]
  const opcua = {
    type: 'opcua',
    id: 'plc',
    name: 'PLC',
    endpointUrl: server.endpointUrl,
    securityMode: 'None',
    publishingIntervalMs: 100,
    samplingIntervalMs: 50,
    devices: [{ name: 'Press', profile: 'default', keys }],
  }
  const thingsboard = { host: '127.0.0.1', port: standIn.port, credentials: { type: 'token', token: 'T' } }
  writeFileSync(join(dataDir, 'gateway.json'), JSON.stringify({ version: 1, thingsboard, connectors: [opcua] }))
  engine = new Engine(
    {
      dataDir,
      vaultKey: randomBytes(32),
      version: 'test',
      demo: false,
      safeMode: false,
      restartReason: '',
      logLevel: 'error',
      environment: {},
    },
    { event: () => undefined, log: () => undefined, restart: () => undefined, storageFault: () => undefined },
  )
  await engine.start()
})
afterAll(async () => {
  await engine?.stop(2000)
  await server?.close()
  await standIn.stop()
  rmSync(dataDir, { recursive: true, force: true })
})

const ask = (channel: RequestChannel, input: unknown) => engine.request(channel, input, 'test')

async function traceOf(key: string): Promise<TraceReport> {
  const result = await ask('trace.get', { device: 'Press', key })
  if (!result.ok) throw new Error(result.error.message)
  return result.value as TraceReport
}

/** First broken stage with what is said about it, while values keep coming. */
async function broken(key: string): Promise<unknown[]> {
  server.set('steady', { dataType: 'Double', value: ++count })
  const { stages, broken: at } = await traceOf(key)
  const stage = stages.find((one) => one.stage === at)
  return [at, stage?.code]
}

const within = { timeout: 30_000, interval: 200 }

test('a value that arrives breaks nowhere', async () => {
  await expect.poll(() => broken('steady'), within).toEqual([undefined, undefined])
})

test('a node nobody has breaks Read, with the cure of its issue', async () => {
  await expect.poll(() => broken('gone'), within).toEqual(['read', 'node-refused'])
  const [stage] = (await traceOf('gone')).stages
  expect(stage?.detail).not.toBe('')
  expect(stage?.actions.map(({ kind }) => kind)).toContain('source')
})

test('a bad value breaks Read with the name of its status', async () => {
  await expect.poll(() => broken('bad'), within).toEqual([undefined, undefined])
  server.set('bad', { dataType: 'Double', value: 2 }, StatusCodes.BadSensorFailure)
  await expect.poll(() => broken('bad'), within).toEqual(['read', 'bad-value'])
  expect((await traceOf('bad')).stages[0]?.detail).toBe('BadSensorFailure')
})

test('a change below the deadband is held back at Map, and told with the deadband', async () => {
  await expect.poll(() => broken('calm'), within).toEqual([undefined, undefined])
  server.set('calm', { dataType: 'Double', value: 5 })
  await expect.poll(() => broken('calm'), within).toEqual(['map', 'suppressed'])
  expect((await traceOf('calm')).stages[1]?.facts['deadband']).toBe(1000)
})

test('a text that is no number breaks Map with what was wrong', async () => {
  await expect.poll(() => broken('word'), within).toEqual([undefined, undefined])
  server.set('word', { dataType: 'String', value: 'warm' })
  await expect.poll(() => broken('word'), within).toEqual(['map', 'refused'])
  expect((await traceOf('word')).stages[1]?.detail).toContain('can not become a double')
})

test('a value ThingsBoard refuses breaks Deliver and leads to the quarantine', async () => {
  await expect.poll(() => broken('poison'), within).toEqual([undefined, undefined])
  standIn.faults.refuse = (_device, key) => key === 'poison'
  server.set('poison', { dataType: 'Double', value: 666 })
  await expect.poll(() => broken('poison'), within).toEqual(['deliver', 'quarantined'])
  const stage = (await traceOf('poison')).stages[3]
  expect(stage?.actions).toEqual([{ kind: 'quarantine', target: 'Press' }])
  standIn.faults.refuse = undefined
  server.set('poison', { dataType: 'Double', value: 1 })
  await expect.poll(() => broken('poison'), within).toEqual([undefined, undefined])
})

test('ThingsBoard that is away breaks Deliver, and what waits is counted', async () => {
  await standIn.stop()
  await expect.poll(() => broken('steady'), within).toEqual(['deliver', 'thingsboard-down'])
  await standIn.start()
  await expect.poll(() => broken('steady'), within).toEqual([undefined, undefined])
})

test('a key of the draft, and a node nobody maps, say that they are not in use', async () => {
  const draft = await ask('draft.get', null)
  const { revision } = (draft as { value: { state: { revision: number } } }).value.state
  const key = { key: 'extra', node: node('steady') }
  const steps = [{ op: 'insert', path: ['connectors', 0, 'devices', 0, 'keys', 6], value: key }]
  const edited = await ask('draft.edit', { revision, label: 'Add extra', steps })
  expect(edited).toMatchObject({ ok: true, value: { problems: [] } })
  expect(await broken('extra')).toEqual(['read', 'not-applied'])
  const free = await ask('trace.get', { connectorId: 'plc', nodeId: node('unmapped') })
  expect(free).toMatchObject({ ok: true, value: { broken: 'map', device: '' } })
  const mapped = await ask('trace.get', { connectorId: 'plc', nodeId: node('steady') })
  expect(mapped).toMatchObject({ ok: true, value: { device: 'Press', key: 'steady' } })
})

test('a server that is away breaks Read for all its keys, with a way to try again', async () => {
  await server.stop()
  await expect
    .poll(() => traceOf('steady').then(({ broken: at, stages }) => [at, stages[0]?.code]), within)
    .toEqual(['read', 'source-down'])
  expect((await traceOf('steady')).stages[0]?.actions.map(({ kind }) => kind)).toContain('retry')
})
