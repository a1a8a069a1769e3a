import type { Lane } from '../pipeline/stages.ts'

/** Reference 5.5. What a lane does not use, the others borrow; none waits for ever. */
const weights: Readonly<Record<Lane, number>> = { attributes: 10, live: 60, backlog: 30 }
/** Who goes first when nobody is ahead. */
const lanes: readonly Lane[] = ['attributes', 'live', 'backlog']

/**
 * Whose turn it is, by start-time fair queueing: each lane's clock runs ahead by what it sent, divided by its weight; the lane
 * furthest behind goes next. A lane that was idle starts at the present: it can not save up turns.
 */
export class LaneShares {
  readonly #ahead: Record<Lane, number> = { attributes: 0, live: 0, backlog: 0 }
  #present = 0

  /** The order in which to look for the next message. */
  turn(): readonly Lane[] {
    const at = (lane: Lane) => Math.max(this.#ahead[lane], this.#present)
    return [...lanes].sort((a, b) => at(a) - at(b))
  }

  sent(lane: Lane, bytes: number): void {
    const start = Math.max(this.#ahead[lane], this.#present)
    this.#present = start
    this.#ahead[lane] = start + (bytes + overheadBytes) / weights[lane]
  }
}

/** TCP, MQTT header and the server's work per message: small messages are not free. */
const overheadBytes = 200
