import { compileMapping } from '../../main/engine/map/compile.ts'
import { SeriesRegistry } from '../../main/engine/pipeline/series.ts'
import type { Batch, Datapoint } from '../../main/engine/pipeline/stages.ts'
import { encodeChunks } from '../../main/engine/store/chunk.ts'
import { encodeBatch } from '../../main/engine/uplink/encode.ts'
import { gatewaySchema } from '../../shared/config/gateway.ts'
import { thingsboardSchema } from '../../shared/config/thingsboard.ts'
import type { Sample } from '../../shared/sample.ts'
import { mqttGateway } from './configs.ts'
import type { Figure, Outcome, Scenario } from './scenario.ts'

// The pure steps of the straight line alone, on one thread, nothing else running: what a value costs at least.

const groupSize = 10_000
/** Until the optimising compiler is done with them. */
const warmupRounds = 30

interface Step {
  readonly name: string
  /** Handles `groupSize` values. */
  run(): number
}

export const mapEncode: Scenario = {
  name: 'map-encode',
  does: 'mapping, chunk encoding and ThingsBoard encoding alone: µs per value',
  async run(options): Promise<Outcome> {
    const seconds = options.seconds ?? 3
    const devices = options.devices ?? 100
    const figures: Record<string, Figure> = {}
    for (const step of steps(devices)) figures[step.name] = { value: measure(step, seconds), unit: 'µs/value' }
    const opcua = ['mapOpcua', 'chunk', 'uplink'].reduce((sum, name) => sum + (figures[name]?.value ?? 0), 0)
    figures['opcuaTogether'] = { value: opcua, unit: 'µs/value' }
    return { parameters: { seconds, values: groupSize, devices }, figures, verdicts: [], faults: [] }
  },
}

function steps(devices: number): Step[] {
  const opcua = opcuaSamples(devices)
  const mqtt = mqttSamples()
  const datapoints: Datapoint[] = []
  for (const sample of opcua.samples) opcua.mapper.map(sample, sample.ts, datapoints)
  const limits = {
    maxPayloadBytes: thingsboardLimit(),
    aimBytes: thingsboardLimit(),
    maxRows: Number.POSITIVE_INFINITY,
    severalDevices: false,
    protobuf: false,
  }
  const batch = batchOf(datapoints)
  return [
    { name: 'mapOpcua', run: () => mapAll(opcua) },
    { name: 'mapMqtt', run: () => mapAll(mqtt) },
    { name: 'chunk', run: () => encodeChunks(datapoints).length },
    { name: 'uplink', run: () => encodeBatch(batch, limits, []).length },
  ]
}

type Mapped = { readonly mapper: ReturnType<typeof compileMapping>['mapper']; readonly samples: readonly Sample[] }

function mapAll({ mapper, samples }: Mapped): number {
  const out: Datapoint[] = []
  for (const sample of samples) mapper.map(sample, sample.ts, out)
  return out.length
}

function opcuaSamples(devices: number): Mapped {
  const perDevice = groupSize / devices
  const config = gatewaySchema.parse({
    version: 1,
    connectors: [
      {
        type: 'opcua',
        id: 'load',
        name: 'Load server',
        endpointUrl: 'opc.tcp://127.0.0.1:4840',
        devices: Array.from({ length: devices }, (_, d) => ({
          name: `Machine ${d + 1}`,
          keys: Array.from({ length: perDevice }, (_, k) => ({ node: `ns=1;s=D${k}`, key: `D${d * perDevice + k}` })),
        })),
      },
    ],
  })
  const ts = Date.now()
  const samples = Array.from({ length: groupSize }, (_, tag): Sample => {
    return { tag, type: 'double', value: (tag + 1) * 0.37, ts, statusCode: 0 }
  })
  return { mapper: compileMapping({ config, registry: new SeriesRegistry(), refuse: () => {} }).mapper, samples }
}

function mqttSamples(): Mapped {
  const config = gatewaySchema.parse(mqttGateway(1883, 1884))
  const ts = Date.now()
  const samples = Array.from({ length: groupSize }, (_, i): Sample => {
    const topic = `plant/machine-${i % 1000}/data`
    const message = { topic, levels: topic.split('/'), payload: { ts, value: i } }
    return { tag: 0, type: 'json', value: null, ts, statusCode: 0, message }
  })
  return { mapper: compileMapping({ config, registry: new SeriesRegistry(), refuse: () => {} }).mapper, samples }
}

function thingsboardLimit(): number {
  const credentials = { type: 'token', token: 'bench' }
  return thingsboardSchema.parse({ host: '127.0.0.1', credentials }).maxPayloadBytes
}

function batchOf(datapoints: readonly Datapoint[]): Batch {
  return {
    id: 1,
    lane: 'live',
    count: datapoints.length,
    seriesAt: (row) => datapoints[row]!.series,
    tsAt: (row) => datapoints[row]!.ts,
    typeAt: (row) => datapoints[row]!.type,
    valueAt: (row) => datapoints[row]!.value,
  }
}

/** Median round, µs per value: what other processes take from single rounds is left out. */
function measure(step: Step, seconds: number): number {
  for (let i = 0; i < warmupRounds; i++) step.run()
  const rounds: number[] = []
  const end = performance.now() + seconds * 1000
  while (performance.now() < end) {
    const start = performance.now()
    if (step.run() === 0) throw new Error(`${step.name} made nothing`)
    rounds.push(performance.now() - start)
  }
  rounds.sort((a, b) => a - b)
  return ((rounds[rounds.length >> 1] ?? 0) * 1000) / groupSize
}
