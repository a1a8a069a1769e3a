/**
 * Full jitter: uniform in (0, min(cap, base * 2^attempt)]. A site that comes back with a hundred gateways does not meet
 * them all in the same second (AWS Architecture, "Exponential backoff and jitter").
 */
export interface BackoffOptions {
  readonly baseMs: number
  readonly capMs: number
  readonly random?: () => number
}

/** Milliseconds to wait before try number `attempt` (0 = first retry). Never 0: a retry loop must breathe. */
export function backoffMs(attempt: number, { baseMs, capMs, random = Math.random }: BackoffOptions): number {
  const ceiling = Math.min(capMs, baseMs * 2 ** Math.min(attempt, 30))
  return Math.max(minimumMs, Math.round(random() * ceiling))
}

const minimumMs = 50
