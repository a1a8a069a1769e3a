import { join, resolve } from 'node:path'
import { drainGateway } from './configs.ts'
import { GatewayUnderTest, imbalance, metric } from './gateway-under-test.ts'
import { type Broker, startBroker, Witness, type WitnessReport } from './parts.ts'
import { usageOf, watch } from './process-usage.ts'
import type { Outcome, Scenario } from './scenario.ts'
import { memoryVerdicts } from './verdicts.ts'
import { eventually, type Workplace } from './workplace.ts'

const goalPerSecond = 1_000_000
const fillTimeoutMs = 300_000
const drainTimeoutMs = 300_000

/** A backlog from an outage, and a ThingsBoard that is back: how fast does it go out? */
export const drain: Scenario = {
  name: 'drain',
  does: 'a backlog in the store -> gateway -> MQTT broker: values/s, CPU per value, every value checked',
  async run(options, workplace): Promise<Outcome> {
    GatewayUnderTest.assertBuilt(workplace)
    const values = options.values ?? 5_000_000
    const series = options.items ?? 10_000
    const devices = options.devices ?? 100
    const dataDir = join(workplace.folder, 'data')
    const filled = await fill(workplace, { folder: dataDir, values, series, devices })
    const broker = await startBroker(workplace)
    const witness = await Witness.start(workplace, broker.port, { D: 0.37, I: 1 })
    const gateway = await GatewayUnderTest.start(workplace, drainGateway(broker.port), dataDir)
    const drained = await measureDrain(gateway, witness, broker, filled.values)
    const metrics = await gateway.metrics()
    const stopSeconds = await gateway.stop()
    const perSecond = drained.figures['drained']?.value ?? 0
    return {
      parameters: { values: filled.values, series, devices },
      figures: {
        ...drained.figures,
        filled: { value: filled.values / filled.seconds, unit: 'values/s' },
        backlog: { value: filled.bytes / 2 ** 20, unit: 'MB' },
        stop: { value: stopSeconds, unit: 's' },
      },
      verdicts: [
        `${perSecond >= goalPerSecond ? 'met' : 'MISSED'}: ${Math.round(perSecond).toLocaleString('en-US')} values/s >= 1,000,000`,
        ...memoryVerdicts(drained.figures, 0),
      ],
      faults: faultsOf(drained.seen, filled.values, imbalance(metrics)),
    }
  },
}

interface Filled {
  readonly values: number
  readonly seconds: number
  readonly bytes: number
}

/** In a process of its own: what filling costs must not be seen in the gateway's figures. */
async function fill(
  workplace: Workplace,
  asked: { readonly folder: string; readonly values: number; readonly series: number; readonly devices: number },
): Promise<Filled> {
  workplace.say(`Filling the store with ${asked.values.toLocaleString('en-US')} values …`)
  const args = Object.entries(asked).map(([name, value]) => `${name}=${value}`)
  const filler = workplace.startNode(resolve(import.meta.dirname, 'fill-store.ts'), args)
  const filled = (await filler.next('filled', fillTimeoutMs)) as unknown as Filled
  const exit = await filler.exited
  if (exit !== 0) throw new Error(filler.describeExit())
  return filled
}

/** From the first acknowledged value until all are, so connecting is not counted. */
async function measureDrain(
  gateway: GatewayUnderTest,
  witness: Witness,
  broker: Broker,
  values: number,
): Promise<{ figures: Outcome['figures']; seen: WitnessReport }> {
  const name = 'tbgw_datapoints_delivered_total'
  const first = await eventually('the backlog begins to go out', drainTimeoutMs, async () => {
    const delivered = metric(await gateway.metrics(), name)
    return delivered > 0 ? delivered : undefined
  })
  const brokerBefore = await usageOf(broker.process.pid)
  const watching = await watch(gateway.pid)
  await eventually('the backlog is out', drainTimeoutMs, async () => {
    return metric(await gateway.metrics(), name) >= values ? true : undefined
  })
  const engine = await watching.finish()
  const brokerAfter = await usageOf(broker.process.pid)
  const seen = await eventually('the witness has seen everything', drainTimeoutMs, async () => {
    const report = await witness.report()
    return report.values >= values ? report : undefined
  })
  const seconds = (engine.last.at - engine.start.at) / 1000
  const drained = values - first
  const cpuSeconds = engine.last.cpuSeconds - engine.start.cpuSeconds
  return {
    seen,
    figures: {
      drained: { value: drained / seconds, unit: 'values/s' },
      seconds: { value: seconds, unit: 's' },
      engineCpuPerValue: { value: (cpuSeconds / drained) * 1e6, unit: 'µs' },
      engineCpu: { value: (cpuSeconds / seconds) * 100, unit: '% of a core' },
      brokerCpu: { value: ((brokerAfter.cpuSeconds - brokerBefore.cpuSeconds) / seconds) * 100, unit: '% of a core' },
      bytesPerValue: { value: seen.bytes / seen.values, unit: 'B' },
      messageSize: { value: seen.bytes / seen.messages, unit: 'B' },
      rssMax: { value: engine.rssMax, unit: 'MB' },
      checked: { value: seen.values, unit: 'values in all' },
      gaps: { value: seen.gaps, unit: '' },
      repeats: { value: seen.repeats, unit: 'values' },
    },
  }
}

function faultsOf(seen: WitnessReport, values: number, off: number): string[] {
  const faults: string[] = []
  if (seen.gaps > 0 || seen.lastCounts !== values)
    faults.push(`${seen.gaps} gaps, ${values - seen.lastCounts} values missing`)
  if (seen.repeats > 0 || seen.values !== values)
    faults.push(`${seen.repeats} values repeated, ${seen.values} seen of ${values}`)
  if (seen.strangers + seen.unreadable > 0)
    faults.push(`values nobody stored: ${seen.strangers}, ${seen.firstStranger}${seen.firstUnreadable}`)
  if (off !== 0) faults.push(`the counts do not balance (D4): off by ${off}`)
  return faults
}
