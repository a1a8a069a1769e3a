import { Histogram } from './histogram.ts'

/** The durations that several stages record; counts come from the stages' own status. */
export class Metrics {
  /** One COMMIT with synchronous=FULL. */
  readonly commit = new Histogram()
  /** PUBLISH to PUBACK, one per message. */
  readonly puback = new Histogram()
  /** Source timestamp to PUBACK, weighted by datapoints. */
  readonly sourceToAck = new Histogram()

  rotate(): void {
    this.commit.rotate()
    this.puback.rotate()
    this.sourceToAck.rotate()
  }
}
