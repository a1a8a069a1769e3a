import type { UplinkStatus } from '../../shared/status.ts'
import type { Deadline } from './kit/lifecycle.ts'
import type { Uplink } from './pipeline/stages.ts'

/** How long a replaced uplink may take to settle what is in flight; the rest is sent again by the next one. */
const replaceMs = 2000

/** Holds the uplink in use, or none while ThingsBoard is not configured; replaced when its configuration changes. */
export class UplinkSlot {
  #uplink: Uplink | undefined
  #identity = ''
  readonly #since: number
  readonly #monotonic: () => number

  constructor(clock: { now(): number; monotonic(): number }) {
    this.#since = clock.now()
    this.#monotonic = () => clock.monotonic()
  }

  /** `identity` is the configuration as text: the same one keeps its session. */
  async use(identity: string, make: () => Uplink | undefined): Promise<void> {
    if (identity === this.#identity) return
    this.#identity = identity
    await this.#uplink?.stop(this.#monotonic() + replaceMs)
    this.#uplink = make()
    await this.#uplink?.start()
  }

  retry(): void {
    this.#uplink?.retry()
  }

  /** A test signs in with the credentials of the running session, which ThingsBoard then ends: no twin. */
  async testing<T>(test: () => Promise<T>): Promise<T> {
    const undo = this.#uplink?.expectTakeover()
    try {
      return await test()
    } finally {
      undo?.()
    }
  }

  async stop(deadline: Deadline): Promise<void> {
    await this.#uplink?.stop(deadline)
  }

  status(): UplinkStatus {
    return this.#uplink?.status.value ?? { ...unconfigured, since: this.#since }
  }
}

const unconfigured: Omit<UplinkStatus, 'since'> = {
  state: 'unconfigured',
  address: '',
  detail: 'ThingsBoard is not configured yet: data is collected and kept',
  ackP50Ms: 0,
  ackP99Ms: 0,
  sourceToAckP50Ms: 0,
  sourceToAckP99Ms: 0,
  inFlightMessages: 0,
  window: 0,
  devices: 0,
  reconnects: 0,
  repeated: 0,
}
