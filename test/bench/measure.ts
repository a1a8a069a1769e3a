import { isBalanced } from '../../shared/status.ts'
import { type GatewayUnderTest, imbalance, metric } from './gateway-under-test.ts'
import type { Made, Source, Witness, WitnessReport } from './parts.ts'
import { cpuShare, machineBusySeconds, type Usage, usageOf, watch } from './process-usage.ts'
import type { Figure } from './scenario.ts'
import { eventually } from './workplace.ts'

export interface Pipeline {
  readonly gateway: GatewayUnderTest
  readonly witness: Witness
  readonly source: Source
  /** Their share of the machine is reported: what the gateway could not have. */
  readonly others: Readonly<Record<string, number>>
  readonly series: number
  readonly warmupSeconds: number
  readonly seconds: number
}

export interface Measured {
  readonly figures: Record<string, Figure>
  readonly faults: string[]
  readonly cpuMicrosPerValue: number
  readonly deliveredPerSecond: number
  readonly sourceToAckP99Ms: number
}

const firstValuesTimeoutMs = 60_000
const quietTimeoutMs = 60_000

/**
 * Waits for all series, warms up, measures a window, ends the load, waits until everything is delivered, and compares what the
 * source made with what the witness saw. CPU per value = the process' whole user and system time in the window / values
 * acknowledged in it.
 */
export async function measurePipeline(pipeline: Pipeline): Promise<Measured> {
  const { gateway, witness, source } = pipeline
  await eventually(`all ${pipeline.series} series arrive`, firstValuesTimeoutMs, async () =>
    (await witness.report()).series >= pipeline.series && gateway.process.isRunning ? true : undefined,
  )
  await pause(pipeline.warmupSeconds)
  const window = await measureWindow(pipeline)
  const status = await gateway.status()
  const made = await source.pause()
  const end = await untilQuiet(gateway, witness)
  const faults = [...faultsOf(end.report, made), ...(await balanceFaults(gateway, end.report))]
  if (!isBalanced(status.balance)) faults.push('status does not balance (D4)')
  const stopSeconds = await gateway.stop()
  return {
    figures: {
      ...window.figures,
      sourceToAckP50: { value: status.uplink.sourceToAckP50Ms, unit: 'ms' },
      sourceToAckP99: { value: status.uplink.sourceToAckP99Ms, unit: 'ms' },
      pubackP99: { value: status.uplink.ackP99Ms, unit: 'ms' },
      commitP50: { value: status.store.commitP50Ms, unit: 'ms' },
      commitP99: { value: status.store.commitP99Ms, unit: 'ms' },
      ...checkFigures(end.report, made),
      untilDelivered: { value: end.seconds, unit: 's after the load ended' },
      stop: { value: stopSeconds, unit: 's' },
    },
    faults,
    cpuMicrosPerValue: window.figures['engineCpuPerValue']?.value ?? Number.NaN,
    deliveredPerSecond: window.figures['delivered']?.value ?? Number.NaN,
    sourceToAckP99Ms: status.uplink.sourceToAckP99Ms,
  }
}

async function measureWindow(pipeline: Pipeline): Promise<{ figures: Record<string, Figure> }> {
  const { gateway, witness } = pipeline
  const others = Object.entries(pipeline.others)
  await witness.resetLatency()
  const [before, seenBefore] = [await gateway.metrics(), await witness.report()]
  const othersBefore = await Promise.all(others.map(([, pid]) => usageOf(pid)))
  const busyBefore = await machineBusySeconds()
  const watching = await watch(gateway.pid)
  await pause(pipeline.seconds)
  const engine = await watching.finish()
  const busy = (await machineBusySeconds()) - busyBefore
  const [after, seenAfter] = [await gateway.metrics(), await witness.report()]
  const othersAfter = await Promise.all(others.map(([, pid]) => usageOf(pid)))

  const seconds = (engine.last.at - engine.start.at) / 1000
  const name = 'tbgw_datapoints_delivered_total'
  const delivered = metric(after, name) - metric(before, name)
  const cpuSeconds = engine.last.cpuSeconds - engine.start.cpuSeconds
  const messages = seenAfter.messages - seenBefore.messages
  const seen = seenAfter.values - seenBefore.values
  const own = cpuSeconds + othersBefore.reduce((sum, usage, i) => sum + secondsBetween(usage, othersAfter[i]!), 0)
  const shares = others.map(([other], i) => [
    `${other}Cpu`,
    { value: cpuShare(othersBefore[i]!, othersAfter[i]!), unit: '% of a core' },
  ])
  return {
    figures: {
      delivered: { value: delivered / seconds, unit: 'values/s' },
      seen: { value: seen / seconds, unit: 'values/s' },
      engineCpuPerValue: { value: (cpuSeconds / delivered) * 1e6, unit: 'µs' },
      engineCpu: { value: cpuShare(engine.start, engine.last), unit: '% of a core' },
      rssStart: { value: engine.start.rssMegabytes, unit: 'MB' },
      rssMax: { value: engine.rssMax, unit: 'MB' },
      rssLast: { value: engine.last.rssMegabytes, unit: 'MB' },
      rssSlope: { value: engine.rssSlope, unit: 'MB/min' },
      messages: { value: messages / seconds, unit: 'messages/s' },
      valuesPerMessage: { value: seen / messages, unit: 'values' },
      bytesPerValue: { value: (seenAfter.bytes - seenBefore.bytes) / seen, unit: 'B' },
      sourceToWitnessP50: { value: seenAfter.latencyP50Ms, unit: 'ms' },
      sourceToWitnessP99: { value: seenAfter.latencyP99Ms, unit: 'ms' },
      sourceToWitnessMax: { value: seenAfter.latencyMaxMs, unit: 'ms' },
      ...Object.fromEntries(shares),
      foreignCpu: { value: Math.max(0, ((busy - own) / seconds) * 100), unit: '% of a core, by whoever else was busy' },
    },
  }
}

const secondsBetween = (before: Usage, after: Usage): number => after.cpuSeconds - before.cpuSeconds

/** Everything accepted is delivered and the witness has seen it. */
async function untilQuiet(
  gateway: GatewayUnderTest,
  witness: Witness,
): Promise<{ report: WitnessReport; seconds: number }> {
  const start = performance.now()
  let last = -1
  let since = start
  await eventually('everything is delivered after the load ended', quietTimeoutMs, async () => {
    const [metrics, { values }] = [await gateway.metrics(), await witness.report()]
    const waiting = metric(metrics, 'tbgw_datapoints_pending') + metric(metrics, 'tbgw_datapoints_in_flight')
    if (values !== last || waiting > 0) since = performance.now()
    last = values
    return performance.now() - since > quietMs ? true : undefined
  })
  return { report: await witness.report(), seconds: (since - start) / 1000 }
}

/** Longer than a publishing interval, a commit and a PUBACK together. */
const quietMs = 1500

function checkFigures(seen: WitnessReport, made: Made): Record<string, Figure> {
  return {
    made: { value: made.values, unit: 'values in all' },
    checked: { value: seen.values, unit: 'values in all' },
    gaps: { value: seen.gaps, unit: '' },
    missing: { value: seen.missing, unit: 'values' },
    missingAtEnd: { value: made.counts - seen.lastCounts, unit: 'values' },
    repeats: { value: seen.repeats, unit: 'values' },
  }
}

/** Every series must have stepped exactly, up to the last value that was made. */
function faultsOf(seen: WitnessReport, made: Made): string[] {
  const faults: string[] = []
  if (seen.gaps > 0) faults.push(`${seen.gaps} gaps, ${seen.missing} values missing`)
  if (seen.repeats > 0) faults.push(`${seen.repeats} values repeated or out of order, and no failure explains them`)
  if (seen.strangers > 0) faults.push(`${seen.strangers} values that nobody made (${seen.firstStranger})`)
  if (seen.unreadable > 0) faults.push(`${seen.unreadable} unreadable messages: ${seen.firstUnreadable}`)
  if (seen.lastCounts !== made.counts) faults.push(`${made.counts - seen.lastCounts} values missing at the end`)
  return faults
}

async function balanceFaults(gateway: GatewayUnderTest, seen: WitnessReport): Promise<string[]> {
  const metrics = await gateway.metrics()
  const faults: string[] = []
  const off = imbalance(metrics)
  if (off !== 0) faults.push(`the counts do not balance (D4): off by ${off}`)
  const delivered = metric(metrics, 'tbgw_datapoints_delivered_total')
  if (delivered !== seen.values) faults.push(`delivered ${delivered}, but the witness saw ${seen.values} values`)
  return faults
}

export const pause = (seconds: number): Promise<void> => new Promise((done) => setTimeout(done, seconds * 1000))
