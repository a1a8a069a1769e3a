import * as z from 'zod'

// What the engine says about itself. Snapshots only: the UI shows them, scripts read them (`status --json`, /healthz).

export const connectorStateSchema = z.enum(['disabled', 'idle', 'connecting', 'online', 'waiting', 'faulted'])
export type ConnectorState = z.infer<typeof connectorStateSchema>

export const connectorStatusSchema = z.object({
  id: z.string(),
  name: z.string(),
  type: z.enum(['opcua', 'mqtt']),
  address: z.string(),
  state: connectorStateSchema,
  /** ms since the epoch of the last change of state. */
  since: z.number(),
  /** One sentence: what it is doing or why it is not. */
  detail: z.string(),
  /** When waiting: ms since the epoch of the next try. */
  nextTryAt: z.number().optional(),
  /** Configured tags (nodes, topic rules), and how many of them work. */
  tags: z.number(),
  tagsGood: z.number(),
  received: z.number(),
  receivedPerSecond: z.number(),
  refused: z.number(),
})
export type ConnectorStatus = z.infer<typeof connectorStatusSchema>

export const uplinkStateSchema = z.enum(['unconfigured', 'idle', 'connecting', 'online', 'waiting', 'faulted'])
export type UplinkState = z.infer<typeof uplinkStateSchema>

export const uplinkStatusSchema = z.object({
  state: uplinkStateSchema,
  address: z.string(),
  since: z.number(),
  detail: z.string(),
  nextTryAt: z.number().optional(),
  lastAckAt: z.number().optional(),
  ackP50Ms: z.number(),
  ackP99Ms: z.number(),
  sourceToAckP50Ms: z.number(),
  sourceToAckP99Ms: z.number(),
  /** Publishes without PUBACK now, and the window. */
  inFlightMessages: z.number(),
  window: z.number(),
  devices: z.number(),
  reconnects: z.number(),
  repeated: z.number(),
})
export type UplinkStatus = z.infer<typeof uplinkStatusSchema>

export const storeStateSchema = z.enum(['opening', 'ready', 'full', 'faulted', 'closed'])

export const storeStatusSchema = z.object({
  state: storeStateSchema,
  detail: z.string(),
  backlogBytes: z.number(),
  limitBytes: z.number(),
  /** Age of the oldest pending datapoint by acceptance, seconds; 0 when nothing waits. */
  oldestSeconds: z.number(),
  /** Seconds until full at the present growth; undefined when it does not grow. */
  secondsToFull: z.number().optional(),
  commits: z.number(),
  commitP50Ms: z.number(),
  commitP99Ms: z.number(),
})
export type StoreStatus = z.infer<typeof storeStatusSchema>

/** D4: accepted = delivered + pending + inFlight + quarantined + dropped, over the life of the data folder. */
export const balanceSchema = z.object({
  accepted: z.number(),
  delivered: z.number(),
  pending: z.number(),
  inFlight: z.number(),
  quarantined: z.number(),
  dropped: z.number(),
  droppedByReason: z.record(z.string(), z.number()),
})
export type Balance = z.infer<typeof balanceSchema>

export function isBalanced(b: Balance): boolean {
  return b.accepted === b.delivered + b.pending + b.inFlight + b.quarantined + b.dropped
}

export const gatewayStatusSchema = z.object({
  at: z.number(),
  startedAt: z.number(),
  version: z.string(),
  name: z.string(),
  demo: z.boolean(),
  safeMode: z.boolean(),
  /** The one word for pill, tray and /healthz; `detail` says why. */
  summary: z.enum(['starting', 'delivering', 'idle', 'buffering', 'attention', 'stopped']),
  detail: z.string(),
  connectors: z.array(connectorStatusSchema),
  /** Counts of the mapping stage since start. */
  mapping: z.object({
    mapped: z.number(),
    filtered: z.number(),
    unmapped: z.number(),
    series: z.number(),
    devices: z.number(),
  }),
  store: storeStatusSchema,
  uplink: uplinkStatusSchema,
  balance: balanceSchema,
  rates: z.object({ receivedPerSecond: z.number(), acceptedPerSecond: z.number(), deliveredPerSecond: z.number() }),
  openIssues: z.number(),
  configRevision: z.number(),
  /** Set while a configuration on disk was refused and the last good one runs. */
  configProblem: z.string().optional(),
})
export type GatewayStatus = z.infer<typeof gatewayStatusSchema>

export const issueSchema = z.object({
  id: z.string(),
  code: z.string(),
  severity: z.enum(['error', 'warning', 'info']),
  /** Connector id, `thingsboard`, `store` or `config`. */
  subject: z.string(),
  subjectName: z.string(),
  message: z.string(),
  hint: z.string(),
  /** Evidence: status code, topic, payload beginning ... */
  evidence: z.string(),
  since: z.number(),
  lastSeen: z.number(),
  count: z.number(),
  closedAt: z.number().optional(),
})
export type Issue = z.infer<typeof issueSchema>

export const logEntrySchema = z.object({
  seq: z.number(),
  at: z.number(),
  level: z.enum(['debug', 'info', 'warn', 'error']),
  component: z.string(),
  event: z.string(),
  /** Facts as `name=value` text, secrets removed. */
  fields: z.string(),
})
export type LogEntry = z.infer<typeof logEntrySchema>
