import type { TestReport } from '../../shared/api/contract.ts'
import type { ThingsboardConfig } from '../../shared/config/thingsboard.ts'
import { inWords, said } from '../../shared/said/said.ts'
import { emptyUplinkStatus, type UplinkStatus } from '../../shared/status.ts'
import type { Deadline } from './kit/lifecycle.ts'
import type { Uplink, UplinkProgress } from './pipeline/stages.ts'

/** How long a replaced uplink may take to settle what is in flight; the rest is sent again by the next one. */
const replaceMs = 2000

/** Holds the uplink in use, or none while ThingsBoard is not configured; replaced when its configuration changes. */
export class UplinkSlot {
  #uplink: Uplink | undefined
  #make: () => Uplink | undefined = () => undefined
  #identity = ''
  #problem: string | undefined
  #answersBefore = 0
  readonly #since: number
  readonly #monotonic: () => number

  constructor(clock: { now(): number; monotonic(): number }) {
    this.#since = clock.now()
    this.#monotonic = () => clock.monotonic()
  }

  /** `identity` is the configuration as text: the same one keeps its session. `problem`: why `make` can not make one. */
  async use(identity: string, make: () => Uplink | undefined, problem?: string): Promise<void> {
    this.#problem = problem
    if (identity === this.#identity) return
    this.#identity = identity
    this.#make = make
    await this.restart()
  }

  /** A new uplink with the same configuration. */
  async restart(): Promise<void> {
    await this.#uplink?.stop(this.#monotonic() + replaceMs)
    this.#answersBefore += this.#uplink?.progress.answers ?? 0
    this.#uplink = this.#make()
    await this.#uplink?.start()
  }

  get progress(): UplinkProgress {
    const { answers, maySend } = this.#uplink?.progress ?? { answers: 0, maySend: false }
    return { answers: this.#answersBefore + answers, maySend }
  }

  /** The connection test of the running uplink, which knows when a second sign-in would end its session. */
  test(
    config: ThingsboardConfig,
    signal: AbortSignal,
    otherwise: (config: ThingsboardConfig, signal: AbortSignal) => Promise<TestReport>,
  ): Promise<TestReport> {
    return this.#uplink?.test(config, signal) ?? otherwise(config, signal)
  }

  retry(): void {
    this.#uplink?.retry()
  }

  async stop(deadline: Deadline): Promise<void> {
    await this.#uplink?.stop(deadline)
  }

  status(): UplinkStatus {
    return this.#uplink?.status.value ?? { ...this.#withoutUplink(), since: this.#since }
  }

  #withoutUplink(): UplinkStatus {
    return this.#problem === undefined
      ? unconfigured
      : { ...unconfigured, state: 'faulted', detail: this.#problem, said: {} }
  }
}

const unconfigured: UplinkStatus = {
  ...emptyUplinkStatus,
  ...inWords({ detail: said('uplink.unconfigured') }),
}
