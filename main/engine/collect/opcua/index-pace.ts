// How many nodes are asked for in one Browse: as many as the server answers within the goal, and no more references than
// decode without holding up the engine. Pure.

const firstBatch = 100
const largestBatch = 1000
/** Benthos' unknown-server profile and ours: a PLC that needs longer is working for us alone. */
const goalMs = 250
/** References per call; 2,000 decode in about 20 ms, which is what the collectors may be held up. */
const goalReferences = 2000
/** Room for references in one answer when every node of the batch uses what it may. */
const answerReferences = 5000
const leastPerNode = 10
const mostPerNode = 1000
const firstPauseMs = 250
const longestPauseMs = 10_000

export class IndexPace {
  #ceiling: number
  #batch: number
  #pauseMs = 0

  constructor(serverLimit: number) {
    this.#ceiling = Math.max(1, Math.min(largestBatch, serverLimit))
    this.#batch = Math.min(firstBatch, this.#ceiling)
  }

  get batch(): number {
    return this.#batch
  }

  /** Wait this long before the next call. */
  get pauseMs(): number {
    return this.#pauseMs
  }

  /** RequestedMaxReferencesPerNode for so many nodes. */
  referencesFor(nodes: number): number {
    return clamp(Math.floor(answerReferences / nodes), leastPerNode, mostPerNode)
  }

  answered(nodes: number, ms: number, references: number): void {
    this.#pauseMs = 0
    const load = Math.max(ms / goalMs, references / goalReferences)
    // Grows at most twofold: the next level of the tree may be of another kind.
    const wanted = (nodes / Math.max(load, 0.01)) * 0.9
    this.#batch = clamp(Math.round(wanted), 1, Math.min(this.#batch * 2, this.#ceiling))
  }

  /** The server does not take so many: never again. */
  tooMuch(nodes: number): void {
    this.#ceiling = Math.max(1, Math.floor(nodes / 2))
    this.#batch = this.#ceiling
  }

  /** One of these nodes spoils the batch: smaller ones until it is alone. */
  spoilt(nodes: number): void {
    this.#batch = Math.max(1, Math.floor(nodes / 2))
  }

  busy(nodes: number): void {
    this.#batch = Math.max(1, Math.floor(nodes / 2))
    this.#pauseMs = Math.min(longestPauseMs, Math.max(firstPauseMs, this.#pauseMs * 2))
  }
}

const clamp = (value: number, least: number, most: number): number => Math.max(least, Math.min(most, value))
