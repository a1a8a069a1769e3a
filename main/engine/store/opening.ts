import { mkdirSync } from 'node:fs'
import { HighWaterFile } from './high-water.ts'
import { layoutOf } from './layout.ts'
import { seriesName } from './ledger.ts'
import type { Damage, Opened, OpenOptions, SeriesRow } from './protocol.ts'
import type { Segment } from './segment.ts'
import { type DamagedFile, Shelf } from './shelf.ts'
import { supersededBy } from './state-table.ts'
import { Tank } from './tank.ts'

/**
 * Opens all files, puts what can not be opened aside, and compares three independent counts: rows, counters, high-water mark.
 * Every difference becomes a ledger record before anything else is accepted.
 */
export function openTank(
  options: OpenOptions,
  salvageSeries: () => readonly SeriesRow[],
): { tank: Tank; opened: Omit<Opened, 'snapshot' | 'sqliteVersion'> } {
  mkdirSync(options.folder, { recursive: true })
  const highWater = new HighWaterFile(options.folder)
  const mark = highWater.found
  const names = new Map<number, SeriesRow>()
  const { shelf, damaged } = Shelf.open(
    options.folder,
    layoutOf(options.config.maxBytes),
    (id) => nameOf(names.get(id)),
    options.at,
    mark?.segment ?? 0,
  )
  try {
    let unaccounted = 0
    for (const segment of shelf.all) unaccounted += reconcile(segment, options.at)
    let tail = mark?.tailSeq ?? 0
    for (const { books, chunks } of shelf.all) tail = Math.max(tail, books.get('seq'), chunks.last)
    const series = seriesOf(shelf, salvageSeries())
    for (const row of series) names.set(row.id, row)
    const tank = new Tank({ shelf, options, highWater, series: names, tail })
    const damage = damaged.map((file) => adopt(tank, file, options.at))
    const { tailLost, missing } = compare(tank, shelf, highWater, damaged, options.at)
    unaccounted += missing
    tank.mark()
    const firsts = shelf.all.flatMap(({ chunks }) => (chunks.first === undefined ? [] : [chunks.first]))
    return {
      tank,
      opened: {
        kind: 'opened',
        series,
        nextSeriesId: series.reduce((most, { id }) => Math.max(most, id), 0) + 1,
        firstSeq: firsts.length > 0 ? Math.min(...firsts) : tail + 1,
        damage: damage.map((one, i) => (i === 0 && missing > 0 && one.rows === 0 ? { ...one, rows: missing } : one)),
        unaccounted: damaged.length > 0 ? 0 : unaccounted,
        tailLost,
      },
    }
  } catch (error) {
    highWater.close()
    shelf.close()
    throw error
  }
}

/** Counts the rows of one file; a difference to its counters is entered as a loss. */
function reconcile(segment: Segment, at: number): number {
  const { books } = segment
  segment.begin()
  try {
    for (const name of ['attributes', 'latest'] as const) {
      for (const gone of segment[name].dropSuperseded()) books.drop(supersededBy(name, gone, at))
      segment[name].load()
    }
    const missing = books.expectedRows() - segment.rows
    if (missing > 0) books.drop({ reason: 'unaccounted', lane: 'live', count: missing, tsMin: 0, tsMax: at, at })
    if (missing < 0) books.add('accepted', -missing)
    segment.commit()
    segment.forgetSeries()
    return missing
  } catch (error) {
    segment.rollback(error)
    throw error
  }
}

function adopt(tank: Tank, { path, movedTo, counters }: DamagedFile, at: number): Damage {
  const file = path.split(/[\\/]/).at(-1) ?? path
  let rows = 0
  for (const [name, value] of counters ?? []) {
    if (name === 'accepted') rows += value
    if (name === 'delivered' || name === 'quarantined' || name.startsWith('dropped:')) rows -= value
  }
  return { file, movedTo, rows: tank.adopt(counters, rows, at, movedTo) }
}

/** What the high-water mark knows of and the files do not. */
function compare(
  tank: Tank,
  shelf: Shelf,
  { found: mark }: HighWaterFile,
  damaged: readonly DamagedFile[],
  at: number,
): { tailLost: number; missing: number } {
  if (!mark) return { tailLost: 0, missing: 0 }
  let [accepted, delivered, gone, tail] = [0, 0, 0, 0]
  for (const { books, chunks } of shelf.all) {
    accepted += books.get('accepted')
    delivered += books.get('delivered')
    gone += books.get('quarantined') + books.dropped()
    tail = Math.max(tail, books.get('seq'), chunks.last)
  }
  const unrecorded =
    mark.lost - shelf.all.reduce((n, { books }) => n + books.timesLost('gap') + books.timesLost('overflow'), 0)
  if (unrecorded > 0) book(tank, { 'lost:gap': unrecorded }, at)
  const lost = mark.accepted - accepted
  if (lost <= 0) return { tailLost: 0, missing: 0 }
  // The end of one file: the commits after some moment, whatever they did, are not there any more.
  const isTail = damaged.length === 0 && shelf.all.some(({ number }) => number === mark.segment)
  if (isTail) {
    book(tank, { accepted: lost, 'dropped:tail-lost': lost }, at)
    return { tailLost: lost, missing: 0 }
  }
  // A file is gone or can not even be counted: its share is what the others do not have.
  const ended = Math.min(lost, Math.max(0, mark.delivered - delivered))
  const dropped = Math.min(lost - ended, Math.max(0, mark.gone - gone))
  const rows = lost - ended - dropped
  const given =
    damaged.length > 0
      ? { 'dropped:corrupt': rows, 'dropped:unaccounted': dropped }
      : { 'dropped:unaccounted': dropped + rows }
  book(tank, { accepted: lost, delivered: ended, ...given }, at)
  return { tailLost: 0, missing: rows }
}

function book(tank: Tank, counters: Readonly<Record<string, number>>, at: number): void {
  tank.adopt(new Map(Object.entries(counters)), 0, at)
}

function seriesOf(shelf: Shelf, others: readonly SeriesRow[]): SeriesRow[] {
  const rows = new Map<number, SeriesRow>()
  for (const row of others) rows.set(row.id, row)
  for (const { series } of shelf.all) for (const row of series.load(false)) rows.set(row.id, row)
  return [...rows.values()]
}

const nameOf = (row: SeriesRow | undefined): string | undefined => row && seriesName(row)
