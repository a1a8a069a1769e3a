import type { Clock } from '../kit/clock.ts'
import type { Metrics } from '../observe/metrics.ts'
import type { Batch, RefusedRow } from '../pipeline/stages.ts'
import { observeAges } from './ages.ts'
import { DrainMeter } from './drain-meter.ts'
import { tooLargeText } from './encode.ts'
import type { Envelope, Outbox } from './outbox.ts'
import type { UplinkIssues } from './uplink-issues.ts'

export interface DeliveriesOptions {
  readonly outbox: Pick<Outbox, 'finish'>
  readonly clock: Clock
  readonly metrics: Metrics
  readonly issues: UplinkIssues
}

/** What came through and what was refused for good: counted, timed and told. */
export class Deliveries {
  readonly meter = new DrainMeter()
  /** Messages. */
  accepted = 0
  lastAckAt: number | undefined
  readonly #options: DeliveriesOptions

  constructor(options: DeliveriesOptions) {
    this.#options = options
  }

  delivered(envelope: Envelope): void {
    const { clock, metrics, issues, outbox } = this.#options
    const { open, publish } = envelope
    const now = clock.now()
    this.accepted++
    this.lastAckAt = now
    this.meter.acknowledged(open.queue.lane, publish.rows.length)
    for (const row of publish.rows) open.batch.seriesAt(row).deliveredAt = now
    observeAges(envelope, now, metrics.sourceToAck)
    issues.acknowledged()
    outbox.finish(envelope)
  }

  refused(batch: Batch, row: RefusedRow): void {
    const series = batch.seriesAt(row.row)
    const tooLarge = row.reason.startsWith(tooLargeText)
    this.#options.issues.valueRefused(series, batch.valueAt(row.row), row, tooLarge)
  }
}
