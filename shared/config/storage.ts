import * as z from 'zod'

export const storageSchema = z.strictObject({
  /** Bytes of undelivered data that are kept, file size included. */
  maxBytes: z.int().min(1_048_576).max(1_099_511_627_776).default(2_147_483_648),
  /** Undelivered data older than this is given up, with a ledger record. */
  maxAgeHours: z.number().positive().max(87_600).default(168),
  /**
   * The disk space of maxBytes is taken bit by bit beforehand, so that a disk filled by others stops nothing. Some room is left
   * to them: on a volume that is nearly full only the next segment is prepared.
   */
  preallocate: z.boolean().default(true),
  /** block: sources wait (nothing accepted is given up). drop-oldest / drop-newest: with a ledger record. */
  whenFull: z.enum(['block', 'drop-oldest', 'drop-newest']).default('drop-oldest'),
  /** Values of the last hours for trends on the gateway itself: never delivered, not part of maxBytes. hours 0 = none. */
  history: z
    .strictObject({
      hours: z.number().min(0).max(168).default(8),
      maxBytes: z.int().min(16_777_216).max(68_719_476_736).default(268_435_456),
    })
    .prefault({}),
  /** Longest time a sample waits for its group commit. */
  commitIntervalMs: z.int().min(5).max(1000).default(40),
})

export type StorageConfig = z.infer<typeof storageSchema>
