import { DataType, type UAObject, type UAVariable } from 'node-opcua'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { compileMapping } from '../../main/engine/map/compile.ts'
import { SeriesRegistry } from '../../main/engine/pipeline/series.ts'
import type { Datapoint, Refusal } from '../../main/engine/pipeline/stages.ts'
import type { OpcuaConnectorConfig } from '../../shared/config/opcua.ts'
import type { Sample } from '../../shared/sample.ts'
import { type OpcuaBench, opcuaConfig, startCollector } from '../servers/opcua-bench.ts'
import { startOpcuaServer, type TestServer } from '../servers/opcua-server.ts'

let server: TestServer
let bench: OpcuaBench
let machine: UAObject

beforeEach(async () => {
  server = await startOpcuaServer({ variables: [{ name: 'v', value: { dataType: DataType.Double, value: 1 } }] })
  machine = addMachine()
})
afterEach(async () => {
  await bench?.close()
  await server?.close()
})

interface AlarmNamespace {
  addAnalogDataItem(options: object): UAVariable
  instantiateNonExclusiveLimitAlarm(type: string, options: object): unknown
}

function addMachine(): UAObject {
  const space = server.server.engine.addressSpace!
  const namespace = space.getNamespace(server.namespaceIndex)
  return namespace.addObject({
    organizedBy: space.rootFolder.objects,
    notifierOf: space.rootFolder.objects.server,
    eventNotifier: 1,
    browseName: 'Mixer',
    nodeId: `ns=${server.namespaceIndex};s=Mixer`,
  })
}

function raise(message: string, severity: number): void {
  const space = server.server.engine.addressSpace!
  machine.raiseEvent(space.findEventType('BaseEventType')!, {
    message: { dataType: DataType.LocalizedText, value: { text: message } },
    severity: { dataType: DataType.UInt16, value: severity },
  })
}

const watched = () =>
  vi.waitFor(
    () =>
      expect(bench.log.page({ offset: 0, limit: 1, level: 'info', text: 'events-watched' }).entries).toHaveLength(1),
    { timeout: 15_000 },
  )
const events = (): Sample[] => bench.sink.samples.filter((s) => s.tag < 0)
const payloads = () => events().map((s) => s.message?.payload as { Message: string; Severity: number })

/** What the gateway would store of them. */
function mapped(config: OpcuaConnectorConfig) {
  const refusals: Refusal[] = []
  const { mapper } = compileMapping({
    config: { connectors: [config] },
    registry: new SeriesRegistry(),
    refuse: (r) => refusals.push(r),
  })
  const out: Datapoint[] = []
  for (const sample of events()) mapper.map(sample, Date.now(), out)
  return {
    refusals,
    points: out.map(({ series, value, type, ts }) => ({
      device: series.device.name,
      key: series.key,
      kind: series.kind,
      value,
      type,
      ts,
    })),
  }
}

test('events of the severity asked for arrive with their fields and become keys of the device they come from', async () => {
  const config = opcuaConfig(server.endpointUrl, [{ node: '/Objects/Plant/v' }], {
    events: [
      {
        minSeverity: 300,
        keys: [
          { key: 'message', value: '$.Message' },
          { key: 'severity', value: '$.Severity', kind: 'attribute' },
          { key: 'raw' },
        ],
      },
    ],
  })
  bench = await startCollector(config)
  await watched()
  raise('too quiet', 200)
  raise('hot', 300)
  raise('burning', 900)
  await vi.waitFor(() => expect(payloads().map((p) => p.Message)).toEqual(['hot', 'burning']), { timeout: 10_000 })
  const { points, refusals } = mapped(config)
  expect(refusals).toEqual([])
  expect(points).toContainEqual(
    expect.objectContaining({ device: 'Mixer', key: 'message', kind: 'telemetry', value: 'hot' }),
  )
  expect(points).toContainEqual(
    expect.objectContaining({ key: 'severity', kind: 'attribute', value: 900, type: 'integer' }),
  )
  const raw = points.find((p) => p.key === 'raw')
  expect(JSON.parse(String(raw?.value))).toMatchObject({ SourceName: 'Mixer', EventType: 'i=2041', Severity: 300 })
  expect(Math.abs(points[0]!.ts - Date.now())).toBeLessThan(60_000)
  // Values of nodes come all the same.
  expect(bench.sink.last(0)?.value).toBe(1)
})

test('an alarm is an event at every change of its state, and the state of now is told after connecting', async () => {
  const space = server.server.engine.addressSpace!
  // The library offers these two on every namespace; its type leaves them out.
  const namespace = space.getNamespace(server.namespaceIndex) as unknown as AlarmNamespace
  space.installAlarmsAndConditionsService()
  const level = namespace.addAnalogDataItem({
    componentOf: machine,
    eventSourceOf: machine,
    browseName: 'Level',
    dataType: 'Double',
    engineeringUnitsRange: { low: 0, high: 100 },
    value: { dataType: DataType.Double, value: 95 },
  })
  namespace.instantiateNonExclusiveLimitAlarm('NonExclusiveLimitAlarmType', {
    browseName: 'LevelAlarm',
    conditionName: 'LevelAlarm',
    componentOf: machine,
    conditionSource: level,
    inputNode: level,
    highLimit: 80,
    highHighLimit: 90,
    optionals: ['ConfirmedState', 'Confirm'],
  })
  const config = opcuaConfig(server.endpointUrl, [], {
    events: [
      {
        eventType: 'i=2915',
        device: 'Mixer',
        keys: [{ key: '${$.ConditionName}', value: '$.ActiveState.Id', kind: 'attribute' }],
      },
    ],
  })
  bench = await startCollector(config)
  await watched()
  // It was active before we came.
  await vi.waitFor(() => expect(mapped(config).points.at(-1)).toMatchObject({ key: 'LevelAlarm', value: true }), {
    timeout: 10_000,
  })
  level.setValueFromSource({ dataType: DataType.Double, value: 20 })
  await vi.waitFor(
    () =>
      expect(mapped(config).points.at(-1)).toMatchObject({
        device: 'Mixer',
        key: 'LevelAlarm',
        kind: 'attribute',
        value: false,
      }),
    { timeout: 10_000 },
  )
})

test('after a restart of the server events come again', async () => {
  const config = opcuaConfig(server.endpointUrl, [], { events: [{ keys: [{ key: 'm', value: '$.Message' }] }] })
  bench = await startCollector(config)
  await watched()
  raise('before', 500)
  await vi.waitFor(() => expect(payloads().map((p) => p.Message)).toContain('before'), { timeout: 10_000 })
  await server.restart()
  machine = addMachine()
  await vi.waitFor(
    () => {
      raise('after', 500)
      expect(payloads().map((p) => p.Message)).toContain('after')
    },
    { timeout: 30_000, interval: 500 },
  )
})

test('a notifier that is not there is an issue with a cure, and values come all the same', async () => {
  const config = opcuaConfig(server.endpointUrl, [{ node: '/Objects/Plant/v' }], {
    events: [{ notifier: '/Objects/Nowhere' }],
  })
  bench = await startCollector(config)
  await vi.waitFor(
    () => expect(bench.issues.list(false)).toContainEqual(expect.objectContaining({ code: 'OPCUA_NODE_REFUSED' })),
    { timeout: 10_000 },
  )
  await vi.waitFor(() => expect(bench.sink.last(0)?.value).toBe(1), { timeout: 10_000 })
})
