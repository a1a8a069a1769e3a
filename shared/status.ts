import * as z from 'zod'

// What the engine says about itself. Snapshots only: the UI shows them, scripts read them (`status --json`, /healthz).

const connectorStateSchema = z.enum(['disabled', 'idle', 'connecting', 'online', 'waiting', 'faulted'])
export type ConnectorState = z.infer<typeof connectorStateSchema>

const connectorStatusSchema = z.object({
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

const uplinkStateSchema = z.enum(['unconfigured', 'idle', 'connecting', 'online', 'waiting', 'faulted'])
export type UplinkState = z.infer<typeof uplinkStateSchema>

const uplinkStatusSchema = z.object({
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
  /** What ThingsBoard accepts of this gateway, in words; empty when it sets no limit. */
  limit: z.string(),
  /** Values acknowledged per lane, and seconds until the backlog is gone (undefined: none, or nothing moves). */
  livePerSecond: z.number(),
  backlogPerSecond: z.number(),
  backlogSecondsLeft: z.number().optional(),
  /** Confirmed mode only: how often, how much and when delivered values were sent again. */
  replays: z.number().optional(),
  replayedValues: z.number().optional(),
  lastReplayAt: z.number().optional(),
})
export type UplinkStatus = z.infer<typeof uplinkStatusSchema>

/** No ThingsBoard is configured; also the beginning of what tests make up. */
export const emptyUplinkStatus: UplinkStatus = {
  state: 'unconfigured',
  address: '',
  since: 0,
  detail: '',
  ackP50Ms: 0,
  ackP99Ms: 0,
  sourceToAckP50Ms: 0,
  sourceToAckP99Ms: 0,
  inFlightMessages: 0,
  window: 0,
  devices: 0,
  reconnects: 0,
  repeated: 0,
  limit: '',
  livePerSecond: 0,
  backlogPerSecond: 0,
}

const storeStateSchema = z.enum(['opening', 'ready', 'full', 'faulted', 'closed'])

const laneStatusSchema = z.object({
  /** Datapoints nobody has taken, their bytes on disk, and the age of the oldest by acceptance (0 = none). */
  pending: z.number(),
  bytes: z.number(),
  oldestSeconds: z.number(),
})
export type LaneStatus = z.infer<typeof laneStatusSchema>

/** From 70, 85 and 95 % of the quota on. */
const fillAlarmSchema = z.enum(['none', 'filling', 'nearly-full', 'critical'])
export type FillAlarm = z.infer<typeof fillAlarmSchema>

const storeStatusSchema = z.object({
  state: storeStateSchema,
  detail: z.string(),
  /** Bytes of what waits; `usedBytes` = it and all else that takes room: replay copies, quarantine, ledger, page ends. */
  backlogBytes: z.number(),
  usedBytes: z.number(),
  limitBytes: z.number(),
  /** Age of the oldest pending datapoint by acceptance, seconds; 0 when nothing waits. */
  oldestSeconds: z.number(),
  /** Seconds until full at the present growth; undefined when it does not grow. */
  secondsToFull: z.number().optional(),
  lanes: z.object({ live: laneStatusSchema, backlog: laneStatusSchema, attributes: laneStatusSchema }),
  /** usedBytes / limitBytes, at most 1: what alarms and retention go by. */
  fill: z.number(),
  alarm: fillAlarmSchema,
  /** Values in quarantine now, and how many may be there. */
  quarantineRows: z.number(),
  quarantineLimit: z.number(),
  /** Disk space taken beforehand; grows towards limitBytes. */
  preallocatedBytes: z.number(),
  /** Delivered datapoints kept for a replay (confirmed mode). */
  retained: z.number(),
  /** Damaged segments that are being read for what can be saved. */
  salvaging: z.number(),
  /** Times a source lost values before they were accepted, over the life of the data folder; the ledger names them. */
  gaps: z.number(),
  overflows: z.number(),
  commits: z.number(),
  commitP50Ms: z.number(),
  commitP99Ms: z.number(),
})
export type StoreStatus = z.infer<typeof storeStatusSchema>

/** D4: accepted = delivered + pending + inFlight + quarantined + dropped, over the life of the data folder. */
const balanceSchema = z.object({
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

export const noLane: LaneStatus = { pending: 0, bytes: 0, oldestSeconds: 0 }

/** A store before it is open; also the beginning of what tests make up. */
export const emptyStoreStatus: StoreStatus = {
  state: 'opening',
  detail: '',
  backlogBytes: 0,
  usedBytes: 0,
  limitBytes: 0,
  oldestSeconds: 0,
  lanes: { live: noLane, backlog: noLane, attributes: noLane },
  fill: 0,
  alarm: 'none',
  quarantineRows: 0,
  quarantineLimit: 0,
  preallocatedBytes: 0,
  retained: 0,
  salvaging: 0,
  gaps: 0,
  overflows: 0,
  commits: 0,
  commitP50Ms: 0,
  commitP99Ms: 0,
}

/** A refused value as the operator sees it. */
export const quarantineRowSchema = z.object({
  id: z.number(),
  device: z.string(),
  key: z.string(),
  kind: z.enum(['telemetry', 'attribute']),
  ts: z.number(),
  type: z.enum(['boolean', 'integer', 'double', 'float', 'string', 'json']),
  /** Exact, as text. */
  value: z.string(),
  /** PUBACK reason code, 0 = it never fitted into a message. */
  reasonCode: z.number(),
  reason: z.string(),
  attempts: z.number(),
  /** When it was put there. */
  at: z.number(),
})
export type QuarantineEntry = z.infer<typeof quarantineRowSchema>

/**
 * What happened to values that were not delivered: one row per minute (older than a day: per day), cause, lane, class and source.
 */
export const ledgerRowSchema = z.object({
  /**
   * dropped, quarantined: accepted datapoints. recovered takes back what a dropped row of the same reason says. gap, overflow:
   * values that a source lost before they were accepted, so no part of the balance (D4).
   */
  kind: z.enum(['dropped', 'quarantined', 'recovered', 'gap', 'overflow']),
  reason: z.string(),
  /** Empty for what was never accepted. */
  lane: z.string(),
  /** Retention class of the values; empty = as the storage is set up, or unknown. */
  class: z.enum(['', 'guaranteed', 'recent', 'latest']),
  /** Connector id; empty for what was accepted. */
  source: z.string(),
  /** First and last time something was entered, ms since the epoch. */
  since: z.number(),
  until: z.number(),
  /** Of the values themselves; tsMin 0 = since an unknown time. */
  tsMin: z.number(),
  tsMax: z.number(),
  /** Values; of gap and overflow as far as they could be counted. */
  count: z.number(),
  /** How often this happened, and how many of these times nobody knows the number of values. */
  entries: z.number(),
  uncounted: z.number(),
  /** Different series (of a source: nodes) concerned, at least; 0 = unknown. */
  seriesCount: z.number(),
  /** Some of them, with their share of `count` as far as it is known. */
  series: z.array(z.object({ name: z.string(), count: z.number() })),
})
export type LedgerRow = z.infer<typeof ledgerRowSchema>

/** Everything of one kind and cause; `entries` and `uncounted` as in its rows. */
export const ledgerTotalSchema = z.object({
  kind: z.string(),
  reason: z.string(),
  count: z.number(),
  entries: z.number(),
  uncounted: z.number(),
})
export type LedgerTotal = z.infer<typeof ledgerTotalSchema>

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
  rates: z.object({
    /** False in the first seconds, when the rates say nothing yet. */
    known: z.boolean(),
    receivedPerSecond: z.number(),
    acceptedPerSecond: z.number(),
    deliveredPerSecond: z.number(),
  }),
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
  /** Left out of the counts until then. */
  snoozedUntil: z.number().optional(),
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
