import { quarantineLimitOf } from './admission.ts'
import type { HighWater } from './high-water.ts'
import { attributeBytes } from './intake.ts'
import { budgetOf } from './layout.ts'
import type { Snapshot } from './protocol.ts'
import type { Segment } from './segment.ts'
import type { Shelf } from './shelf.ts'
import { failureOf } from './sqlite.ts'

// What all files have and count together.

export function pictureOf(
  { home, all, layout }: Shelf,
  by: Pick<Snapshot, 'salvaging' | 'tailSeq' | 'full' | 'diskFull'>,
  maxBytes: number,
): Snapshot {
  const total = { rows: 0, bytes: 0, used: 0, file: 0, retained: 0, quarantineRows: 0, quarantineBytes: 0 }
  const droppedByReason: Record<string, number> = {}
  let [accepted, delivered, quarantined, oldestAt] = [0, 0, 0, Number.POSITIVE_INFINITY]
  let [gaps, overflows] = [0, 0]
  for (const segment of all) {
    const { books, chunks, quarantine, rows, usedBytes, fileBytes } = segment
    accepted += books.get('accepted')
    delivered += books.get('delivered')
    quarantined += books.get('quarantined')
    gaps += books.timesLost('gap')
    overflows += books.timesLost('overflow')
    for (const [reason, count] of Object.entries(books.droppedByReason())) {
      if (count !== 0) droppedByReason[reason] = (droppedByReason[reason] ?? 0) + count
    }
    total.rows += rows
    total.bytes += chunks.bytes
    total.used += usedBytes
    total.file += fileBytes
    total.retained += chunks.retainedRows
    total.quarantineRows += quarantine.rows
    total.quarantineBytes += quarantine.bytes
    oldestAt = Math.min(oldestAt, oldestOf(segment))
  }
  for (const table of [home.attributes, home.latest]) {
    if (table.rows > 0) oldestAt = Math.min(oldestAt, table.oldestAt() || Number.POSITIVE_INFINITY)
  }
  return {
    accepted,
    delivered,
    quarantined,
    droppedByReason,
    gaps,
    overflows,
    storedRows: total.rows,
    storedBytes: total.bytes + (home.attributes.rows + home.latest.rows) * attributeBytes,
    usedBytes: total.used,
    budgetBytes: budgetOf(layout),
    retained: total.retained,
    quarantineRows: total.quarantineRows,
    quarantineLimit: quarantineLimitOf(total.quarantineRows, total.quarantineBytes, maxBytes),
    fileBytes: total.file,
    preallocatedBytes: Math.max(0, total.file - total.used),
    salvaging: by.salvaging,
    oldestAt: Number.isFinite(oldestAt) ? oldestAt : 0,
    tailSeq: by.tailSeq,
    attributesAvailable: home.attributes.available,
    attributeRows: home.attributes.rows,
    latestAvailable: home.latest.available,
    latestRows: home.latest.rows,
    full: by.full,
    diskFull: by.diskFull,
  }
}

export function highWaterOf({ active, all }: Shelf, tailSeq: number): HighWater {
  const mark = { tailSeq, accepted: 0, delivered: 0, gone: 0, lost: 0, segment: active?.number ?? 0 }
  for (const { books } of all) {
    mark.accepted += books.get('accepted')
    mark.delivered += books.get('delivered')
    mark.gone += books.get('quarantined') + books.dropped()
    mark.lost += books.timesLost('gap') + books.timesLost('overflow')
  }
  return mark
}

/** For the status alone: whoever needs the value meets the damage himself. */
function oldestOf({ chunks }: Segment): number {
  try {
    return chunks.oldest()?.accepted_at ?? Number.POSITIVE_INFINITY
  } catch (error) {
    if (failureOf(error) === undefined) throw error
    return Number.POSITIVE_INFINITY
  }
}
