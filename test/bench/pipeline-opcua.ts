import { opcuaGateway } from './configs.ts'
import { GatewayUnderTest } from './gateway-under-test.ts'
import { measurePipeline } from './measure.ts'
import { opcuaSteps, startBroker, startOpcuaLoad, Witness } from './parts.ts'
import type { Outcome, Scenario } from './scenario.ts'
import { latencyVerdict, memoryVerdicts, perValueVerdict, rateVerdict } from './verdicts.ts'

const goals = { perSecond: 100_000, perSecondNodeServer: 50_000, microsPerValue: 4, p99Ms: 250 }
const hz = 10

/** OPC UA server -> gateway -> broker -> witness, every value checked. */
export const pipelineOpcua: Scenario = {
  name: 'pipeline-opcua',
  does: 'OPC UA load server -> gateway -> MQTT broker: values/s, CPU per value, latency, every value checked',
  async run(options, workplace): Promise<Outcome> {
    GatewayUnderTest.assertBuilt(workplace)
    const { seconds = 30, warmupSeconds = 10 } = options
    const items = options.items ?? (options.nodeServer ? 5000 : 10_000)
    const maxNotifications = options.maxNotifications ?? 1000
    const rate = options.rate ?? items * hz
    const devices = options.devices ?? 100
    const asked = { items, hz: rate / items, maxNotifications, nodeServer: options.nodeServer }
    const source = await startOpcuaLoad(workplace, asked)
    const broker = await startBroker(workplace)
    const witness = await Witness.start(workplace, broker.port, opcuaSteps)
    const gateway = await GatewayUnderTest.start(workplace, opcuaGateway(source, devices, broker.port))
    const measured = await measurePipeline({
      gateway,
      witness,
      source,
      others: { loadServer: source.process.pid, broker: broker.process.pid, witness: witness.process.pid },
      series: items,
      warmupSeconds,
      seconds,
    })
    const server = source.open62541 ? 'open62541 (C)' : 'node-opcua'
    const goal = source.open62541 ? goals.perSecond : goals.perSecondNodeServer
    return {
      parameters: { seconds, warmupSeconds, items, rate, devices, maxNotifications, server, security: 'None' },
      figures: measured.figures,
      verdicts: [
        rateVerdict(measured.deliveredPerSecond, Math.min(rate, goal), 'values/s', goal),
        perValueVerdict(measured.cpuMicrosPerValue, goals.microsPerValue),
        latencyVerdict(measured.sourceToAckP99Ms, goals.p99Ms),
        ...memoryVerdicts(measured.figures, seconds),
      ],
      faults: measured.faults,
      versions: source.open62541 ? { open62541: source.open62541.version } : {},
    }
  },
}
