import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Balance, type GatewayStatus, isBalanced } from '../../../shared/status.ts'
import { type Demo, startDemo } from '../../demo/demo.ts'
import type { Arrived } from '../../demo/demo-protocol.ts'
import { readBalance } from '../../engine/store/read-balance.ts'
import { type Command, exitCodes, parseCommand, print, say, UsageError } from '../command.ts'
import { describeBalance, emptyBalance } from '../counts.ts'
import { HeadlessGateway } from '../headless-gateway.ts'
import { stopRequested } from '../signals.ts'
import { defaultUi } from '../ui-address.ts'
import { uiSentence } from './run.ts'

const progressMs = 5000
/** A demo that runs longer than a day is a mistake in the number. */
const secondsLimit = 86_400

export const demoCommand: Command = {
  usage: 'demo [--seconds N] [--json]',
  about: `Plays a plant (OPC UA, MQTT), the gateway and a ThingsBoard stand-in on this PC, in a folder that is deleted afterwards.

  --seconds N   stops after N seconds and exits non-zero when the counts do not balance
  --json        prints counts and what arrived as JSON`,
  async run(args) {
    const { values } = parseCommand(args, { seconds: { type: 'string' }, json: { type: 'boolean' } })
    const seconds = parseSeconds(values.seconds)
    const asked = stopRequested()
    const folder = await mkdtemp(join(tmpdir(), 'tb-gateway-demo-'))
    try {
      return await runDemo(folder, seconds, values.json === true, asked)
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  },
}

function parseSeconds(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const seconds = Number(text)
  if (Number.isFinite(seconds) && seconds > 0 && seconds <= secondsLimit) return seconds
  throw new UsageError(`--seconds "${text}" is not a number from 1 to ${secondsLimit}`)
}

async function runDemo(
  folder: string,
  seconds: number | undefined,
  json: boolean,
  asked: Promise<void>,
): Promise<number> {
  say('Starting the demo plant (OPC UA, MQTT) and a ThingsBoard stand-in on loopback …')
  const { promise: broken, reject } = Promise.withResolvers<never>()
  broken.catch(() => undefined)
  const demo = await startDemo({ folder, broken: reject })
  const gateway = new HeadlessGateway({
    dataDir: folder,
    configPath: demo.configPath,
    demo: true,
    ui: defaultUi,
    printLevel: 'warn',
  })
  try {
    const ended = Promise.race([asked, gateway.gaveUp, broken])
    const isRunning = await Promise.race([gateway.start(), ended.then(() => false)])
    if (!isRunning) return (await ended) ?? exitCodes.fine
    say(`OPC UA ${demo.opcuaUrl}, MQTT ${demo.mqttUrl}, ThingsBoard stand-in ${demo.thingsboardUrl}`)
    say(`${uiSentence(gateway.address)} ${seconds === undefined ? 'Ctrl-C stops it.' : ''}`)
    const undoProgress = reportProgress(gateway, demo)
    const exitCode = await Promise.race([ended, timeUp(seconds)]).finally(undoProgress)
    await gateway.stop()
    if (typeof exitCode === 'number') return exitCode
    // Whoever presses Ctrl-C after a second has not found a fault.
    return await conclude(folder, demo, { json, mustArrive: seconds !== undefined })
  } finally {
    await gateway.stop()
    await demo.stop()
  }
}

function timeUp(seconds: number | undefined): Promise<void> {
  return new Promise((resolve) => {
    if (seconds !== undefined) setTimeout(resolve, seconds * 1000)
  })
}

function reportProgress(gateway: HeadlessGateway, demo: Demo): () => void {
  const startedAt = performance.now()
  const timer = setInterval(async () => {
    const [status, arrived] = await Promise.all([gateway.status(), demo.arrived()])
    if (status) say(`${Math.round((performance.now() - startedAt) / 1000)} s: ${progressOf(status, arrived)}`)
  }, progressMs)
  return () => clearInterval(timer)
}

function progressOf({ balance, connectors, summary }: GatewayStatus, arrived: Arrived): string {
  const received = connectors.reduce((sum, connector) => sum + connector.received, 0)
  const waiting = balance.pending + balance.inFlight
  return `${summary}, ${received} values read, ${balance.accepted} accepted, ${balance.delivered} acknowledged, ${waiting} waiting, ${arrived.datapoints} arrived`
}

/** Everything has stopped: the counts on disk are final, and what the stand-in holds can be compared with them. */
async function conclude(
  folder: string,
  demo: Demo,
  { json, mustArrive }: { readonly json: boolean; readonly mustArrive: boolean },
): Promise<number> {
  const balance = readBalance(folder)?.balance ?? emptyBalance
  const arrived = await demo.arrived()
  const problem = problemOf(balance, arrived, mustArrive)
  if (json)
    print(JSON.stringify({ ok: problem === undefined, balanced: isBalanced(balance), balance, arrived }, undefined, 2))
  else print(sentence(balance, arrived))
  if (problem === undefined) return exitCodes.fine
  say(`tb-gateway demo: ${problem}`)
  return exitCodes.bug
}

function problemOf(balance: Balance, arrived: Arrived, mustArrive: boolean): string | undefined {
  if (!isBalanced(balance)) return 'The counts do not balance.'
  if (mustArrive && arrived.datapoints === 0) return 'Nothing arrived at the ThingsBoard stand-in.'
  if (arrived.datapoints + arrived.attributes < balance.delivered) return 'Less arrived than was counted as delivered.'
  return arrived.conflicts > 0 ? 'A value arrived again and was another one.' : undefined
}

function sentence(balance: Balance, { datapoints, attributes, devices, messages }: Arrived): string {
  const values = `${datapoints} telemetry values and ${attributes} attributes of ${devices} devices`
  return `${describeBalance(balance)}\narrived at the ThingsBoard stand-in: ${values} in ${messages} messages`
}
