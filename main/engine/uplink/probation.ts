import type { Envelope } from './outbox.ts'

/** MQTT 3.1.1 acknowledges what it refuses and closes: what was acknowledged shortly before a close did not count. */
const probationMs = 2000

/** Messages that were acknowledged without a reason code, until it is clear that the connection survives them. */
export class Probation {
  readonly #waiting: { readonly envelope: Envelope; readonly ackedAtMs: number }[] = []
  readonly #passed: (envelope: Envelope) => void

  constructor(passed: (envelope: Envelope) => void) {
    this.#passed = passed
  }

  get size(): number {
    return this.#waiting.length
  }

  add(envelope: Envelope, nowMs: number): void {
    this.#waiting.push({ envelope, ackedAtMs: nowMs })
  }

  /** Returns whether any passed. */
  release(nowMs: number): boolean {
    const before = this.#waiting.length
    while (this.#waiting[0] && nowMs - this.#waiting[0].ackedAtMs >= probationMs) {
      const done = this.#waiting.shift()
      if (done) this.#passed(done.envelope)
    }
    return this.#waiting.length < before
  }

  /** The connection ended: they are to be sent again. */
  revoke(): Envelope[] {
    return this.#waiting.splice(0).map(({ envelope }) => envelope)
  }
}
