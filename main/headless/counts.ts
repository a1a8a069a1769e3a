import type { Balance } from '../../shared/status.ts'

/** A data folder in which nothing was ever stored. */
export const emptyBalance: Balance = {
  accepted: 0,
  delivered: 0,
  pending: 0,
  inFlight: 0,
  quarantined: 0,
  dropped: 0,
  droppedByReason: {},
}

/** D4 as one line. */
export function describeBalance(b: Balance): string {
  const kept = `delivered ${b.delivered} + pending ${b.pending} + in flight ${b.inFlight}`
  return `accepted ${b.accepted} = ${kept} + quarantined ${b.quarantined} + dropped ${b.dropped}`
}
