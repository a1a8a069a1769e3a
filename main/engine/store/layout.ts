// How the configured size is divided between the files of the store.

/** A segment is lost, copied and reused as a whole: small enough for that, large enough to be few. */
const largestSegmentBytes = 256 << 20
const usualSegments = 16
/** Each segment is an open connection: three file handles and up to 2 MB of cache. */
const mostSegments = 64
const smallSegmentBytes = 8 << 20
/** Attributes, newest-only values and what is refused of them live in store.db. */
const largestHomeBytes = 32 << 20
const smallestHomeBytes = 384 << 10
/** A WAL is checkpointed when about this much was written to it: short checkpoints stall less (1000 pages, 4 MB). */
const largestWalBytes = 4 << 20
const smallestWalBytes = 64 << 10

/** Bytes of one file on disk, of its used pages, and when its WAL is checkpointed. */
export interface FileQuota {
  readonly fileBytes: number
  readonly budgetBytes: number
  readonly walTargetBytes: number
}

export interface Layout {
  readonly home: FileQuota
  readonly segment: FileQuota
  readonly segments: number
}

export function layoutOf(maxBytes: number): Layout {
  const homeBytes = Math.max(smallestHomeBytes, Math.min(largestHomeBytes, Math.floor(maxBytes / 32)))
  const rest = maxBytes - homeBytes
  const least = Math.min(smallSegmentBytes, Math.floor(rest / 2))
  const usual = Math.min(largestSegmentBytes, Math.floor(rest / usualSegments))
  const segmentBytes = Math.max(least, usual, Math.floor(rest / mostSegments))
  return {
    home: fileQuota(homeBytes),
    segment: fileQuota(segmentBytes),
    segments: Math.max(1, Math.floor(rest / segmentBytes)),
  }
}

/** Database and twice the WAL target fit: one checkpoint may come late. */
function fileQuota(fileBytes: number): FileQuota {
  const walTargetBytes = Math.max(smallestWalBytes, Math.min(largestWalBytes, Math.floor(fileBytes / 16)))
  return { fileBytes, budgetBytes: fileBytes - 2 * walTargetBytes, walTargetBytes }
}

/** Used pages of all files when the store is full. */
export function budgetOf({ home, segment, segments }: Layout): number {
  return home.budgetBytes + segments * segment.budgetBytes
}
