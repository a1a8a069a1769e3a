import type { GatewayStatus } from '../../shared/status.ts'

/** One point per stage every two seconds for five minutes: what fits a sparkline of 150 pixels. */
const pointMs = 2000
export const historyPoints = 150
export const historyMinutes = (pointMs * historyPoints) / 60_000

interface RatePoint {
  readonly at: number
  readonly received: number
  readonly accepted: number
  readonly waiting: number
  readonly delivered: number
  readonly live: number
  readonly backlog: number
  readonly ackP99Ms: number
}

/** The last minutes of the four stages and the lanes, as seen by this window. A plain ring: charts read it, nothing re-renders for it. */
class RateHistory {
  readonly #points: RatePoint[] = []

  add(status: GatewayStatus): void {
    const last = this.#points.at(-1)
    if (last && status.at - last.at < pointMs) return
    this.#points.push({
      at: status.at,
      received: status.rates.receivedPerSecond,
      accepted: status.rates.acceptedPerSecond,
      waiting: status.balance.pending,
      delivered: status.rates.deliveredPerSecond,
      live: status.uplink.livePerSecond,
      backlog: status.uplink.backlogPerSecond,
      ackP99Ms: status.uplink.ackP99Ms,
    })
    if (this.#points.length > historyPoints) this.#points.shift()
  }

  get points(): readonly RatePoint[] {
    return this.#points
  }
}

export const rateHistory = new RateHistory()
