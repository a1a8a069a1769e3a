import type { QuarantineEntry } from '../../../shared/status.ts'
import type { BooksAnswer, BooksRequest } from './protocol.ts'
import type { Segment } from './segment.ts'

// Quarantine and ledger lie in the file of the data they speak of; here they are one list.

/** An id is the number of the file and the row in it. */
const rowsPerFile = 2 ** 32

export const fileOf = (id: number): number => Math.floor(id / rowsPerFile)
export const rowOf = (id: number): number => id % rowsPerFile

const withFile = (segment: Segment, entry: QuarantineEntry): QuarantineEntry => ({
  ...entry,
  id: segment.number * rowsPerFile + entry.id,
})

const none: BooksAnswer = { total: 0, quarantine: [], ledger: [], totals: [] }

export function booksPage(
  segments: readonly Segment[],
  query: Exclude<BooksRequest['query'], { of: 'quarantine-ids' }>,
): BooksAnswer {
  switch (query.of) {
    case 'quarantine':
      return quarantinePage(segments, query)
    case 'quarantine-after':
      return { ...none, quarantine: quarantineAfter(segments, query.after, query.limit) }
    case 'ledger':
      return ledgerPage(segments, query)
  }
}

export function entriesOf(segments: readonly Segment[], ids: readonly number[]): BooksAnswer {
  const quarantine = ids.flatMap((id) => {
    const segment = segments.find(({ number }) => number === fileOf(id))
    const entry = segment?.quarantine.get(rowOf(id))
    return segment && entry ? [withFile(segment, entry)] : []
  })
  return { ...none, quarantine }
}

interface Page {
  readonly offset: number
  readonly limit: number
  readonly filter: string
}

function quarantinePage(segments: readonly Segment[], { offset, limit, filter }: Page): BooksAnswer {
  const wanted = filter.toLowerCase()
  const entries: QuarantineEntry[] = []
  let total = 0
  for (const segment of segments) {
    total += segment.quarantine.count(wanted)
    for (const entry of segment.quarantine.page(wanted, offset + limit)) entries.push(withFile(segment, entry))
  }
  entries.sort((a, b) => b.at - a.at || b.id - a.id)
  return { ...none, total, quarantine: entries.slice(offset, offset + limit) }
}

function quarantineAfter(segments: readonly Segment[], after: number, limit: number): QuarantineEntry[] {
  const entries: QuarantineEntry[] = []
  for (const segment of segments.toSorted((a, b) => a.number - b.number)) {
    if (segment.number < fileOf(after) || entries.length >= limit) continue
    const from = segment.number === fileOf(after) ? rowOf(after) : 0
    for (const entry of segment.quarantine.after(from, limit - entries.length)) entries.push(withFile(segment, entry))
  }
  return entries
}

function ledgerPage(segments: readonly Segment[], { offset, limit, filter }: Page): BooksAnswer {
  const wanted = filter.toLowerCase()
  const totals = new Map<string, BooksAnswer['totals'][number]>()
  let total = 0
  for (const { books } of segments) {
    total += books.ledger.count(wanted)
    for (const row of books.ledger.totals()) {
      const { kind, reason } = row
      const known = totals.get(`${kind} ${reason}`) ?? { count: 0, entries: 0, uncounted: 0 }
      totals.set(`${kind} ${reason}`, {
        kind,
        reason,
        count: row.count + known.count,
        entries: row.entries + known.entries,
        uncounted: row.uncounted + known.uncounted,
      })
    }
  }
  const ledger = segments
    .flatMap(({ books }) => books.ledger.page(wanted, offset + limit))
    .sort((a, b) => b.until - a.until)
    .slice(offset, offset + limit)
  return { ...none, total, ledger, totals: [...totals.values()] }
}
