import * as z from 'zod'
import { connectorSchema, gatewaySchema } from '../config/gateway.ts'
import { thingsboardSchema } from '../config/thingsboard.ts'
import {
  gatewayStatusSchema,
  issueSchema,
  ledgerRowSchema,
  ledgerTotalSchema,
  logEntrySchema,
  quarantineRowSchema,
} from '../status.ts'
import { auditRequests } from './audit-requests.ts'
import type { EventChannel, RequestChannel } from './channels.ts'
import { draftEvents, draftRequests } from './draft-requests.ts'
import { exploreRequests } from './explore-requests.ts'
import { mappingRequests } from './mapping-requests.ts'
import { opcuaRequests } from './opcua-requests.ts'
import { page, pageLimit } from './page.ts'
import { setupRequests } from './setup-requests.ts'
import { watchRequests } from './watch-requests.ts'

// Every request and event between UI and engine. Validated once per transport: shell/ipc-server.ts, headless/server.ts.

const problem = z.object({ path: z.string(), message: z.string() })

/** One step of a connection test, in order; the first that failed says where it stops. */
const testStep = z.object({
  step: z.string(),
  state: z.enum(['ok', 'failed', 'skipped', 'warning']),
  detail: z.string(),
  hint: z.string(),
  ms: z.number(),
  /** Error code of a step that failed. */
  code: z.string().optional(),
})

const certificate = z.object({
  /** SHA-256 of the DER, upper-case hex pairs with colons. */
  fingerprint: z.string(),
  subject: z.string(),
  issuer: z.string(),
  applicationUri: z.string(),
  hostNames: z.array(z.string()),
  validFrom: z.number(),
  validTo: z.number(),
  state: z.enum(['trusted', 'rejected', 'own']),
  /** In plain words, e.g. "expired", "made for PLC-X, not for 10.0.3.20". */
  warnings: z.array(z.string()),
})

const testReport = z.object({ steps: z.array(testStep), certificate: certificate.optional() })

const deviceRow = z.object({
  name: z.string(),
  profile: z.string(),
  connectorId: z.string(),
  keys: z.number(),
  lastKey: z.string(),
  lastValue: z.string(),
  /** ms since the epoch; 0 = never. */
  lastTs: z.number(),
  lastDeliveredAt: z.number(),
  /** Absent until there was time to measure it. */
  valuesPerMinute: z.number().optional(),
  badKeys: z.number(),
})

const keyRow = z.object({
  key: z.string(),
  kind: z.enum(['telemetry', 'attribute']),
  type: z.string(),
  value: z.string(),
  unit: z.string(),
  ts: z.number(),
  deliveredAt: z.number(),
  quality: z.string(),
  count: z.number(),
})

const tagRow = z.object({
  device: z.string(),
  key: z.string(),
  /** As configured, or as the rule found it. */
  node: z.string(),
  /** On the present session; empty while it is not resolved. */
  nodeId: z.string(),
  state: z.enum(['watched', 'polled', 'waiting', 'refused', 'gone']),
  /** Why it is not watched. */
  problem: z.string(),
  requestedSamplingMs: z.number(),
  /** As the server revised it; undefined while it is not watched. */
  samplingMs: z.number().optional(),
  requestedQueueSize: z.number(),
  queueSize: z.number().optional(),
  /** StatusCode of the last value; empty before the first one. */
  status: z.string(),
  /** ms since the epoch; 0 = no value yet. */
  ts: z.number(),
  /** The newest value as it was mapped; absent before the first one. */
  value: z.string().optional(),
})

/** Ids of one page, or everything that matches the filter. */
const quarantineChoice = z.union([
  z.strictObject({ ids: z.array(z.int().min(0)).min(1).max(pageLimit) }),
  z.strictObject({ all: z.literal(true), filter: z.string().max(255) }),
])

export const requests = {
  ...opcuaRequests,
  ...auditRequests,
  ...watchRequests,
  ...draftRequests,
  ...mappingRequests,
  ...exploreRequests,
  ...setupRequests,
  'status.get': { input: z.null(), output: gatewayStatusSchema },
  /** Secrets are masked or references, never values. */
  'config.get': {
    input: z.null(),
    output: z.object({ config: gatewaySchema, revision: z.number(), path: z.string() }),
  },
  /** `revision` is the one the edit started from: a newer one answers CONFIG_CONFLICT. Applied at once; only touched parts restart. */
  'config.save': {
    input: z.object({
      config: z.unknown(),
      revision: z.number(),
      /** Of the version it makes; without it the author is "API". */
      author: z.string().max(120).optional(),
      note: z.string().max(1000).optional(),
    }),
    output: z.object({ revision: z.number(), problems: z.array(problem) }),
  },
  'config.validate': { input: z.object({ config: z.unknown() }), output: z.object({ problems: z.array(problem) }) },
  'connector.test': { input: z.object({ connector: connectorSchema }), output: testReport },
  'connector.retry': { input: z.object({ connectorId: z.string() }), output: z.null() },
  'thingsboard.test': { input: z.object({ thingsboard: thingsboardSchema }), output: testReport },
  /** Tags of a running connector: what was asked for and what the server granted. OPC UA only. */
  'connector.tags': {
    input: z.object({
      connectorId: z.string(),
      ...page,
      filter: z.string().max(255),
      /** Only tags that are not collected or whose last value was bad. */
      onlyProblems: z.boolean().default(false),
    }),
    output: z.object({ total: z.number(), rows: z.array(tagRow).max(pageLimit) }),
  },
  'certificates.list': { input: z.null(), output: z.object({ certificates: z.array(certificate) }) },
  'certificates.trust': { input: z.object({ fingerprint: z.string() }), output: z.null() },
  'certificates.reject': { input: z.object({ fingerprint: z.string() }), output: z.null() },
  /** A new own certificate with the same key; the old one is used wherever the new one is not trusted yet. */
  'certificates.renew': { input: z.null(), output: z.object({ certificate }) },
  /** Our certificate as text, to be carried to a server. */
  'certificates.export': {
    input: z.null(),
    output: z.object({ pem: z.string(), derBase64: z.string(), fileName: z.string(), fingerprint: z.string() }),
  },
  'devices.page': {
    input: z.object({ ...page, filter: z.string().max(255) }),
    output: z.object({ total: z.number(), rows: z.array(deviceRow) }),
  },
  'device.get': {
    input: z.object({ name: z.string() }),
    output: z.object({ device: deviceRow, keys: z.array(keyRow).max(pageLimit) }),
  },
  /** Newest first; `filter` matches device, key and reason, case-insensitively. */
  'quarantine.page': {
    input: z.object({ ...page, filter: z.string().max(255) }),
    output: z.object({ total: z.number(), limit: z.number(), rows: z.array(quarantineRowSchema) }),
  },
  /** Back into the backlog with the identity they were accepted with (D2). */
  'quarantine.retry': { input: quarantineChoice, output: z.object({ count: z.number() }) },
  /** Another datapoint takes its place; the original is given up, with a ledger record (reason `corrected`). */
  'quarantine.fix': {
    input: z.object({
      id: z.int().min(0),
      key: z.string().min(1).max(255),
      type: quarantineRowSchema.shape.type,
      value: z.string().max(1_048_576),
    }),
    output: z.object({ problem: z.string().optional() }),
  },
  /** Given up, with a ledger record (reason `discarded`). */
  'quarantine.discard': { input: quarantineChoice, output: z.object({ count: z.number() }) },
  /** Oldest first, one JSON object per line; `next` is the `after` of the next page, undefined at the end. */
  'quarantine.export': {
    input: z.object({ after: z.int().min(0), limit: z.int().min(1).max(pageLimit) }),
    output: z.object({ lines: z.string(), next: z.number().optional() }),
  },
  /** Newest first. `totals` is exact whatever was condensed. */
  'ledger.page': {
    input: z.object({ ...page, filter: z.string().max(255) }),
    output: z.object({
      total: z.number(),
      rows: z.array(ledgerRowSchema),
      totals: z.array(ledgerTotalSchema),
    }),
  },
  'issues.list': { input: z.object({ closed: z.boolean() }), output: z.object({ issues: z.array(issueSchema) }) },
  /** Newest first. */
  'log.page': {
    input: z.object({
      ...page,
      level: z.enum(['debug', 'info', 'warn', 'error']),
      text: z.string().max(255),
      /** Only entries written in this time, ms since the epoch. */
      from: z.number().optional(),
      to: z.number().optional(),
    }),
    output: z.object({ total: z.number(), entries: z.array(logEntrySchema) }),
  },
} satisfies Record<RequestChannel, { input: z.ZodType; output: z.ZodType }>

const events = {
  ...draftEvents,
  /** At most 4 per second. */
  'status.changed': gatewayStatusSchema,
  'issues.changed': z.object({ open: z.number() }),
  'log.written': z.object({ lastSeq: z.number() }),
  'config.changed': z.object({ revision: z.number() }),
  /** From the host: the engine's thread itself. */
  'engine.state': z.object({ state: z.enum(['starting', 'running', 'restarting', 'stopped']), detail: z.string() }),
} satisfies Record<EventChannel, z.ZodType>

export type RequestInput<C extends RequestChannel> = z.input<(typeof requests)[C]['input']>
/** What a handler receives: the input after validation, defaults filled in. */
export type RequestParsed<C extends RequestChannel> = z.output<(typeof requests)[C]['input']>
export type RequestOutput<C extends RequestChannel> = z.output<(typeof requests)[C]['output']>
export type EventPayload<C extends EventChannel> = z.output<(typeof events)[C]>

export type TestStep = z.infer<typeof testStep>
export type TestReport = z.infer<typeof testReport>
export type CertificateReport = z.infer<typeof certificate>
export type DeviceRow = z.infer<typeof deviceRow>
export type KeyRow = z.infer<typeof keyRow>
export type TagRow = z.infer<typeof tagRow>
