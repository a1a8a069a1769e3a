import * as z from 'zod'

/** How often a value that arrived is passed on. Times in ms. Absent fields mean "every value". */
const reportSchema = z
  .strictObject({
    /** Pass a value on only when it differs from the last one passed on. */
    onChange: z.boolean().default(false),
    /** With numbers: the absolute difference that counts as a change. */
    deadband: z.number().nonnegative().optional(),
    /** Never more often than this; the newest value is passed on when the time is up. */
    atMostEveryMs: z.int().min(10).max(86_400_000).optional(),
    /** At least this often: without a new value the last one is repeated with the gateway's time. */
    atLeastEveryMs: z.int().min(100).max(86_400_000).optional(),
  })
  .refine(
    (r) => r.atMostEveryMs === undefined || r.atLeastEveryMs === undefined || r.atMostEveryMs <= r.atLeastEveryMs,
    {
      path: ['atLeastEveryMs'],
      message: 'must not be shorter than atMostEveryMs',
    },
  )
  .meta({ description: 'Report strategy' })

/** A key name as ThingsBoard takes it; control characters are refused, see map/names.ts for what templates may produce. */
const keyName = z.string().min(1).max(255)

/**
 * What happens to waiting values of a key when the store is full. guaranteed: sources wait, nothing is given up; recent: the
 * oldest are given up first, with a ledger record; latest: only the newest value waits at any time.
 */
const retentionSchema = z.enum(['guaranteed', 'recent', 'latest'])
export type Retention = z.infer<typeof retentionSchema>

/** What every mapped key has in common, whichever protocol it comes from. */
export const targetFields = {
  key: keyName.meta({ description: 'Key in ThingsBoard; MQTT rules may use ${topic[n]} and ${$.path}' }),
  kind: z.enum(['telemetry', 'attribute']).default('telemetry'),
  /** auto keeps the type of the source. */
  type: z.enum(['auto', 'double', 'integer', 'boolean', 'string', 'json']).default('auto'),
  /** value × scale + offset, numbers only. */
  scale: z
    .number()
    .refine((n) => n !== 0, 'must not be 0')
    .optional(),
  offset: z.number().optional(),
  /** Shown beside the value and published once as the client attribute `<key>_unit`. */
  unit: z.string().min(1).max(40).optional(),
  report: reportSchema.optional(),
  /** Absent: as `storage.whenFull` says. Telemetry only: of an attribute always the newest value is kept. */
  retention: retentionSchema.optional(),
}

/** Device name or template and its ThingsBoard device profile. */
export const deviceName = z.string().min(1).max(255)
export const deviceProfile = z.string().min(1).max(255).default('default')

export type ReportConfig = z.infer<typeof reportSchema>
