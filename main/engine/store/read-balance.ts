import { join } from 'node:path'
import type { Balance } from '../../../shared/status.ts'
import { GatewayError } from '../kit/gateway-error.ts'
import { openForReading } from './sqlite.ts'

interface StoredBalance {
  /** What is in flight only the running engine knows: here it counts as pending. */
  readonly balance: Balance
  readonly backlogBytes: number
  /** Age of the oldest stored datapoint by acceptance; 0 when nothing waits. */
  readonly oldestSeconds: number
}

/** Reads the counts of a data folder, also while an engine uses it. Undefined when nothing was ever stored there. */
export function readBalance(folder: string, now = Date.now()): StoredBalance | undefined {
  try {
    return read(folder, now)
  } catch (error) {
    throw new GatewayError('STORE_CORRUPT', 'The counts of the data folder could not be read', {
      retry: 'never',
      hint: 'Start the gateway: it moves a damaged store aside and goes on with a fresh one.',
      detail: { folder },
      cause: error,
    })
  }
}

function read(folder: string, now: number): StoredBalance | undefined {
  const db = openForReading(join(folder, 'store.db'))
  if (!db) return undefined
  try {
    // One transaction, so that counters and rows are of the same moment.
    return db.transaction(() => {
      const counters = db.prepare<[], { name: string; value: number }>('SELECT name, value FROM counters').all()
      const stored = db
        .prepare<[], { pending: number; bytes: number; oldest: number | null }>(`
          SELECT coalesce(sum(n), 0) AS pending, coalesce(sum(b), 0) AS bytes, min(at) AS oldest FROM (
            SELECT count AS n, length(body) AS b, accepted_at AS at FROM chunks
            UNION ALL SELECT 1, length(value), accepted_at FROM attributes)`)
        .get()
      const value = (name: string) => counters.find((counter) => counter.name === name)?.value ?? 0
      const dropped = counters.filter(({ name }) => name.startsWith('dropped:'))
      return {
        balance: {
          accepted: value('accepted'),
          delivered: value('delivered'),
          pending: stored?.pending ?? 0,
          inFlight: 0,
          quarantined: value('quarantined'),
          dropped: dropped.reduce((sum, counter) => sum + counter.value, 0),
          droppedByReason: Object.fromEntries(dropped.map((c) => [c.name.slice('dropped:'.length), c.value])),
        },
        backlogBytes: stored?.bytes ?? 0,
        oldestSeconds: stored?.oldest ? Math.max(0, (now - stored.oldest) / 1000) : 0,
      }
    })()
  } finally {
    db.close()
  }
}
