import { statSync } from 'node:fs'
import { dirname } from 'node:path'
import { openDamaged, readableRows, removeCopy, sameSeries, seriesNamesOf } from './damaged-file.ts'
import { seriesName } from './ledger.ts'
import type { AttributeRow, QuarantineRow, SeriesRow, StateTableName } from './protocol.ts'
import type { Segment } from './segment.ts'
import { storeFiles } from './shelf.ts'
import { isAsWritten, supersededBy } from './state-table.ts'
import type { Transactions } from './transactions.ts'

/** The damaged file with another first page. */
const copyName = 'rescue.db'
/** Intake waits for the copy, two seconds at most: store.db, no segment. */
const copiedBytes = 64 << 20
const types: ReadonlySet<unknown> = new Set(['boolean', 'integer', 'double', 'float', 'string', 'json'])

interface StateRow extends AttributeRow {
  readonly seq: number
  readonly accepted_at: number
  readonly crc?: number | null
}

interface RefusedRow extends Omit<QuarantineRow, 'seq' | 'reasonCode'> {
  readonly id: number
  readonly reason_code: number
  readonly at: number
}

/** A file that is not used any more. */
interface Gone {
  /** undefined = unreadable: the high-water mark tells what is missing. */
  readonly counters: ReadonlyMap<string, number> | undefined
  /** Rows that waited in it, by its counters. */
  readonly rows: number
  /** Where it is now; undefined when there is nothing to read. */
  readonly movedTo?: string | undefined
}

/**
 * The counters of a file that is gone go on in store.db; what waited in it counts as dropped until it is salvaged. State and
 * quarantine come back at once. Returns the rows that are still missing.
 */
export function adoptFile(
  transactions: Transactions,
  names: Map<number, SeriesRow>,
  { counters, rows, movedTo }: Gone,
  at: number,
): number {
  const { shelf } = transactions
  const rescued = movedTo === undefined ? undefined : rescue(movedTo, storeFiles(shelf.folder).at(-1) ?? movedTo)
  const booked = counters && { rows, quarantined: counters.get('quarantined') ?? 0 }
  return transactions.run(() =>
    transactions.on(shelf.home, (home) => {
      if (counters) home.books.adopt(counters, at)
      home.books.drop({ reason: 'corrupt', lane: 'live', count: rows, tsMin: 0, tsMax: at, at })
      return movedTo === undefined ? rows : putRescued(home, rescued ?? nothingRescued, names, at, booked)
    }),
  )
}

/** What a damaged file still has of state and quarantine. */
interface Rescued {
  readonly attributes: readonly StateRow[]
  readonly latest: readonly StateRow[]
  readonly quarantine: readonly RefusedRow[]
  readonly names: ReadonlyMap<number, SeriesRow>
}

/**
 * Reads all rows of state and quarantine that a damaged file still gives. At once, before anything new is accepted: so no older
 * attribute comes after a newer one (D9). They are few; store.db has a size of its own.
 */
function rescue(movedTo: string, template: string): Rescued | undefined {
  const place = dirname(movedTo)
  const mayCopy = statSync(movedTo).size <= copiedBytes
  const db = openDamaged(place, mayCopy ? template : undefined, copyName)
  if (!db) return undefined
  try {
    return {
      attributes: readableRows<StateRow>(db, 'attributes', 'seq').filter(isState),
      latest: readableRows<StateRow>(db, 'latest', 'seq').filter(isState),
      quarantine: readableRows<RefusedRow>(db, 'quarantine', 'id').filter(isRefused),
      names: seriesNamesOf(db),
    }
  } finally {
    db.close()
    removeCopy(place, copyName)
  }
}

const nothingRescued: Rescued = { attributes: [], latest: [], quarantine: [], names: new Map() }

/** Rows of the damaged file as its counters have them: those that waited, and those in quarantine. */
interface Booked {
  readonly rows: number
  readonly quarantined: number
}

/**
 * Puts them into the new store.db, inside its transaction, under new numbers. `known`: the names of the store, which win: under
 * another name a value would be another value. With `booked`, all rows of the file count as lost already and what comes back is taken
 * off; without, its counters could not be read and what comes back is accepted anew. Returns the rows that are still missing.
 */
function putRescued(
  home: Segment,
  from: Rescued,
  known: Map<number, SeriesRow>,
  at: number,
  booked: Booked | undefined,
): number {
  let room = booked ? Math.max(0, booked.rows) : Number.POSITIVE_INFINITY
  for (const table of ['attributes', 'latest'] as const) {
    for (const row of from[table]) {
      const theirs = from.names.get(row.series)
      const name = known.get(row.series) ?? theirs
      if (room === 0 || !name || (theirs && !sameSeries(name, theirs))) continue
      known.set(row.series, name)
      room--
      if (booked) home.books.recover({ ...supersededBy(table, row, at), reason: 'corrupt' })
      else home.books.add('accepted', 1)
      putState(home, table, row, name, at)
    }
  }
  const missing = booked ? Math.max(0, room) : 0
  return missing + putRefused(home, from.quarantine, at, booked)
}

function putState(home: Segment, table: StateTableName, row: StateRow, name: SeriesRow, at: number): void {
  home.series.insert([name])
  home.books.add('attribute-seq', 1)
  const older = home[table].put(row, home.books.get('attribute-seq'), row.accepted_at)
  if (older) home.books.drop(supersededBy(table, older, at))
}

function putRefused(home: Segment, rows: Rescued['quarantine'], at: number, booked: Booked | undefined): number {
  const some = rows.slice(0, booked?.quarantined)
  for (const { reason_code: reasonCode, at: since, id: seq, ...row } of some) {
    home.quarantine.put({ ...row, seq, reasonCode }, since)
    if (booked) continue
    const series = new Map([[seriesName(row), 1]])
    home.books.add('accepted', 1)
    home.books.quarantine(row.reason, { lane: 'live', count: 1, tsMin: row.ts, tsMax: row.ts, at, series })
  }
  const lost = Math.max(0, (booked?.quarantined ?? 0) - some.length)
  if (lost === 0) return 0
  const loss = { lane: 'live' as const, count: lost, tsMin: 0, tsMax: at, at }
  home.books.unquarantine(loss)
  home.books.drop({ ...loss, reason: 'corrupt' })
  return lost
}

// A page that was overwritten may give rows that nobody wrote.

function isState(row: StateRow): boolean {
  const numbers = [row.seq, row.series, row.ts, row.accepted_at]
  return numbers.every(Number.isFinite) && types.has(row.type) && typeof row.value === 'string' && isAsWritten(row)
}

function isRefused(row: RefusedRow): boolean {
  const numbers = [row.id, row.ts, row.reason_code, row.attempts, row.at]
  const texts = [row.device, row.key, row.reason, row.value]
  const sound = numbers.every(Number.isFinite) && texts.every((text) => typeof text === 'string')
  return sound && types.has(row.type) && (row.kind === 'telemetry' || row.kind === 'attribute')
}
