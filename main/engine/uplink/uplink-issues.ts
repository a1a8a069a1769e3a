import { durationWords } from '../../../shared/said/duration.ts'
import type { PlainValue } from '../../../shared/sample.ts'
import type { GatewayError } from '../kit/gateway-error.ts'
import type { IssueSink } from '../observe/issues.ts'
import type { LiveSeries } from '../pipeline/series.ts'
import type { RefusedRow } from '../pipeline/stages.ts'
import { hex, reason } from './errors.ts'

const subject = 'thingsboard'
const subjectName = 'ThingsBoard'
/** A value is shown to find the culprit, not to store it twice. */
const evidenceLength = 120
/** Reports of single values per second; a tag that is always NaN at full rate must not cost more than sending it. */
const valueReportsPerSecond = 50

/** Nothing was accepted for so long, and so many tries were refused for the amount: a rate would have recovered by now. */
const exhaustedMs = 300_000
const exhaustedRefusals = 5
/** A backlog that needs longer than this is worth a word; the word stays until it needs less than the second. */
const slowSeconds = 600
const calmSeconds = 60

/** What the uplink tells the operator, and when it is over. */
export class UplinkIssues {
  readonly #sink: IssueSink
  readonly #address: string
  readonly #monotonic: () => number
  #reportsSince = 0
  #reports = 0
  /** Why the link is down, so that it is closed once it is up. */
  #linkCode: GatewayError['code'] | undefined
  #silent = false
  readonly #refusedDevices = new Set<string>()
  /** Refusals for the amount with nothing accepted in between. */
  #refusals = 0
  #refusalsSince = 0
  #exhausted = false
  #slow = false
  #searching = false

  constructor(sink: IssueSink, address: string, monotonic: () => number) {
    this.#sink = sink
    this.#address = address
    this.#monotonic = monotonic
  }

  linkFailed(error: GatewayError): void {
    if (this.#linkCode !== undefined && this.#linkCode !== error.code) this.#clearLink()
    this.#linkCode = error.code
    if (error.code === 'UPLINK_ACK_STALLED') this.#silent = true
    this.#sink.raise({
      code: error.code,
      severity: error.retry === 'soon' ? 'warning' : 'error',
      subject,
      subjectName,
      message: error.message,
      hint: error.hint,
      evidence: Object.entries(error.detail)
        .map(([name, value]) => `${name}=${value}`)
        .join(' '),
    })
  }

  /** Signed in. What only a PUBACK can disprove stays open until there is one. */
  linkUp(): void {
    if (this.#linkCode !== 'UPLINK_NOT_A_GATEWAY' && this.#linkCode !== 'UPLINK_ACK_STALLED') this.#clearLink()
  }

  gatewayAnswers(): void {
    if (this.#linkCode === 'UPLINK_NOT_A_GATEWAY') this.#clearLink()
  }

  acknowledged(): void {
    this.#refusals = 0
    if (this.#exhausted) {
      this.#exhausted = false
      this.#sink.clear(subject, 'UPLINK_USAGE_EXHAUSTED')
    }
    if (!this.#silent) return
    this.#silent = false
    this.#sink.clear(subject, 'UPLINK_ACK_STALLED', '')
    if (this.#linkCode === 'UPLINK_ACK_STALLED') this.#linkCode = undefined
  }

  degraded(): void {
    this.#sink.raise({
      code: 'UPLINK_PROTOCOL_DEGRADED',
      severity: 'warning',
      subject,
      subjectName,
      message: 'The connection to ThingsBoard uses MQTT 3.1.1, in which a refused message looks like an accepted one.',
      hint: 'Choose MQTT 5 in the ThingsBoard settings; every ThingsBoard since 3.1 speaks it.',
      evidence: this.#address,
    })
  }

  rateLimited(): void {
    const nowMs = this.#monotonic()
    if (this.#refusals++ === 0) this.#refusalsSince = nowMs
    if (this.#refusals >= exhaustedRefusals && nowMs - this.#refusalsSince >= exhaustedMs) this.#usageExhausted()
    this.#sink.raise({
      code: 'UPLINK_RATE_LIMITED',
      severity: 'warning',
      subject,
      subjectName,
      message: 'ThingsBoard refuses messages because its rate limit is used up; the gateway sends more slowly.',
      hint: 'Nothing is lost, values wait on this PC. Raise the transport rate limits of the tenant profile, or collect less.',
      evidence: 'reasonCode=0x97',
    })
  }

  /** A session ended on a message that was alone on the way. */
  searching(values: number): void {
    this.#searching = true
    this.#sink.raise({
      code: 'UPLINK_CULPRIT_SEARCH',
      severity: 'warning',
      subject,
      subjectName,
      message: 'ThingsBoard ends the connection when it is sent certain values; the gateway is finding out which.',
      hint: 'Nothing to do: all other values are delivered in between, and the culprit ends in quarantine. It takes a few minutes.',
      evidence: `suspected=${values}`,
    })
  }

  /** Nothing is suspected any more. */
  searched(): void {
    if (this.#searching) this.#sink.clear(subject, 'UPLINK_CULPRIT_SEARCH')
    this.#searching = false
  }

  #usageExhausted(): void {
    this.#exhausted = true
    this.#sink.raise({
      code: 'UPLINK_USAGE_EXHAUSTED',
      severity: 'error',
      subject,
      subjectName,
      message: `ThingsBoard has refused every message for ${durationWords((this.#monotonic() - this.#refusalsSince) / 1000)}: the API usage of its tenant seems to be used up.`,
      hint: 'Look at "API usage" in ThingsBoard and raise the limits of the tenant profile or the subscription. The gateway asks again once a minute; values wait on this PC.',
      evidence: `refused=${this.#refusals} reasonCode=0x97`,
    })
  }

  /** The backlog drains, and its rate is not ours to raise. `limit` says what ThingsBoard accepts. */
  backlog(limit: string, values: number, secondsLeft: number | undefined): void {
    const slow = limit !== '' && secondsLeft !== undefined && secondsLeft > (this.#slow ? calmSeconds : slowSeconds)
    if (!slow) {
      if (this.#slow) this.#sink.clear(subject, 'UPLINK_SLOW_BACKLOG')
      this.#slow = false
      return
    }
    this.#slow = true
    this.#sink.raise({
      code: 'UPLINK_SLOW_BACKLOG',
      severity: 'info',
      subject,
      subjectName,
      message: `ThingsBoard accepts ${limit} for this gateway; the backlog of ${values} values needs about ${durationWords(secondsLeft)}.`,
      hint: 'Live values go first meanwhile. Raise the transport rate limits of the tenant profile for a faster catch-up.',
      evidence: `values=${values} secondsLeft=${secondsLeft}`,
    })
  }

  /** Confirmed mode sent delivered values again. */
  replayed(values: number, seconds: number): void {
    this.#sink.raise({
      code: 'UPLINK_REPLAYED',
      severity: 'info',
      subject,
      subjectName,
      message: `ThingsBoard was restarted and may have lost what it had acknowledged: ${values} values of the last ${durationWords(seconds)} are sent again.`,
      hint: 'Stored values are not doubled by this; rule chains may see a value twice. A persistent queue (Kafka) in ThingsBoard avoids the loss.',
      evidence: `values=${values}`,
    })
  }

  deviceRefused(device: string, code: number): void {
    this.#refusedDevices.add(device)
    const unreadable = code === reason.payloadFormatInvalid
    this.#sink.raise({
      code: 'UPLINK_VALUE_REFUSED',
      severity: 'error',
      subject,
      subjectName,
      key: `device ${device}`,
      message: unreadable
        ? `ThingsBoard can not read the announcement of the device "${device}".`
        : `ThingsBoard does not create or connect the device "${device}".`,
      hint: unreadable
        ? 'The profile of the gateway device in ThingsBoard and "payload" (json or protobuf) in the ThingsBoard settings here must agree.'
        : 'Check the device limit of the tenant profile, the device profile name and the device name. Its values go to quarantine.',
      evidence: `device=${device} reasonCode=${hex(code)}`,
    })
  }

  deviceAccepted(device: string): void {
    if (this.#refusedDevices.delete(device)) this.#sink.clear(subject, 'UPLINK_VALUE_REFUSED', `device ${device}`)
  }

  valueRefused(series: LiveSeries, value: Exclude<PlainValue, null>, row: RefusedRow, tooLarge: boolean): void {
    if (this.#monotonic() - this.#reportsSince >= 1000) {
      this.#reportsSince = this.#monotonic()
      this.#reports = 0
    }
    if (++this.#reports > valueReportsPerSecond) return
    const text = String(value)
    const shown = text.length > evidenceLength ? `${text.slice(0, evidenceLength)}…` : text
    this.#sink.raise({
      code: tooLarge ? 'UPLINK_VALUE_TOO_LARGE' : 'UPLINK_VALUE_REFUSED',
      severity: 'error',
      subject,
      subjectName,
      key: `${series.device.name}/${series.key}`,
      message: tooLarge
        ? `A value of "${series.key}" on "${series.device.name}" is ${row.reason}.`
        : `A value of "${series.key}" on "${series.device.name}" can not be stored in ThingsBoard: ${row.reason}.`,
      hint: tooLarge
        ? 'Map a smaller part of it, or raise the message size on the server and here. The value is in quarantine.'
        : 'The value is in quarantine, all others are delivered. Check type and mapping of this key.',
      evidence: `device=${series.device.name} key=${series.key} value=${shown} reasonCode=${hex(row.reasonCode)}`,
    })
  }

  clearAll(): void {
    this.#sink.clear(subject)
  }

  #clearLink(): void {
    if (this.#linkCode !== undefined) this.#sink.clear(subject, this.#linkCode, '')
    this.#linkCode = undefined
  }
}
