import type { StorageConfig } from '../../../shared/config/storage.ts'
import type { RetentionClass } from './protocol.ts'

/** What becomes of a chunk that finds no room. */
export type WhenNoRoom =
  /** Sources wait. */
  | 'refuse'
  /** What is older gives way. */
  | 'drop-oldest'
  /** It is given up itself. */
  | 'drop-newest'

export function whenNoRoom(retention: RetentionClass, whenFull: StorageConfig['whenFull']): WhenNoRoom {
  if (retention === 1) return 'refuse'
  if (retention === 2) return 'drop-oldest'
  return whenFull === 'block' ? 'refuse' : whenFull
}

/** 'full' ends when this much of a segment is free again, so that the state does not flicker. */
export const roomAgainShare = 0.05

/** Refused values kept for the operator; a plant that produces only refusals must not fill the store with them. */
const quarantineRowLimit = 100_000
const quarantineShare = 0.05

export function quarantineHasRoom(rows: number, bytes: number, maxBytes: number): boolean {
  return rows < quarantineRowLimit && bytes < maxBytes * quarantineShare
}

/** For the operator: how many may be there, judged by their present size. */
export function quarantineLimitOf(rows: number, bytes: number, maxBytes: number): number {
  if (rows === 0) return quarantineRowLimit
  return Math.min(quarantineRowLimit, Math.max(rows, Math.floor((maxBytes * quarantineShare) / (bytes / rows))))
}
