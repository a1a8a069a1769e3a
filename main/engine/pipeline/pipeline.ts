import type { Sample } from '../../../shared/sample.ts'
import type { Clock } from '../kit/clock.ts'
import { GatewayError } from '../kit/gateway-error.ts'
import { Cleanup, type Deadline, once, type Service, settledBy } from '../kit/lifecycle.ts'
import type { IssueSink } from '../observe/issues.ts'
import { ArrivalClock } from './arrival-clock.ts'
import { GroupCommit } from './group-commit.ts'
import type { Datapoint, Mapper, Refusal, SampleSink, Store } from './stages.ts'

/** What the report strategy offers the pipeline; analyze/report-filter.ts. */
interface ReportFilter {
  filter(datapoints: readonly Datapoint[], nowMs: number, out: Datapoint[]): void
  due(nowMs: number, out: Datapoint[]): void
  flush(out: Datapoint[]): void
}

/** Counts of one connector, since its sink was made. */
export interface FeedCounts {
  received: number
  refused: number
  unmapped: number
}

export interface Feed {
  readonly connectorId: string
  readonly connectorName: string
  readonly mapper: Mapper
}

export interface PipelineOptions {
  readonly store: Store
  readonly filter: ReportFilter
  readonly issues: IssueSink
  readonly clock: Clock
  readonly commitIntervalMs: number
}

/** Held-back and repeated values are looked for this often. */
const reportTickMs = 100

/**
 * Accept, map, filter, keep: steps 1 to 4 of the straight line. The only caller of Store.append. A sample's promise resolves
 * after the commit that holds all its datapoints; samples that become nothing resolve with the next commit as well, so
 * that acknowledgements stay in order. A value held back by `atMostEveryMs` is not accepted yet: a crash may cost it.
 */
export class Pipeline implements Service {
  readonly name = 'pipeline'
  readonly counts = { mapped: 0, filtered: 0 }
  readonly #options: PipelineOptions
  readonly #commit: GroupCommit
  readonly #arrival: ArrivalClock
  readonly #cleanup = new Cleanup()
  readonly #mapped: Datapoint[] = []
  readonly #kept: Datapoint[] = []

  constructor(options: PipelineOptions) {
    this.#options = options
    this.#commit = new GroupCommit(options)
    this.#arrival = new ArrivalClock(options.clock)
  }

  async start(): Promise<void> {
    const { clock, filter } = this.#options
    this.#cleanup.add(clock.every(reportTickMs, () => this.#emit((out) => filter.due(clock.now(), out))))
  }

  readonly stop = once(async (deadline: Deadline): Promise<void> => {
    this.#cleanup.run()
    this.#emit((out) => this.#options.filter.flush(out))
    const closed = await settledBy(this.#commit.close(), deadline, this.#options.clock)
    if (!closed)
      this.#commit.abort(new GatewayError('STOPPED', 'The gateway stopped before the last values were committed'))
  })

  /** Datapoints that are not committed yet, and whether sources were asked to pause. */
  get load(): { readonly waiting: number; readonly pressure: boolean } {
    return { waiting: this.#commit.waiting, pressure: this.#commit.pressure.value }
  }

  /** The store is gone for good: everybody who waits for a commit learns it. */
  abort(error: GatewayError): void {
    this.#commit.abort(error)
  }

  /** One per connector; `counts` is updated in place. */
  sink(feed: Feed, counts: FeedCounts): SampleSink {
    return {
      accept: (samples, options) => this.#accept(feed, counts, samples, options?.backfill ?? false),
      refuse: (refusal) => this.#refuse(feed, counts, refusal),
      pressure: this.#commit.pressure,
    }
  }

  #accept(feed: Feed, counts: FeedCounts, samples: readonly Sample[], isBackfill: boolean): Promise<void> {
    const now = this.#arrival.now()
    const mapped = this.#mapped
    mapped.length = 0
    for (const sample of samples) {
      const before = mapped.length
      feed.mapper.map(sample, now, mapped)
      if (mapped.length === before) counts.unmapped++
    }
    counts.received += samples.length
    return isBackfill ? this.#keepLate(mapped) : this.#keep(mapped, now)
  }

  /**
   * Late values pass by the report strategy, which knows only the present, and do not show as the newest ones. Attributes
   * are state: an old one never follows a newer one (D9).
   */
  #keepLate(mapped: readonly Datapoint[]): Promise<void> {
    const late = mapped.filter(({ series }) => series.kind === 'telemetry')
    this.counts.mapped += mapped.length
    this.counts.filtered += mapped.length - late.length
    return this.#commit.add(late)
  }

  /** Report strategy, live view, group commit. */
  #keep(mapped: readonly Datapoint[], now: number): Promise<void> {
    const kept = this.#kept
    kept.length = 0
    for (const datapoint of mapped) noteLatest(datapoint)
    this.#options.filter.filter(mapped, now, kept)
    this.counts.mapped += mapped.length
    this.counts.filtered += mapped.length - kept.length
    return this.#commit.add(kept)
  }

  /** Datapoints the filter brings by itself: nobody upstream waits for them. */
  #emit(produce: (out: Datapoint[]) => void): void {
    const out: Datapoint[] = []
    produce(out)
    if (out.length === 0) return
    // Refused only when the engine is stopping or the store is broken, and both say so themselves.
    this.#commit.add(out).catch(() => undefined)
  }

  #refuse(feed: Feed, counts: FeedCounts, refusal: Refusal): void {
    counts.refused++
    this.#options.issues.raise({
      code: refusal.code,
      severity: 'warning',
      subject: feed.connectorId,
      subjectName: feed.connectorName,
      key: [refusal.tag, refusal.part].filter((part) => part !== undefined && part !== '').join(' '),
      message: refusal.message,
      hint: refusal.hint,
      evidence: refusal.evidence,
    })
  }
}

function noteLatest({ series, value, type, ts }: Datapoint): void {
  series.lastValue = value
  series.lastType = type
  series.lastTs = ts
  series.lastStatusCode = 0
  series.count++
}
