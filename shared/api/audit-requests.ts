import * as z from 'zod'

// Who changed what, when: of the configuration, of trust, of stored values, and on machines.

export const auditEntrySchema = z.object({
  /** ms since the epoch. */
  at: z.number(),
  /** `UI`, or who came over another way. */
  who: z.string(),
  action: z.enum([
    'edit',
    'undo',
    'redo',
    'discard draft',
    'revert change',
    'apply',
    'keep version',
    'take version back',
    'restore version',
    'propose',
    'merge proposal',
    'dismiss proposal',
    'save configuration',
    'trust certificate',
    'reject certificate',
    'renew certificate',
    'retry quarantine',
    'correct value',
    'discard quarantine',
    'write',
    'call',
    'snooze issue',
  ]),
  /** What it was about, in words or as an address; no secrets. */
  subject: z.string(),
  /** Empty when it was done; else why not. */
  refused: z.string(),
})

export const auditRequests = {
  /** Newest first; `filter` matches who, action and subject, case-insensitively. */
  'audit.page': {
    input: z.object({
      offset: z.int().min(0),
      limit: z.int().min(1).max(2000),
      filter: z.string().max(255),
    }),
    output: z.object({ total: z.number(), rows: z.array(auditEntrySchema) }),
  },
  /** Takes an issue out of the counts for a while; it comes back by itself, at once when it gets worse. */
  'issues.snooze': {
    input: z.object({ id: z.string(), minutes: z.int().min(0).max(10_080) }),
    output: z.null(),
  },
} as const

export type AuditEntry = z.infer<typeof auditEntrySchema>
