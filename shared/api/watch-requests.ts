import * as z from 'zod'

// Dashboards and the local history of the last hours: for looking at, never for delivery.

const item = z.strictObject({ device: z.string().min(1).max(255), key: z.string().min(1).max(255) })

const cardSchema = z.strictObject({
  id: z.string().min(1).max(40),
  title: z.string().max(120),
  kind: z.enum(['value', 'trend']),
  /** Columns of the grid it takes. */
  width: z.literal([1, 2, 4]),
  /** Lines beyond eight can not be told apart. */
  items: z.array(item).min(1).max(8),
})

export const dashboardSchema = z.strictObject({
  windowMinutes: z.int().min(1).max(10_080).default(60),
  /** Each is asked for every second while it is on screen. */
  cards: z.array(cardSchema).max(60).default([]),
})

const lineSchema = z.object({
  device: z.string(),
  key: z.string(),
  /** none: nothing is kept of it in this time. */
  kind: z.enum(['number', 'text', 'none']),
  /** ms since the epoch, ascending. */
  ts: z.array(z.number()),
  /** Of the values merged into a point; `last` and `ts` are those of the newest of them. */
  min: z.array(z.number()),
  max: z.array(z.number()),
  last: z.array(z.number()),
  /** Instead of the numbers: the states, one per change. */
  texts: z.array(z.string()),
})

const topologySchema = z.object({
  /** Devices by source and profile, the largest groups of each source first. */
  groups: z.array(
    z.object({
      /** Empty: fed by no source of the present configuration. */
      connectorId: z.string(),
      profile: z.string(),
      devices: z.number(),
      keys: z.number(),
      perMinute: z.number(),
      /** Devices with at least one bad value. */
      bad: z.number(),
    }),
  ),
  /** What is not drawn by itself, per source. */
  more: z.array(z.object({ connectorId: z.string(), profiles: z.number(), devices: z.number() })),
})

export const watchRequests = {
  /** One dashboard per gateway; `revision` is the one the edit started from. */
  'dashboard.get': { input: z.null(), output: z.object({ dashboard: dashboardSchema, revision: z.number() }) },
  'dashboard.save': {
    input: z.object({ dashboard: dashboardSchema, revision: z.number() }),
    output: z.object({ revision: z.number() }),
  },
  /** The newest values of keys, as text and as number where they are one. */
  'values.read': {
    input: z.object({ items: z.array(item).max(500) }),
    output: z.object({
      values: z.array(
        z.object({
          text: z.string(),
          number: z.number().optional(),
          unit: z.string(),
          quality: z.string(),
          /** ms since the epoch; 0 = no value yet. */
          ts: z.number(),
          deliveredAt: z.number(),
        }),
      ),
    }),
  },
  /** Who feeds which devices, for a drawing. */
  'topology.get': { input: z.null(), output: topologySchema },
  /** The local history; what was merged keeps its extremes. Pinned keys have a value a second, others fewer. */
  'history.lines': {
    input: z.object({
      items: z.array(item).min(1).max(8),
      fromMs: z.number(),
      toMs: z.number(),
      points: z.int().min(2).max(4000),
    }),
    output: z.object({ lines: z.array(lineSchema) }),
  },
} as const

export type Dashboard = z.infer<typeof dashboardSchema>
export type DashboardCard = z.infer<typeof cardSchema>
export type SeriesItem = z.infer<typeof item>
export type Topology = z.infer<typeof topologySchema>
export type HistoryLine = z.infer<typeof lineSchema>
