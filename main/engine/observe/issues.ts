import type { ErrorCode } from '../../../shared/errors.ts'
import type { Issue } from '../../../shared/status.ts'
import type { Clock } from '../kit/clock.ts'

/** What a component reports; the same `code` + `subject` + `key` again only counts up. */
export interface IssueReport {
  readonly code: ErrorCode
  readonly severity: Issue['severity']
  /** Connector id, `thingsboard`, `store` or `config`. */
  readonly subject: string
  readonly subjectName: string
  /** Tells apart several open issues of one code and subject, e.g. a NodeId or a topic rule; empty otherwise. */
  readonly key?: string
  readonly message: string
  readonly hint: string
  readonly evidence?: string
}

export interface IssueSink {
  raise(report: IssueReport): void
  /** Closes matching open issues: the condition has ended. Without `key`, all of the code and subject. */
  clear(subject: string, code?: ErrorCode, key?: string): void
}

/** Open issues kept; beyond it new ones are counted in one summary so that 100,000 bad nodes can not fill the memory. */
const openLimit = 500
const closedLimit = 200
/** Without an explicit `clear`, an event-like issue closes when it was not seen for this long. */
const quietMs = 10 * 60_000

const eventLike: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'MQTT_PAYLOAD_MALFORMED',
  'MQTT_PAYLOAD_TOO_LARGE',
  'MAP_NO_DEVICE_NAME',
  'MAP_NO_VALUE',
  'MAP_TYPE_MISMATCH',
  'MAP_BAD_QUALITY',
  'OPCUA_OVERFLOW',
  'OPCUA_NODES_CHANGED',
  'UPLINK_VALUE_REFUSED',
  'UPLINK_VALUE_TOO_LARGE',
  'UPLINK_RATE_LIMITED',
  'UPLINK_REPLAYED',
  'ENGINE_RESTARTED',
  'CLOCK_STEPPED',
])

/** What is wrong, since when, how often, what to do. Lasting conditions are cleared by their owner, event-like ones by silence. */
export class IssueBook implements IssueSink {
  readonly #open = new Map<string, Issue>()
  readonly #closed: Issue[] = []
  readonly #listeners = new Set<() => void>()
  readonly #clock: Clock
  #nextId = 1

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Without those somebody put off. */
  get openCount(): number {
    let count = 0
    for (const issue of this.#open.values()) if (issue.snoozedUntil === undefined) count += 1
    return count
  }

  /** Puts an open issue off; 0 minutes brings it back. False when it is not open any more. */
  snooze(id: string, minutes: number): boolean {
    for (const [known, issue] of this.#open) {
      if (issue.id !== id) continue
      const { snoozedUntil: _before, ...awake } = issue
      const until = { snoozedUntil: this.#clock.now() + minutes * 60_000 }
      this.#open.set(known, minutes === 0 ? awake : { ...awake, ...until })
      this.#changed()
      return true
    }
    return false
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  list(closed: boolean): Issue[] {
    return closed ? [...this.#closed].reverse() : [...this.#open.values()].sort((a, b) => b.lastSeen - a.lastSeen)
  }

  raise(report: IssueReport): void {
    const known = `${report.subject}\u0000${report.code}\u0000${report.key ?? ''}`
    const id =
      this.#open.has(known) || this.#open.size < openLimit ? known : `${report.subject}\u0000${report.code}\u0000(more)`
    const before = this.#open.get(id)
    const now = this.#clock.now()
    // Worse than what somebody put off: that is news.
    const stays = before?.snoozedUntil !== undefined && !isWorse(report.severity, before.severity)
    this.#open.set(id, {
      ...(stays ? { snoozedUntil: before.snoozedUntil } : {}),
      id: before?.id ?? String(this.#nextId++),
      code: report.code,
      severity: report.severity,
      subject: report.subject,
      subjectName: report.subjectName,
      message: report.message,
      hint: report.hint,
      evidence: report.evidence ?? before?.evidence ?? '',
      since: before?.since ?? now,
      lastSeen: now,
      count: (before?.count ?? 0) + 1,
    })
    this.#changed()
  }

  clear(subject: string, code?: ErrorCode, key?: string): void {
    const prefix = code === undefined ? `${subject}\u0000` : `${subject}\u0000${code}\u0000${key ?? ''}`
    const ids = [...this.#open.keys()].filter((id) => (key === undefined ? id.startsWith(prefix) : id === prefix))
    for (const id of ids) this.#close(id)
    if (ids.length > 0) this.#changed()
  }

  /** Closes event-like issues that have been quiet, wakes those put off; called by the engine's slow tick. */
  sweep(): void {
    const now = this.#clock.now()
    const limit = now - quietMs
    let woken = 0
    for (const { id, snoozedUntil } of this.#open.values()) {
      if (snoozedUntil !== undefined && snoozedUntil <= now && this.snooze(id, 0)) woken += 1
    }
    const ids = [...this.#open]
      .filter(([, i]) => eventLike.has(i.code as ErrorCode) && i.lastSeen < limit)
      .map(([id]) => id)
    for (const id of ids) this.#close(id)
    if (ids.length + woken > 0) this.#changed()
  }

  #close(id: string): void {
    const issue = this.#open.get(id)
    if (!issue) return
    this.#open.delete(id)
    this.#closed.push({ ...issue, closedAt: this.#clock.now() })
    if (this.#closed.length > closedLimit) this.#closed.shift()
  }

  #changed(): void {
    for (const listener of this.#listeners) listener()
  }
}

const ranks: Readonly<Record<Issue['severity'], number>> = { info: 0, warning: 1, error: 2 }

function isWorse(now: Issue['severity'], before: Issue['severity']): boolean {
  return ranks[now] > ranks[before]
}
