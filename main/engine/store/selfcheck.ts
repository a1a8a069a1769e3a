import { basename } from 'node:path'
import { asideFolders } from './aside.ts'
import { type ChunkRow, unpack } from './chunk-table.ts'
import { readHighWater } from './high-water.ts'
import { lockFolder } from './lock.ts'
import { applicationId, formatVersion } from './schema.ts'
import { storeFiles } from './shelf.ts'
import { type Database, failureOf, openForReading, pageBytes, sqliteVersion } from './sqlite.ts'
import { isAsWritten } from './state-table.ts'

/** One thing that was looked at. */
interface CheckResult {
  readonly check: 'structure' | 'settings' | 'conservation' | 'ledger' | 'checksums' | 'high-water'
  /** File name, or `all`. */
  readonly where: string
  readonly ok: boolean
  readonly detail: string
}

export interface SelfcheckReport {
  readonly ok: boolean
  readonly chunks: number
  readonly values: number
  readonly bytes: number
  /** Folders of damaged files that were put aside earlier. */
  readonly asides: readonly string[]
  readonly results: readonly CheckResult[]
}

interface FileTotals {
  readonly accepted: number
  readonly tail: number
  readonly chunks: number
  readonly values: number
  readonly bytes: number
}

/**
 * Verifies everything a stopped store promises: SQLite's structure, settings, conservation (D4) and ledger of every file, the
 * checksum of every chunk, the high-water mark. Reads only. Throws STORE_LOCKED while an engine uses the folder.
 */
export function selfcheck(folder: string): SelfcheckReport {
  const unlock = lockFolder(folder)
  try {
    const results: CheckResult[] = []
    const total = { accepted: 0, tail: 0, chunks: 0, values: 0, bytes: 0 }
    for (const path of storeFiles(folder)) {
      const found = checkFile(path, results)
      total.accepted += found.accepted
      total.tail = Math.max(total.tail, found.tail)
      total.chunks += found.chunks
      total.values += found.values
      total.bytes += found.bytes
    }
    results.push(checkHighWater(folder, total))
    const { chunks, values, bytes } = total
    const asides = asideFolders(folder).map((path) => basename(path))
    return { ok: results.every(({ ok }) => ok), chunks, values, bytes, asides, results }
  } finally {
    unlock()
  }
}

function checkFile(path: string, results: CheckResult[]): FileTotals {
  const where = basename(path)
  let db: Database | undefined
  try {
    db = openForReading(path)
    if (!db) throw new Error('the file vanished')
    results.push(checkStructure(db, where), checkSettings(db, where))
    const checksums = checkChunks(db)
    results.push({ check: 'checksums', where, ok: checksums.isSound, detail: checksums.detail })
    const books = checkBooks(db, where)
    results.push(...books.results)
    return { ...books.totals, chunks: checksums.chunks, values: checksums.values, bytes: checksums.bytes }
  } catch (error) {
    if (failureOf(error) === undefined && !(error instanceof Error)) throw error
    results.push({ check: 'structure', where, ok: false, detail: `can not be read: ${String(error)}` })
    return { accepted: 0, tail: 0, chunks: 0, values: 0, bytes: 0 }
  } finally {
    db?.close()
  }
}

function checkStructure(db: Database, where: string): CheckResult {
  const found = String(db.pragma('integrity_check(1)', { simple: true }))
  return { check: 'structure', where, ok: found === 'ok', detail: found }
}

function checkSettings(db: Database, where: string): CheckResult {
  const facts = {
    application_id: [Number(db.pragma('application_id', { simple: true })), applicationId],
    user_version: [Number(db.pragma('user_version', { simple: true })), formatVersion],
    page_size: [Number(db.pragma('page_size', { simple: true })), pageBytes],
    journal_mode: [String(db.pragma('journal_mode', { simple: true })), 'wal'],
  } as const
  const wrong = Object.entries(facts).filter(([, [actual, expected]]) => actual !== expected)
  const detail = wrong.map(([name, [actual, expected]]) => `${name} is ${actual}, not ${expected}`).join('; ')
  return { check: 'settings', where, ok: wrong.length === 0, detail: detail || `SQLite ${sqliteVersion(db)}` }
}

function checkChunks(db: Database) {
  const known = new Set<number>()
  for (const { id } of db.prepare<[], { id: number }>('SELECT id FROM series').all()) known.add(id)
  const bad: number[] = []
  let [chunks, values, bytes] = [0, 0, 0]
  for (const row of db.prepare<[], ChunkRow>('SELECT * FROM chunks ORDER BY seq').iterate()) {
    chunks++
    values += row.count
    bytes += row.body.length
    if (!unpack(row)) bad.push(row.seq)
  }
  const named = bad.slice(0, 5).join(', ')
  const states = badStates(db)
  const detail =
    bad.length > 0 || states > 0
      ? `${bad.length} of ${chunks} chunks are not what was written (seq ${named}), ${states} attributes and newest-only values`
      : `${chunks} chunks, ${values} values, ${known.size} series`
  return { isSound: bad.length + states === 0, chunks, values, bytes, detail }
}

function badStates(db: Database): number {
  let bad = 0
  for (const table of ['attributes', 'latest']) {
    for (const row of db.prepare<[], Parameters<typeof isAsWritten>[0]>(`SELECT * FROM ${table}`).iterate())
      if (!isAsWritten(row)) bad++
  }
  return bad
}

function checkBooks(
  db: Database,
  where: string,
): { results: CheckResult[]; totals: Pick<FileTotals, 'accepted' | 'tail'> } {
  const counters = new Map(
    db
      .prepare<[], { name: string; value: number }>('SELECT name, value FROM counters')
      .all()
      .map(({ name, value }) => [name, value]),
  )
  const value = (name: string): number => counters.get(name) ?? 0
  const rows =
    db
      .prepare<[], { n: number }>(`
        SELECT (SELECT coalesce(sum(count), 0) FROM chunks WHERE seq NOT IN (SELECT seq FROM retained))
          + (SELECT count(*) FROM attributes) + (SELECT count(*) FROM latest) AS n`)
      .get()?.n ?? 0
  const reasons = [...counters.keys()].filter((name) => name.startsWith('dropped:')).map((name) => name.slice(8))
  const dropped = reasons.reduce((sum, reason) => sum + value(`dropped:${reason}`), 0)
  const [accepted, delivered, quarantined] = [value('accepted'), value('delivered'), value('quarantined')]
  const missing = accepted - delivered - quarantined - dropped - rows
  const equation = `accepted ${accepted} = delivered ${delivered} + quarantined ${quarantined} + dropped ${dropped} + stored ${rows}`
  const last =
    db.prepare<[], { last: number | null }>('SELECT max(seq + count - 1) AS last FROM chunks').get()?.last ?? 0
  return {
    totals: { accepted, tail: Math.max(value('seq'), last) },
    results: [
      {
        check: 'conservation',
        where,
        ok: missing === 0,
        detail: missing === 0 ? equation : `${equation} does not hold: difference ${missing}`,
      },
      checkLedger(db, where, new Map(reasons.map((reason) => [reason, value(`dropped:${reason}`)])), quarantined),
    ],
  }
}

/** Every drop and every quarantined value is covered by a ledger record. */
function checkLedger(
  db: Database,
  where: string,
  dropped: ReadonlyMap<string, number>,
  quarantined: number,
): CheckResult {
  const totals = db
    .prepare<[], { kind: string; reason: string; n: number }>(
      'SELECT kind, reason, sum(count) AS n FROM ledger GROUP BY kind, reason',
    )
    .all()
  const sum = (kind: string, reason: string): number =>
    totals.find((row) => row.kind === kind && row.reason === reason)?.n ?? 0
  const wrong: string[] = []
  for (const [reason, count] of dropped) {
    const covered = sum('dropped', reason) - sum('recovered', reason)
    if (covered !== count) wrong.push(`${reason}: ${count} counted, ${covered} in the ledger`)
  }
  const all =
    totals.reduce((n, row) => (row.kind === 'quarantined' ? n + row.n : n), 0) - sum('recovered', 'quarantine')
  if (all !== quarantined) wrong.push(`quarantined: ${quarantined} counted, ${all} in the ledger`)
  return { check: 'ledger', where, ok: wrong.length === 0, detail: wrong.join('; ') || `${totals.length} causes` }
}

function checkHighWater(folder: string, total: { readonly accepted: number; readonly tail: number }): CheckResult {
  const mark = readHighWater(folder)
  const base = { check: 'high-water', where: 'all' } as const
  if (!mark) return { ...base, ok: total.accepted === 0, detail: 'there is no high-water mark' }
  const lost = Math.max(mark.accepted - total.accepted, 0)
  const detail = lost > 0 ? `${lost} accepted values are missing at the end` : `seq ${total.tail}, mark ${mark.tailSeq}`
  return { ...base, ok: lost === 0 && total.tail >= mark.tailSeq, detail }
}
