import { lookup } from 'node:dns/promises'
import { isIP, connect as tcpConnect } from 'node:net'
import { type TLSSocket, connect as tlsConnect } from 'node:tls'
import type { TestReport, TestStep } from '../../../shared/api/contract.ts'
import type { ThingsboardConfig } from '../../../shared/config/thingsboard.ts'
import { systemClock } from '../kit/clock.ts'
import { GatewayError, toErrorReport } from '../kit/gateway-error.ts'
import { tlsOptionsOf } from './connect-options.ts'
import { addressOf, hex, linkError } from './errors.ts'
import { parseSessionLimits, type RateLimits, type SessionLimits, unknownLimits } from './limits.ts'
import { openSession, type Session } from './session.ts'
import { durationWords } from './uplink-issues.ts'
import { wireOf } from './wire.ts'

/** For each of name, port and TLS. */
const stepTimeoutMs = 5000
/** Harmless: says goodbye for a device that was never announced. A gateway gets a PUBACK, any other device silence. */
const probe = { topic: 'v1/gateway/disconnect', device: 'connection test of the gateway' }
/** A certificate that ends sooner is pointed out. */
const soonMs = 30 * 24 * 3_600_000

type StepOutcome = Pick<TestStep, 'state' | 'detail'> & { readonly hint?: string }

/** The running session with the same credentials at the same place, which answers instead of a second sign-in. */
export interface LiveSession {
  readonly since: number
  readonly devices: number
  readonly lastAckAt: number | undefined
  readonly limits: SessionLimits
  readonly now: number
}

/**
 * Whether a test of `a` would end the session that runs with `b`: ThingsBoard allows one session per device. other: it would
 * not; same-place: and the running session can answer; elsewhere: it would, but only a sign-in can answer.
 */
export function sameIdentity(a: ThingsboardConfig, b: ThingsboardConfig): 'other' | 'same-place' | 'elsewhere' {
  if (JSON.stringify(a.credentials) !== JSON.stringify(b.credentials)) return 'other'
  const place = ({ host, port, tls, protocolVersion, payload }: ThingsboardConfig) =>
    JSON.stringify([host.toLowerCase(), port, tls, protocolVersion, payload])
  return place(a) === place(b) ? 'same-place' : 'elsewhere'
}

/** Tries the connection step by step, without touching any data. Never rejects: what failed is in the report. */
export async function testThingsboard(
  config: ThingsboardConfig,
  signal: AbortSignal,
  live?: LiveSession,
): Promise<TestReport> {
  const steps: TestStep[] = []
  let session: Session | undefined
  let failed = false
  const run = async (step: string, task: () => Promise<StepOutcome>) => {
    if (failed || signal.aborted) {
      steps.push({ step, state: 'skipped', detail: '', hint: '', ms: 0 })
      return
    }
    const started = performance.now()
    const ms = () => Math.round(performance.now() - started)
    try {
      const { state, detail, hint = '' } = await task()
      failed = state === 'failed'
      steps.push({ step, state, detail, hint, ms: ms() })
    } catch (error) {
      failed = true
      const { message, hint } = toErrorReport(linkError(error, config))
      steps.push({ step, state: 'failed', detail: message, hint, ms: ms() })
    }
  }
  await run('Name', () => testName(config, signal))
  await run('Port', () => testPort(config, signal))
  await run('Encryption', () => testTls(config, signal))
  if (live) {
    await run('Sign-in', async () => liveSignIn(live))
    await run('Gateway', async () => liveGateway(live))
    await run('Limits', async () => limitsOutcome(live.limits))
    return { steps }
  }
  await run('Sign-in', async () => {
    session = await openSession({
      config,
      clock: systemClock,
      signal,
      onMessage: (from, topic, payload) => void from.receiveResponse(topic, payload),
      onEnd: () => {},
    })
    return signedIn(config)
  })
  await run('Gateway', () => testGateway(session as Session, config))
  await run('Limits', () => testLimits(session as Session))
  await session?.close()
  return { steps }
}

async function testName({ host }: ThingsboardConfig, signal: AbortSignal): Promise<StepOutcome> {
  if (isIP(host)) return { state: 'ok', detail: `${host} is an address` }
  const { address } = await inTime(lookup(host), signal, `Looking up ${host}`)
  return { state: 'ok', detail: `${host} is ${address}` }
}

async function testPort(config: ThingsboardConfig, signal: AbortSignal): Promise<StepOutcome> {
  const socket = tcpConnect(config.port, config.host)
  try {
    await inTime(eventOf(socket, 'connect'), signal, `Connecting to ${addressOf(config)}`)
    return { state: 'ok', detail: `Port ${config.port} is open` }
  } finally {
    socket.destroy()
  }
}

async function testTls(config: ThingsboardConfig, signal: AbortSignal): Promise<StepOutcome> {
  if (!config.tls.enabled) {
    return {
      state: 'warning',
      detail: 'Not encrypted: credentials and data can be read on the network',
      hint: 'Switch on TLS if the server offers it, usually on port 8883.',
    }
  }
  const servername = isIP(config.host) ? {} : { servername: config.host }
  const socket = tlsConnect({ host: config.host, port: config.port, ...servername, ...(await tlsOptionsOf(config)) })
  try {
    await inTime(eventOf(socket, 'secureConnect'), signal, `The TLS handshake with ${addressOf(config)}`)
    return certificateOutcome(socket)
  } catch (error) {
    throw linkError(error, config, true)
  } finally {
    socket.destroy()
  }
}

function certificateOutcome(socket: TLSSocket): StepOutcome {
  const validTo = Date.parse(socket.getPeerCertificate().valid_to)
  const detail = `${socket.getProtocol()}, certificate valid until ${new Date(validTo).toISOString().slice(0, 10)}`
  if (validTo - Date.now() > soonMs) return { state: 'ok', detail }
  return { state: 'warning', detail, hint: 'The certificate of the server expires soon: have it renewed.' }
}

const signedIn = ({ protocolVersion }: ThingsboardConfig): StepOutcome =>
  protocolVersion === 5
    ? { state: 'ok', detail: 'Signed in with MQTT 5' }
    : {
        state: 'warning',
        detail: 'Signed in with MQTT 3.1.1: refused messages can not be recognised',
        hint: 'Choose MQTT 5.',
      }

async function testGateway(session: Session, config: ThingsboardConfig): Promise<StepOutcome> {
  const askedAt = session.lastHeardMs
  let undo = () => {}
  const code = await new Promise<number | undefined>((resolve) => {
    undo = systemClock.after(stepTimeoutMs, () => resolve(undefined))
    session.publish(probe.topic, wireOf(config.payload).disconnect(probe.device), resolve)
    session.ping()
  })
  undo()
  if (code !== undefined && code < 0x80) return { state: 'ok', detail: 'The device is a gateway' }
  if (code !== undefined) {
    return { state: 'failed', detail: `The gateway API answers ${hex(code)}`, hint: 'Check the log of ThingsBoard.' }
  }
  if (session.lastHeardMs > askedAt) {
    return {
      state: 'failed',
      detail: 'The sign-in works, but ThingsBoard does not treat this device as a gateway',
      hint: 'Open the device in ThingsBoard, switch on "Is gateway", save, and test again.',
    }
  }
  return {
    state: 'failed',
    detail: `ThingsBoard at ${addressOf(config)} accepts the sign-in and then says nothing more`,
    hint: 'The server or something in between hangs. Check ThingsBoard and proxies on the way.',
  }
}

async function testLimits(session: Session): Promise<StepOutcome> {
  const answer = await session.request({ method: 'getSessionLimits', params: {} }, stepTimeoutMs, systemClock)
  return limitsOutcome(parseSessionLimits(answer))
}

const liveSignIn = ({ since, now }: LiveSession): StepOutcome => ({
  state: 'ok',
  detail: `Signed in with these very settings for ${durationWords((now - since) / 1000)}; the running connection was asked, a second sign-in would end it`,
})

const liveGateway = ({ devices, lastAckAt, now }: LiveSession): StepOutcome => ({
  state: 'ok',
  detail:
    lastAckAt === undefined
      ? `${devices} devices are announced; nothing has been sent yet`
      : `${devices} devices are announced; last acknowledged ${durationWords(Math.max(0, now - lastAckAt) / 1000)} ago`,
})

function limitsOutcome(limits: SessionLimits | undefined): StepOutcome {
  if (!limits || limits === unknownLimits) {
    return { state: 'ok', detail: 'The server does not tell its limits (ThingsBoard before 3.8)' }
  }
  const parts = [
    limits.maxPayloadBytes === undefined ? '' : `messages up to ${limits.maxPayloadBytes} bytes`,
    limits.maxInFlight === undefined ? '' : `${limits.maxInFlight} in flight`,
    ratesText(limits.devices),
  ]
  return { state: 'ok', detail: parts.filter((part) => part !== '').join(', ') }
}

function ratesText({ telemetryMessages, telemetryDataPoints }: RateLimits): string {
  const text = (what: string, windows: RateLimits['messages']) =>
    windows.map(({ tokens, seconds }) => `${tokens} ${what} per ${seconds} s`)
  const all = [...text('messages', telemetryMessages), ...text('datapoints', telemetryDataPoints)]
  return all.length > 0 ? all.join(', ') : 'no rate limit'
}

function eventOf(socket: NodeJS.EventEmitter, event: string): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once(event, () => resolve())
    socket.on('error', reject)
  })
}

async function inTime<T>(task: Promise<T>, signal: AbortSignal, what: string): Promise<T> {
  const gone = Promise.withResolvers<never>()
  const late = () =>
    gone.reject(
      new GatewayError('TIMEOUT', `${what} takes more than ${stepTimeoutMs / 1000} s.`, {
        hint: 'Check the network of this PC; a firewall may drop the packets silently.',
      }),
    )
  const abort = () => gone.reject(new GatewayError('STOPPED', `${what} was stopped.`))
  const undo = systemClock.after(stepTimeoutMs, late)
  signal.addEventListener('abort', abort, { once: true })
  try {
    return await Promise.race([task, gone.promise])
  } finally {
    undo()
    signal.removeEventListener('abort', abort)
  }
}
