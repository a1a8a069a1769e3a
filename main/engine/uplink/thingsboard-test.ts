import { lookup } from 'node:dns/promises'
import { isIP, connect as tcpConnect } from 'node:net'
import { type TLSSocket, connect as tlsConnect } from 'node:tls'
import type { TestReport, TestStep } from '../../../shared/api/contract.ts'
import type { ThingsboardConfig } from '../../../shared/config/thingsboard.ts'
import { asIs, inWords, type Said, said, saidOfError } from '../../../shared/said/said.ts'
import { systemClock } from '../kit/clock.ts'
import { GatewayError, toErrorReport } from '../kit/gateway-error.ts'
import { tlsOptionsOf } from './connect-options.ts'
import { addressOf, hex, linkError } from './errors.ts'
import { parseSessionLimits, type RateLimits, type SessionLimits, unknownLimits } from './limits.ts'
import { openSession, type Session } from './session.ts'
import { wireOf } from './wire.ts'

/** For each of name, port and TLS. */
const stepTimeoutMs = 5000
/** Harmless: says goodbye for a device that was never announced. A gateway gets a PUBACK, any other device silence. */
const probe = { topic: 'v1/gateway/disconnect', device: 'connection test of the gateway' }
/** A certificate that ends sooner is pointed out. */
const soonMs = 30 * 24 * 3_600_000

type StepOutcome = Pick<TestStep, 'state'> & { readonly detail: Said; readonly hint?: Said }

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
      const { state, detail, hint = asIs('') } = await task()
      failed = state === 'failed'
      steps.push({ step, state, ...inWords({ detail, hint }), ms: ms() })
    } catch (error) {
      failed = true
      const report = toErrorReport(linkError(error, config))
      steps.push({ step, state: 'failed', ...inWords(saidOfError(report)), ms: ms(), code: report.code })
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
  if (isIP(host)) return { state: 'ok', detail: said('test.isAddress', { host }) }
  const { address } = await inTime(lookup(host), signal, `Looking up ${host}`)
  return { state: 'ok', detail: said('test.resolved', { host, address }) }
}

async function testPort(config: ThingsboardConfig, signal: AbortSignal): Promise<StepOutcome> {
  const socket = tcpConnect(config.port, config.host)
  try {
    await inTime(eventOf(socket, 'connect'), signal, `Connecting to ${addressOf(config)}`)
    return { state: 'ok', detail: said('test.portOpen', { port: config.port }) }
  } finally {
    socket.destroy()
  }
}

async function testTls(config: ThingsboardConfig, signal: AbortSignal): Promise<StepOutcome> {
  if (!config.tls.enabled) {
    return {
      state: 'warning',
      detail: said('test.notEncrypted'),
      hint: said('test.switchOnTls'),
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
  const day = new Date(validTo).toISOString().slice(0, 10)
  const detail = said('test.tls', { protocol: socket.getProtocol() ?? 'TLS', day })
  if (validTo - Date.now() > soonMs) return { state: 'ok', detail }
  return { state: 'warning', detail, hint: said('test.certificateSoon') }
}

const signedIn = ({ protocolVersion }: ThingsboardConfig): StepOutcome =>
  protocolVersion === 5
    ? { state: 'ok', detail: said('test.mqtt5') }
    : {
        state: 'warning',
        detail: said('test.mqtt3'),
        hint: said('test.chooseMqtt5'),
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
  if (code !== undefined && code < 0x80) return { state: 'ok', detail: said('test.isGateway') }
  if (code !== undefined) {
    const detail = said('test.gatewayRefused', { reasonCode: hex(code) })
    return { state: 'failed', detail, hint: said('test.checkServerLog') }
  }
  if (session.lastHeardMs > askedAt) {
    return {
      state: 'failed',
      detail: said('test.noGateway'),
      hint: said('test.makeGateway'),
    }
  }
  return {
    state: 'failed',
    detail: said('test.silent', { address: addressOf(config) }),
    hint: said('test.serverHangs'),
  }
}

async function testLimits(session: Session): Promise<StepOutcome> {
  const answer = await session.request({ method: 'getSessionLimits', params: {} }, stepTimeoutMs, systemClock)
  return limitsOutcome(parseSessionLimits(answer))
}

const liveSignIn = ({ since, now }: LiveSession): StepOutcome => ({
  state: 'ok',
  detail: said('test.signedInSince', { seconds: (now - since) / 1000 }),
})

const liveGateway = ({ devices, lastAckAt, now }: LiveSession): StepOutcome => ({
  state: 'ok',
  detail:
    lastAckAt === undefined
      ? said('test.announcedNothingSent', { devices })
      : said('test.announced', { devices, seconds: Math.max(0, now - lastAckAt) / 1000 }),
})

function limitsOutcome(limits: SessionLimits | undefined): StepOutcome {
  if (!limits || limits === unknownLimits) {
    return { state: 'ok', detail: said('test.limitsUnknown') }
  }
  const { maxPayloadBytes: bytes, maxInFlight: inFlight, devices } = limits
  return { state: 'ok', detail: said('test.limits', { bytes, inFlight, rates: ratesOf(devices) }) }
}

function ratesOf({ telemetryMessages, telemetryDataPoints }: RateLimits): Said[] {
  return [
    ...telemetryMessages.map(({ tokens, seconds }) => said('test.messageRate', { count: tokens, seconds })),
    ...telemetryDataPoints.map(({ tokens, seconds }) => said('test.valueRate', { count: tokens, seconds })),
  ]
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
