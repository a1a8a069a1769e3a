import type { StorageConfig } from '../../../shared/config/storage.ts'

/** The WAL is checkpointed when about this much was written to it: short checkpoints stall less (1000 pages, 4 MB). */
const largestWalBytes = 4 << 20
const smallestWalBytes = 64 << 10

export interface Quota {
  /** Bytes of used pages the database may have. */
  readonly budgetBytes: number
  readonly walTargetBytes: number
}

/** Splits the configured size between the database and its WAL (twice the target: one checkpoint may come late). */
export function splitQuota(maxBytes: number): Quota {
  const walTargetBytes = Math.max(smallestWalBytes, Math.min(largestWalBytes, Math.floor(maxBytes / 16)))
  return { budgetBytes: maxBytes - 2 * walTargetBytes, walTargetBytes }
}

type Admission = 'store' | 'refuse' | 'drop-oldest' | 'drop-newest' | 'too-large'

/** What to do with an append that needs `neededBytes` more. */
export function admit(
  neededBytes: number,
  usedBytes: number,
  emptyBytes: number,
  quota: Quota,
  whenFull: StorageConfig['whenFull'],
): Admission {
  if (emptyBytes + neededBytes > quota.budgetBytes) return 'too-large'
  if (usedBytes + neededBytes <= quota.budgetBytes) return 'store'
  return whenFull === 'block' ? 'refuse' : whenFull
}

/** 'full' ends when this much of the budget is free again, so that the state does not flicker. */
export const roomAgainShare = 0.05

/** Growth is judged over this long. */
const growthWindowMs = 60_000
const leastWindowMs = 5000

/** Estimates when the store will be full from its size over the last minute. */
export class Growth {
  readonly #points: { at: number; bytes: number }[] = []

  add(at: number, bytes: number): void {
    this.#points.push({ at, bytes })
    while (this.#points.length > 2 && at - (this.#points[0]?.at ?? at) > growthWindowMs) this.#points.shift()
  }

  /** undefined when it does not grow or nothing is known yet. */
  secondsToFull(limitBytes: number): number | undefined {
    const first = this.#points[0]
    const last = this.#points.at(-1)
    if (!first || !last || last.at - first.at < leastWindowMs || last.bytes <= first.bytes) return undefined
    const bytesPerMs = (last.bytes - first.bytes) / (last.at - first.at)
    return Math.max(0, Math.round((limitBytes - last.bytes) / bytesPerMs / 1000))
  }
}
