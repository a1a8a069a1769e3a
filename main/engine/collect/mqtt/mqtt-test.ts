import type { TestReport, TestStep } from '../../../../shared/api/contract.ts'
import type { MqttConnectorConfig } from '../../../../shared/config/mqtt.ts'
import type { ErrorCode } from '../../../../shared/errors.ts'
import { asIs, inWords, type Said, said, saidOfError } from '../../../../shared/said/said.ts'
import { systemClock } from '../../kit/clock.ts'
import { asGatewayError } from '../../kit/gateway-error.ts'
import { BrokerConnection, type ConnectStep } from './broker-connection.ts'
import { subscriptionsOf } from './broker-session.ts'
import { clientIdOf } from './connect-options.ts'
import { grantProblem } from './grants.ts'
import { withoutShare } from './topic-matcher.ts'

const titles: Readonly<Record<ConnectStep, string>> = {
  name: 'Name resolved',
  port: 'Port open',
  tls: 'TLS verified',
  'sign-in': 'Signed in',
}
const subscribed = 'Subscriptions granted'

/**
 * Connects as the collector would, under a client id and session of its own, so that a running collector keeps its session,
 * and takes no message from a shared group. Never rejects: the first step that failed says why.
 */
export async function testMqtt(config: MqttConnectorConfig, signal: AbortSignal): Promise<TestReport> {
  const steps = new StepList(config)
  const connection = new BrokerConnection({
    config,
    clientId: `${clientIdOf(config).slice(0, 50)}-test`,
    keepsSession: false,
    clock: systemClock,
    received: (_packet, done) => done(),
    ended: () => {},
    stepDone: (step) => steps.done(titles[step], doneText(step, config)),
  })
  try {
    await connection.open(signal)
    const subscriptions = subscriptionsOf(config).map((s) => ({ ...s, filter: withoutShare(s.filter) }))
    const codes = await connection.subscribe(subscriptions, () => false)
    const refused = subscriptions.flatMap((s, i) => ((codes[i] ?? 0) >= 0x80 ? [{ ...s, code: codes[i] ?? 0 }] : []))
    const [first] = refused
    if (!first) steps.done(subscribed, said('test.topicFilters', { count: subscriptions.length }))
    else {
      const { detail, hint } = saidOfError({ code: 'MQTT_SUBSCRIPTION_REFUSED', ...grantProblem(first) })
      const more = refused.length - 1
      steps.fail(more > 0 ? said('test.andMore', { detail, more }) : detail, hint)
    }
  } catch (error) {
    const failure = asGatewayError(error)
    const { detail, hint } = saidOfError(failure)
    steps.fail(detail, hint, failure.code)
  } finally {
    await connection.close(systemClock.monotonic() + 1000)
  }
  return { steps: steps.finish() }
}

function doneText(step: ConnectStep, { host, port, protocolVersion, username }: MqttConnectorConfig): Said {
  switch (step) {
    case 'name':
      return asIs(host)
    case 'port':
      return asIs(String(port))
    case 'tls':
      return said('test.tlsTrusted', { host })
    case 'sign-in':
      return said('test.mqttSignedIn', { version: protocolVersion === 5 ? '5' : '3.1.1', user: username })
  }
}

/** The steps in their order, each with its time; what comes after a failure is skipped. */
class StepList {
  readonly #steps: TestStep[] = []
  readonly #order: readonly string[]
  #startedAt = performance.now()

  constructor({ tls }: MqttConnectorConfig) {
    this.#order = [titles.name, titles.port, ...(tls.enabled ? [titles.tls] : []), titles['sign-in'], subscribed]
  }

  done(step: string, detail: Said): void {
    this.#add({ step, state: 'ok', ...inWords({ detail, hint: asIs('') }) })
  }

  fail(detail: Said, hint: Said, code?: ErrorCode): void {
    const step = this.#order[this.#steps.length]
    if (step !== undefined) this.#add({ step, state: 'failed', ...inWords({ detail, hint }), ...(code && { code }) })
  }

  finish(): TestStep[] {
    const rest = this.#order.slice(this.#steps.length)
    return [...this.#steps, ...rest.map((step) => ({ step, state: 'skipped' as const, detail: '', hint: '', ms: 0 }))]
  }

  #add(step: Omit<TestStep, 'ms'>): void {
    const now = performance.now()
    this.#steps.push({ ...step, ms: Math.round(now - this.#startedAt) })
    this.#startedAt = now
  }
}
