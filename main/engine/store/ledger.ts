import type { LedgerRow, LedgerTotal } from '../../../shared/status.ts'
import type { Database, Statement } from './sqlite.ts'

/**
 * Rows kept minute by minute; those older than a day (where that is not enough: than an hour) are added up per day, and days per 30
 * days: bounded, and every loss stays covered. In a small store fewer, so that the ledger leaves the room to the data.
 */
const minuteLimit = 5_000
const roomShare = 0.1
const usualRowBytes = 600
const dayLimit = 5_000
const minuteMs = 60_000
const hourMs = 3_600_000
const dayMs = 86_400_000
const monthMs = 30 * dayMs
/** Series named in one row, and characters of a name: a row stays well below a page. */
const namesLimit = 8
const nameLength = 120
/** Series of one minute told apart; beyond it `seriesCount` is what it says it is: at least. */
const tallyLimit = 20_000
/** Rows of the present minute held in memory; beyond it they are read again. */
const openRowLimit = 64

/** One thing to be entered. */
export interface LedgerEntry {
  readonly kind: LedgerRow['kind']
  readonly reason: string
  readonly lane: string
  readonly class?: LedgerRow['class'] | undefined
  readonly source?: string | undefined
  readonly at: number
  readonly tsMin: number
  readonly tsMax: number
  readonly count: number
  readonly entries?: number | undefined
  readonly uncounted?: number | undefined
  /** Series id or name -> values. Undefined = unknown which. */
  readonly series?: SeriesShares | undefined
  /** When there are more than `series` names. */
  readonly seriesCount?: number | undefined
}

/** Series id, or the name of what has none -> values. */
export type SeriesShares = ReadonlyMap<number | string, number>

interface StoredRow extends Omit<LedgerRow, 'series'> {
  readonly series: string
}

/** A row of the present minute, as it will be written. */
interface OpenRow extends Omit<LedgerRow, 'series' | 'seriesCount'> {
  until: number
  tsMin: number
  tsMax: number
  count: number
  entries: number
  uncounted: number
  dirty: boolean
  /** What the file says of the series; since then they are counted in `tally`. */
  readonly before: Pick<LedgerRow, 'series' | 'seriesCount'>
  readonly tally: Map<number | string, number>
  /** Those of the tally that the row names. */
  readonly picked: Map<number | string, string>
  named: number
}

const columns = `kind, reason, lane, class, source, since, until, ts_min AS tsMin, ts_max AS tsMax, count, entries,
  uncounted, series_count AS seriesCount, series`
const keyOf = 'since = ? AND span_ms = ? AND kind = ? AND reason = ? AND lane = ? AND class = ? AND source = ?'

/**
 * What was given up, put into quarantine or lost by a source, of one file: one row per minute, cause, lane, class and source.
 * Entries gather in memory and are written by `flush` inside the transaction they belong to; `forget` after a rollback.
 */
export class Ledger {
  readonly #open = new Map<string, OpenRow>()
  readonly #name: (id: number) => string | undefined
  readonly #find: Statement<StoredRow>
  readonly #write: Statement
  readonly #spans: Statement<{ n: number }>
  readonly #old: Statement<StoredRow>
  readonly #hasOld: Statement
  readonly #deleteOld: Statement
  readonly #page: Statement<StoredRow>
  readonly #count: Statement<{ n: number }>
  readonly #totals: Statement<LedgerTotal>
  readonly #transaction: (task: () => void) => void

  /** `name` knows the series that the file itself does not name. */
  constructor(db: Database, name: (id: number) => string | undefined) {
    const own: Statement<{ device: string; key: string }> = db.prepare('SELECT device, key FROM series WHERE id = ?')
    this.#name = (id) => {
      const known = name(id)
      if (known !== undefined) return known
      const row = own.get(id)
      return row && seriesName(row)
    }
    this.#find = db.prepare(`SELECT ${columns} FROM ledger WHERE ${keyOf}`)
    this.#write = db.prepare(`
      INSERT OR REPLACE INTO ledger (since, span_ms, kind, reason, lane, class, source,
        until, ts_min, ts_max, count, entries, uncounted, series_count, series)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
    this.#spans = db.prepare('SELECT count(*) AS n FROM ledger WHERE span_ms = ?')
    this.#old = db.prepare(`SELECT ${columns} FROM ledger WHERE span_ms = ? AND since < ? ORDER BY since`)
    this.#hasOld = db.prepare('SELECT 1 FROM ledger WHERE span_ms = ? AND since < ? LIMIT 1')
    this.#deleteOld = db.prepare('DELETE FROM ledger WHERE span_ms = ? AND since < ?')
    const matches = `instr(lower(kind || ' ' || reason || ' ' || lane || ' ' || source || ' ' || series), ?) > 0`
    this.#page = db.prepare(`SELECT ${columns} FROM ledger WHERE ${matches} ORDER BY until DESC LIMIT ?`)
    this.#count = db.prepare(`SELECT count(*) AS n FROM ledger WHERE ${matches}`)
    this.#totals = db.prepare(`
      SELECT kind, reason, sum(count) AS count, sum(entries) AS entries, sum(uncounted) AS uncounted
      FROM ledger GROUP BY kind, reason`)
    this.#transaction = (task) => db.transaction(task).immediate()
  }

  enter(entry: LedgerEntry): void {
    const row = this.#rowOf(entry)
    row.dirty = true
    row.until = Math.max(row.until, entry.at)
    row.tsMin = Math.min(row.tsMin, entry.tsMin)
    row.tsMax = Math.max(row.tsMax, entry.tsMax)
    row.count += entry.count
    row.entries += entry.entries ?? 1
    row.uncounted += entry.uncounted ?? 0
    row.named = Math.max(row.named, entry.seriesCount ?? 0)
    for (const [series, count] of entry.series ?? []) {
      const before = row.tally.get(series)
      if (before === undefined && row.tally.size >= tallyLimit) continue
      row.tally.set(series, (before ?? 0) + count)
    }
  }

  flush(): void {
    for (const row of this.#open.values()) {
      if (!row.dirty) continue
      this.#put(row, minuteMs, {
        seriesCount: Math.max(row.before.seriesCount, row.tally.size, row.named),
        series: this.#named(row),
      })
      row.dirty = false
    }
  }

  /** The file says something else than the memory. */
  forget(): void {
    this.#open.clear()
  }

  /** Newest first. */
  page(filter: string, limit: number): LedgerRow[] {
    return this.#page.all(filter, limit).map(rowOf)
  }

  count(filter: string): number {
    return this.#count.get(filter)?.n ?? 0
  }

  totals(): LedgerTotal[] {
    return this.#totals.all()
  }

  /** Adds up what is old when there is too much for a file of this size. Outside any transaction. */
  trim(now: number, budgetBytes: number): void {
    const minute = Math.floor(now / minuteMs) * minuteMs
    for (const [key, { since }] of this.#open)
      if (since < minute || this.#open.size > openRowLimit) this.#open.delete(key)
    const most = Math.min(minuteLimit, Math.floor((budgetBytes * roomShare) / usualRowBytes))
    for (const [span, into, limit, age] of [
      [minuteMs, dayMs, most, dayMs],
      [minuteMs, dayMs, most, hourMs],
      [dayMs, monthMs, dayLimit, monthMs],
    ] as const) {
      if ((this.#spans.get(span)?.n ?? 0) <= limit || !this.#hasOld.get(span, now - age)) continue
      this.#transaction(() => this.#condense(span, into, now - age))
    }
  }

  #rowOf({ kind, reason, lane, class: of = '', source = '', at, tsMin, tsMax }: LedgerEntry): OpenRow {
    const since = Math.floor(at / minuteMs) * minuteMs
    const key = [since, kind, reason, lane, of, source].join('\n')
    const open = this.#open.get(key)
    if (open) return open
    const stored = this.#find.get(since, minuteMs, kind, reason, lane, of, source)
    const fresh = {
      kind,
      reason,
      lane,
      class: of,
      source,
      since,
      until: at,
      tsMin,
      tsMax,
      count: 0,
      entries: 0,
      uncounted: 0,
    }
    const { series, seriesCount, ...row } = stored ? rowOf(stored) : { ...fresh, series: [], seriesCount: 0 }
    const made = { ...row, before: { series, seriesCount }, tally: new Map(), picked: new Map(), named: 0, dirty: true }
    this.#open.set(key, made)
    return made
  }

  #named({ before, tally, picked }: OpenRow): LedgerRow['series'] {
    for (const series of tally.keys()) {
      if (picked.size >= namesLimit) break
      const name = typeof series === 'string' ? series : this.#name(series)
      if (name !== undefined) picked.set(series, name.slice(0, nameLength))
    }
    const named = new Map(before.series.map(({ name, count }) => [name, count]))
    for (const [series, name] of picked) {
      if (named.has(name) || named.size < namesLimit) named.set(name, (named.get(name) ?? 0) + (tally.get(series) ?? 0))
    }
    return [...named].map(([name, count]) => ({ name, count }))
  }

  #condense(span: number, into: number, before: number): void {
    const sums = new Map<string, LedgerRow & { at: number }>()
    for (const stored of this.#old.all(span, before)) {
      const row = rowOf(stored)
      const at = Math.floor(row.since / into) * into
      const key = [at, row.kind, row.reason, row.lane, row.class, row.source].join('\n')
      const there = sums.get(key) ?? this.#stored(row, at, into)
      sums.set(key, { ...(there ? merged(there, row) : row), at })
    }
    for (const { at, ...row } of sums.values()) this.#put({ ...row, since: at }, into, row)
    this.#deleteOld.run(span, before)
  }

  #stored({ kind, reason, lane, class: of, source }: LedgerRow, since: number, span: number): LedgerRow | undefined {
    const stored = this.#find.get(since, span, kind, reason, lane, of, source)
    return stored && rowOf(stored)
  }

  #put(
    row: Omit<LedgerRow, 'series' | 'seriesCount'>,
    span: number,
    { series, seriesCount }: Pick<LedgerRow, 'series' | 'seriesCount'>,
  ): void {
    const { since, kind, reason, lane, source, until, tsMin, tsMax, count, entries, uncounted } = row
    const key = [since, span, kind, reason, lane, row.class, source]
    this.#write.run(...key, until, tsMin, tsMax, count, entries, uncounted, seriesCount, JSON.stringify(series))
  }
}

/** By RetentionClass. */
export const classNames = ['', 'guaranteed', 'recent'] as const

export const seriesName = ({ device, key }: { readonly device: string; readonly key: string }): string =>
  `${device} / ${key}`

/** How many values each series has among these. */
export function sharesOf(ids: ArrayLike<number>): SeriesShares {
  const shares = new Map<number, number>()
  // Not for-of: this is once per value.
  for (let i = 0; i < ids.length; i++) shares.set(ids[i] as number, (shares.get(ids[i] as number) ?? 0) + 1)
  return shares
}

const rowOf = (stored: StoredRow): LedgerRow => ({
  ...stored,
  series: JSON.parse(stored.series) as LedgerRow['series'],
})

function merged(a: LedgerRow, b: LedgerRow): LedgerRow {
  const series = new Map(a.series.map(({ name, count }) => [name, count]))
  for (const { name, count } of b.series) {
    if (series.has(name) || series.size < namesLimit) series.set(name, (series.get(name) ?? 0) + count)
  }
  return {
    ...a,
    until: Math.max(a.until, b.until),
    tsMin: Math.min(a.tsMin, b.tsMin),
    tsMax: Math.max(a.tsMax, b.tsMax),
    count: a.count + b.count,
    entries: a.entries + b.entries,
    uncounted: a.uncounted + b.uncounted,
    seriesCount: Math.max(a.seriesCount, b.seriesCount),
    series: [...series].map(([name, count]) => ({ name, count })),
  }
}
