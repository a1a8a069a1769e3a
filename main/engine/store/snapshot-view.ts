import { asIs, type Said, said } from '../../../shared/said/said.ts'
import type { Balance, FillAlarm, LaneStatus, StoreStatus } from '../../../shared/status.ts'
import type { Growth } from './growth.ts'
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
  retained: 0,
  quarantineRows: 0,
  quarantineLimit: 0,
  fileBytes: 0,
  preallocatedBytes: 0,
  salvaging: 0,
  gaps: 0,
  overflows: 0,
  oldestAt: 0,
  tailSeq: 0,
  attributesAvailable: 0,
  attributeRows: 0,
  latestAvailable: 0,
  latestRows: 0,
  full: false,
  diskFull: false,
}

/** D4. What is stored is counted from rows, what is in flight from batches; neither is derived from the counters. */
export function balanceOf(snapshot: Snapshot, inFlight: number): Balance {
  const { accepted, delivered, quarantined, droppedByReason, storedRows } = snapshot
  const dropped = sumOf(droppedByReason)
  return { accepted, delivered, pending: storedRows - inFlight, inFlight, quarantined, dropped, droppedByReason }
}

export function sizesOf({ storedBytes, usedBytes, budgetBytes, oldestAt }: Snapshot, growth: Growth, now: number) {
  return {
    backlogBytes: storedBytes,
    usedBytes,
    limitBytes: budgetBytes,
    oldestSeconds: oldestAt === 0 ? 0 : Math.max(0, (now - oldestAt) / 1000),
    secondsToFull: growth.secondsToFull(budgetBytes),
  } satisfies Partial<StoreStatus>
}

const alarms: readonly (readonly [share: number, alarm: FillAlarm])[] = [
  [0.95, 'critical'],
  [0.85, 'nearly-full'],
  [0.7, 'filling'],
]

export function alarmOf(share: number): FillAlarm {
  return alarms.find(([from]) => share >= from)?.[1] ?? 'none'
}

export function fillOf(snapshot: Snapshot) {
  const { usedBytes, budgetBytes, quarantineRows, quarantineLimit, fileBytes } = snapshot
  const { retained, salvaging, gaps, overflows } = snapshot
  const fill = budgetBytes === 0 ? 0 : Math.min(1, usedBytes / budgetBytes)
  return {
    fill,
    alarm: alarmOf(fill),
    quarantineRows,
    quarantineLimit,
    preallocatedBytes: fileBytes,
    retained,
    salvaging,
    gaps,
    overflows,
  } satisfies Partial<StoreStatus>
}

/** Rows of each lane; bytes in proportion, because a chunk on disk does not say which lane it is in. */
export function lanesOf(
  snapshot: Snapshot,
  waiting: { readonly live: number; readonly backlog: number },
  inFlight: number,
  liveSince: number,
  now: number,
): StoreStatus['lanes'] {
  const { storedRows, storedBytes, attributeRows, latestRows, oldestAt } = snapshot
  const age = (at: number): number => (at === 0 ? 0 : Math.max(0, (now - at) / 1000))
  // Of the ranges parts may have been given up: the rows that exist are the limit, the backlog loses first.
  const chunkRows = Math.max(0, storedRows - attributeRows - latestRows - inFlight)
  const live = Math.min(waiting.live, chunkRows)
  const backlog = Math.min(waiting.backlog, chunkRows - live)
  const perRow = storedRows === 0 ? 0 : storedBytes / storedRows
  const lane = (pending: number, at: number): LaneStatus => ({
    pending,
    bytes: Math.round(pending * perRow),
    oldestSeconds: pending === 0 ? 0 : age(at),
  })
  return {
    live: lane(live + latestRows, backlog > 0 ? liveSince : oldestAt),
    backlog: lane(backlog, oldestAt),
    attributes: lane(attributeRows, oldestAt),
  }
}

export function detailOf({ diskFull, full }: Snapshot): Said {
  return diskFull ? said('store.diskFull') : full ? said('store.full') : asIs('')
}

function sumOf(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0)
}
