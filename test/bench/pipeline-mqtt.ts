import { mqttGateway } from './configs.ts'
import { GatewayUnderTest, metric } from './gateway-under-test.ts'
import { measurePipeline } from './measure.ts'
import { startBroker, startMqttLoad, Witness } from './parts.ts'
import type { Outcome, Scenario } from './scenario.ts'
import { latencyVerdict, memoryVerdicts, rateVerdict } from './verdicts.ts'
import { eventually } from './workplace.ts'

const goals = { perSecond: 20_000, p99Ms: 250 }
const onlineTimeoutMs = 30_000
/** Of the load asked for, what may be held back by a slow machine before the figures mean something else. */
const withheldShare = 0.01

/** Publisher -> broker -> gateway -> second broker -> witness; QoS 1 all the way, one value per message. */
export const pipelineMqtt: Scenario = {
  name: 'pipeline-mqtt',
  does: 'MQTT publisher -> broker -> gateway -> second broker: messages/s with PUBACK after commit, every value checked',
  async run(options, workplace): Promise<Outcome> {
    GatewayUnderTest.assertBuilt(workplace)
    const { seconds = 30, warmupSeconds = 10 } = options
    const rate = options.rate ?? goals.perSecond
    const topics = options.items ?? 1000
    const from = await startBroker(workplace)
    const to = await startBroker(workplace)
    const witness = await Witness.start(workplace, to.port, { n: 1 })
    const gateway = await GatewayUnderTest.start(workplace, mqttGateway(from.port, to.port))
    // Without a subscription the broker throws messages away: no load before the gateway has one.
    await eventually('the gateway subscribes', onlineTimeoutMs, async () => {
      const metrics = await gateway.metrics()
      const online = metrics.get('tbgw_connector_state{connector="load",state="online"}') === 1
      return online && metric(metrics, 'tbgw_uplink_connected') === 1 ? true : undefined
    })
    const source = await startMqttLoad(workplace, { port: from.port, rate, topics })
    source.begin()
    const measured = await measurePipeline({
      gateway,
      witness,
      source,
      others: {
        publisher: source.process.pid,
        sourceBroker: from.process.pid,
        broker: to.process.pid,
        witness: witness.process.pid,
      },
      series: topics,
      warmupSeconds,
      seconds,
    })
    const withheld = await source.withheld()
    const made = measured.figures['made']?.value ?? 0
    return {
      parameters: { seconds, warmupSeconds, rate, topics, qos: 1, protocolVersion: 5 },
      figures: { ...measured.figures, withheld: { value: withheld, unit: 'messages the broker took too slowly' } },
      verdicts: [
        rateVerdict(measured.deliveredPerSecond, Math.min(rate, goals.perSecond), 'messages/s', goals.perSecond),
        latencyVerdict(measured.sourceToAckP99Ms, goals.p99Ms),
        ...memoryVerdicts(measured.figures, seconds),
        ...(withheld > made * withheldShare
          ? [`The load was lower than asked for: ${withheld} messages withheld.`]
          : []),
      ],
      faults: measured.faults,
    }
  },
}
