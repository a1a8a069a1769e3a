/**
 * What is given up first when the PC can not keep up (reference 5.5): live pictures for the UI, then debug logging. What comes
 * after that has its owners: classes and back-pressure in the store and the group commit. Never shed: ledger, quarantine,
 * issues, heartbeats.
 */
export interface Load {
  /** Sources were asked to pause. */
  readonly pressure: boolean
  /** Of the heap ceiling, 0 to 1. */
  readonly heapShare: number
  /** How late the last one-second tick came. */
  readonly tickLateMs: number
}

/** 0: nothing is shed; 1: pictures for the UI come seldom; 2: debug logging stops as well. */
export type ShedLevel = 0 | 1 | 2

const highHeap = 0.7
const veryHighHeap = 0.8
const lateMs = 500
const veryLateMs = 2000
/** Calm for so many seconds before anything comes back. */
const calmSeconds = 5

export class Shedding {
  #level: ShedLevel = 0
  #calm = 0

  get level(): ShedLevel {
    return this.#level
  }

  /** Once a second. */
  second(load: Load): ShedLevel {
    const wanted = wantedLevel(load)
    if (wanted >= this.#level) {
      this.#level = wanted
      this.#calm = 0
    } else if (++this.#calm >= calmSeconds) {
      this.#level = wanted
      this.#calm = 0
    }
    return this.#level
  }
}

function wantedLevel({ pressure, heapShare, tickLateMs }: Load): ShedLevel {
  if (heapShare > veryHighHeap || tickLateMs > veryLateMs) return 2
  return pressure || heapShare > highHeap || tickLateMs > lateMs ? 1 : 0
}

/** One status picture in so many while pictures are shed (each is due every half second). */
export const shedPictures = 10
