import type { Balance, StoreStatus } from '../../../shared/status.ts'
import type { Snapshot } from './protocol.ts'
import type { Growth } from './quota.ts'

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

export function sizesOf({ storedBytes, budgetBytes, oldestAt }: Snapshot, growth: Growth, now: number) {
  return {
    backlogBytes: storedBytes,
    limitBytes: budgetBytes,
    oldestSeconds: oldestAt === 0 ? 0 : Math.max(0, (now - oldestAt) / 1000),
    secondsToFull: growth.secondsToFull(budgetBytes),
  } satisfies Partial<StoreStatus>
}

export function detailOf({ diskFull, full }: Snapshot): string {
  return diskFull ? 'The disk is full: nothing more can be kept' : full ? 'The store is full: sources wait' : ''
}

function sumOf(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0)
}
