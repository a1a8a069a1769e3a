import type { Balance } from '../../../shared/status.ts'
import type { Snapshot } from './protocol.ts'

export const emptySnapshot: Snapshot = {
  accepted: 0,
  delivered: 0,
  quarantined: 0,
  droppedByReason: {},
  storedRows: 0,
  storedBytes: 0,
  usedBytes: 0,
  budgetBytes: 0,
  oldestAt: 0,
  tailSeq: 0,
  attributesAvailable: 0,
  full: false,
  diskFull: false,
}

/** D4. What is stored is counted from rows, what is in flight from batches; neither is derived from the counters. */
export function balanceOf(snapshot: Snapshot, inFlight: number): Balance {
  const { accepted, delivered, quarantined, droppedByReason, storedRows } = snapshot
  const dropped = sumOf(droppedByReason)
  return { accepted, delivered, pending: storedRows - inFlight, inFlight, quarantined, dropped, droppedByReason }
}

function sumOf(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0)
}
