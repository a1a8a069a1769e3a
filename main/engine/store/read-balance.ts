import type { Balance } from '../../../shared/status.ts'
import { GatewayError } from '../kit/gateway-error.ts'
import { storeFiles } from './shelf.ts'
import { openForReading } from './sqlite.ts'

interface StoredBalance {
  /** What is in flight only the running engine knows: here it counts as pending. */
  readonly balance: Balance
  readonly backlogBytes: number
  /** Age of the oldest stored datapoint by acceptance; 0 when nothing waits. */
  readonly oldestSeconds: number
  /** Times a source lost values before they were accepted. */
  readonly gaps: number
  readonly overflows: number
}

interface FileCounts {
  readonly counters: readonly { name: string; value: number }[]
  readonly stored: { readonly pending: number; readonly bytes: number; readonly oldest: number | null }
}

const nothing: FileCounts = { counters: [], stored: { pending: 0, bytes: 0, oldest: null } }

/** Reads the counts of a data folder, also while an engine uses it. Undefined when nothing was ever stored there. */
export function readBalance(folder: string, now = Date.now()): StoredBalance | undefined {
  try {
    const files = storeFiles(folder).map(readFile)
    return files.length === 0 ? undefined : sum(files, now)
  } catch (error) {
    throw new GatewayError('STORE_CORRUPT', 'The counts of the data folder could not be read', {
      retry: 'never',
      hint: 'Start the gateway: it moves damaged files aside and goes on.',
      detail: { folder },
      cause: error,
    })
  }
}

/** One transaction, so that counters and rows of the file are of the same moment: each file balances for itself. */
function readFile(path: string): FileCounts {
  const db = openForReading(path)
  if (!db) throw new Error(`${path} vanished`)
  try {
    const version = Number(db.pragma('user_version', { simple: true }))
    // The engine is making this file at this moment.
    if (version === 0) return nothing
    // Format 1 has no newest-only values and retains nothing.
    const states =
      version < 2
        ? 'SELECT 1, length(value), accepted_at FROM attributes'
        : 'SELECT 1, length(value), accepted_at FROM attributes UNION ALL SELECT 1, length(value), accepted_at FROM latest'
    const waiting = version < 2 ? '' : 'WHERE seq NOT IN (SELECT seq FROM retained)'
    return db.transaction(() => ({
      counters: db.prepare<[], { name: string; value: number }>('SELECT name, value FROM counters').all(),
      stored: db
        .prepare<[], FileCounts['stored']>(`
          SELECT coalesce(sum(n), 0) AS pending, coalesce(sum(b), 0) AS bytes, min(at) AS oldest FROM (
            SELECT count AS n, length(body) AS b, accepted_at AS at FROM chunks ${waiting} UNION ALL ${states})`)
        .get() ?? { pending: 0, bytes: 0, oldest: null },
    }))()
  } finally {
    db.close()
  }
}

function sum(files: readonly FileCounts[], now: number): StoredBalance {
  const counters = new Map<string, number>()
  for (const file of files) {
    for (const { name, value } of file.counters) counters.set(name, (counters.get(name) ?? 0) + value)
  }
  const droppedByReason: Record<string, number> = {}
  for (const [name, value] of counters) {
    if (name.startsWith('dropped:') && value !== 0) droppedByReason[name.slice('dropped:'.length)] = value
  }
  const total = (of: (file: FileCounts) => number): number => files.reduce((all, file) => all + of(file), 0)
  const oldest = Math.min(...files.map(({ stored }) => stored.oldest ?? Number.POSITIVE_INFINITY))
  return {
    balance: {
      accepted: counters.get('accepted') ?? 0,
      delivered: counters.get('delivered') ?? 0,
      pending: total(({ stored }) => stored.pending),
      inFlight: 0,
      quarantined: counters.get('quarantined') ?? 0,
      dropped: Object.values(droppedByReason).reduce((all, count) => all + count, 0),
      droppedByReason,
    },
    backlogBytes: total(({ stored }) => stored.bytes),
    gaps: counters.get('lost:gap') ?? 0,
    overflows: counters.get('lost:overflow') ?? 0,
    oldestSeconds: Number.isFinite(oldest) ? Math.max(0, (now - oldest) / 1000) : 0,
  }
}
