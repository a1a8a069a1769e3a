import { inWords, saidOfError } from '../../../shared/said/said.ts'
import type { Balance, StoreStatus } from '../../../shared/status.ts'
import type { Clock } from '../kit/clock.ts'
import type { Metrics } from '../observe/metrics.ts'
import { Growth } from './growth.ts'
import type { Handouts } from './handouts.ts'
import { LiveAge } from './live-age.ts'
import type { Snapshot } from './protocol.ts'
import { SampledValue } from './sampled-value.ts'
import { balanceOf, detailOf, emptySnapshot, fillOf, lanesOf, sizesOf } from './snapshot-view.ts'
import type { TelemetryLanes } from './telemetry-lanes.ts'
import type { ThreadSession } from './thread-session.ts'

interface ViewParts {
  readonly session: ThreadSession
  readonly lanes: TelemetryLanes
  readonly handouts: Handouts
  readonly clock: Clock
  readonly metrics: Metrics
}

/** Status and balance: the thread's last snapshot, and what only this side knows. */
export class StoreView {
  readonly status: SampledValue<StoreStatus>
  readonly balance: SampledValue<Balance>
  readonly #parts: ViewParts
  readonly #growth = new Growth()
  readonly #liveAge = new LiveAge()
  #commits = 0
  snapshot: Snapshot = emptySnapshot

  constructor(parts: ViewParts) {
    this.#parts = parts
    this.status = new SampledValue(() => this.#readStatus())
    this.balance = new SampledValue(() => balanceOf(this.snapshot, parts.handouts.inFlight))
  }

  committed(seconds: number): void {
    this.#commits++
    this.#parts.metrics.commit.observe(seconds)
  }

  /** Once per housekeeping. */
  note(at: number): void {
    this.#growth.add(at, this.snapshot.usedBytes)
    this.#liveAge.note(at, this.snapshot.tailSeq, this.#parts.lanes.firstSeq('live'))
  }

  /** What waited in the live lane is there no more. */
  liveStartsNow(): void {
    this.#liveAge.clear()
  }

  publish(): void {
    this.status.publish()
    this.balance.publish()
  }

  #readStatus(): StoreStatus {
    const { session, lanes, handouts, clock, metrics } = this.#parts
    const now = clock.now()
    const waiting = { live: lanes.pending('live'), backlog: lanes.pending('backlog') }
    const liveSince = this.#liveAge.since ?? now
    return {
      ...sizesOf(this.snapshot, this.#growth, now),
      ...fillOf(this.snapshot),
      lanes: lanesOf(this.snapshot, waiting, handouts.inFlight, liveSince, now),
      state: session.state,
      ...inWords({ detail: session.error ? saidOfError(session.error).detail : detailOf(this.snapshot) }),
      commits: this.#commits,
      commitP50Ms: metrics.commit.quantileMs(0.5),
      commitP99Ms: metrics.commit.quantileMs(0.99),
    }
  }
}
