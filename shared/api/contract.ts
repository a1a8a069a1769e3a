import * as z from 'zod'
import { connectorSchema, gatewaySchema } from '../config/gateway.ts'
import { opcuaConnectorSchema, opcuaRuleSchema } from '../config/opcua.ts'
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

const node = z.object({
  /** NodeId with namespace URI, ready for the configuration: `nsu=…;s=…` (`i=…` in namespace 0). */
  nodeId: z.string(),
  displayName: z.string(),
  browseName: z.string(),
  nodeClass: z.enum([
    'Object',
    'Variable',
    'Method',
    'ObjectType',
    'VariableType',
    'ReferenceType',
    'DataType',
    'View',
  ]),
  typeName: z.string(),
  hasChildren: z.boolean(),
})

/** The index of a server's address space. `detail` is the sentence to show: it says how complete the index is. */
const indexStatus = z.object({
  state: z.enum(['none', 'walking', 'complete', 'limited', 'cancelled', 'failed']),
  detail: z.string(),
  hint: z.string(),
  /** Nodes that can be shown and searched now. */
  nodes: z.number(),
  /** Nodes the server has, or may have while it is read. */
  about: z.number(),
  isComplete: z.boolean(),
  /** The server is being read (again) right now. */
  isReading: z.boolean(),
  /** ms since the epoch when what is shown was read; 0 = it is being read now. */
  takenAt: z.number(),
  /** Rows of pages with another generation mean other nodes. */
  generation: z.number(),
  /** Against the index of before; absent when there was none. */
  diff: z
    .object({
      added: z.number(),
      gone: z.number(),
      /** Browse paths of the first of them. */
      addedPaths: z.array(z.string()),
      gonePaths: z.array(z.string()),
    })
    .optional(),
})

const nodeAttribute = z.object({ name: z.string(), value: z.string(), quality: z.string() })

const nodeReference = z.object({
  direction: z.enum(['forward', 'inverse']),
  /** Name of the reference type in this direction: HasComponent, ComponentOf. */
  type: z.string(),
  nodeId: z.string(),
  name: z.string(),
  nodeClass: z.string(),
  typeName: z.string(),
})

const methodArgument = z.object({ name: z.string(), type: z.string(), description: z.string() })

/** The text of a value as `opcua.read` gives it. */
const textValue = z.object({ value: z.string(), type: z.string(), quality: z.string(), ts: z.number() })

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

/** Either a connector as configured (by id, with its stored secrets) or one that is being edited. */
const opcuaTarget = z.union([
  z.strictObject({ connectorId: z.string() }),
  z.strictObject({ connector: opcuaConnectorSchema }),
])

export const pageLimit = 2000
/** Points of one history request. */
export const historyLimit = 50_000
const page = { offset: z.int().min(0), limit: z.int().min(1).max(pageLimit) }

/** Ids of one page, or everything that matches the filter. */
const quarantineChoice = z.union([
  z.strictObject({ ids: z.array(z.int().min(0)).min(1).max(pageLimit) }),
  z.strictObject({ all: z.literal(true), filter: z.string().max(255) }),
])

export const requests = {
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
    input: z.object({ config: z.unknown(), revision: z.number() }),
    output: z.object({ revision: z.number(), problems: z.array(problem) }),
  },
  'config.validate': { input: z.object({ config: z.unknown() }), output: z.object({ problems: z.array(problem) }) },
  'connector.test': { input: z.object({ connector: connectorSchema }), output: testReport },
  'connector.retry': { input: z.object({ connectorId: z.string() }), output: z.null() },
  'thingsboard.test': { input: z.object({ thingsboard: thingsboardSchema }), output: testReport },
  'opcua.endpoints': {
    input: z.object({ endpointUrl: z.string() }),
    output: z.object({
      endpoints: z.array(
        z.object({
          url: z.string(),
          securityMode: z.string(),
          securityPolicy: z.string(),
          identities: z.array(z.string()),
        }),
      ),
    }),
  },
  /** Children of one node, complete (continuation points drained), at most `pageLimit`; `nodeId` empty = Objects. */
  'opcua.browse': {
    input: z.object({ target: opcuaTarget, nodeId: z.string() }),
    output: z.object({ nodes: z.array(node), truncated: z.boolean() }),
  },
  'opcua.read': {
    input: z.object({ target: opcuaTarget, nodeIds: z.array(z.string()).max(200) }),
    output: z.object({
      values: z.array(z.object({ value: z.string(), type: z.string(), quality: z.string(), ts: z.number() })),
    }),
  },
  /** start: walk unless it is fresh; refresh: walk in any case; cancel keeps what was found. Answers at once. */
  'opcua.index': {
    input: z.object({ target: opcuaTarget, action: z.enum(['start', 'refresh', 'cancel', 'status']) }),
    output: indexStatus,
  },
  /** Rows in the order they were found, as columns; a parent always stands before its children. */
  'opcua.indexPage': {
    input: z.object({ target: opcuaTarget, ...page }),
    output: z.object({
      status: indexStatus,
      total: z.number(),
      /** Row of the parent; -1 for Root. */
      parents: z.array(z.number()),
      names: z.array(z.string()),
      /** Row and browse name, where it is another one than the name. */
      browseNames: z.array(z.tuple([z.number(), z.string()])),
      /** NodeClass by number: 1 Object, 2 Variable, 4 Method, 8 ObjectType, 16 VariableType, 32 ReferenceType, 64 DataType, 128 View. */
      classes: z.array(z.number()),
      /** Index into `typeNames`. */
      types: z.array(z.number()),
      nodeIds: z.array(z.string()),
      /** All type names of the index by number, '' = none. */
      typeNames: z.array(z.string()),
    }),
  },
  /** A NodeId, part of a name, or a pattern with * and ? and levels (`M??`, `Line 1/Sp*`, `**` for any number of levels). */
  'opcua.search': {
    input: z.object({ target: opcuaTarget, text: z.string().max(512), ...page }),
    output: z.object({
      status: indexStatus,
      total: z.number(),
      /** There are more matches than are counted. */
      isCut: z.boolean(),
      rows: z.array(
        z.object({
          /** -1: not in the index, found by asking the server. */
          row: z.number(),
          nodeId: z.string(),
          name: z.string(),
          path: z.string(),
          /** Further places it is found at, below other parents; the first few. */
          otherPaths: z.array(z.string()),
          nodeClass: z.number(),
          typeName: z.string(),
        }),
      ),
    }),
  },
  /** Everything about one node, by any notation of the configuration. */
  'opcua.node': {
    input: z.object({ target: opcuaTarget, nodeId: z.string().max(4096) }),
    output: z.object({
      nodeId: z.string(),
      /** A browse path to it; empty when no parent leads to Root. */
      path: z.string(),
      /** Paths below its other parents, and whether there may be more. */
      otherPaths: z.array(z.string()),
      pathsCut: z.boolean(),
      attributes: z.array(nodeAttribute),
      references: z.array(nodeReference).max(pageLimit),
      truncated: z.boolean(),
      /** Of a method. */
      method: z
        .object({ objectId: z.string(), inputs: z.array(methodArgument), outputs: z.array(methodArgument) })
        .optional(),
      /** Whether the configuration lets us write or call it, and if not, what to do. */
      access: z.object({ allowed: z.boolean(), detail: z.string() }),
    }),
  },
  /** Writes a value given as text. Refused unless the configuration of the server allows the node. */
  'opcua.write': {
    input: z.object({ target: opcuaTarget, nodeId: z.string().max(4096), value: z.string().max(1_000_000) }),
    output: z.object({ before: textValue, after: textValue, status: z.string(), detail: z.string() }),
  },
  /** Calls a method with arguments as text. Refused unless the configuration of the server allows it. */
  'opcua.call': {
    input: z.object({
      target: opcuaTarget,
      /** Empty = the object the method hangs below. */
      objectId: z.string().max(4096),
      methodId: z.string().max(4096),
      arguments: z.array(z.string().max(1_000_000)).max(100),
    }),
    output: z.object({
      status: z.string(),
      detail: z.string(),
      outputs: z.array(z.object({ name: z.string(), type: z.string(), value: z.string() })),
    }),
  },
  /** Oldest first; `truncated` when the server has more than `limit`. With `aggregate` one value per `intervalMs`. */
  'opcua.history': {
    input: z.object({
      target: opcuaTarget,
      nodeId: z.string().max(4096),
      fromMs: z.number(),
      toMs: z.number(),
      limit: z.int().min(1).max(historyLimit),
      aggregate: z
        .enum([
          'interpolative',
          'average',
          'time average',
          'total',
          'minimum',
          'maximum',
          'range',
          'count',
          'start',
          'end',
        ])
        .optional(),
      intervalMs: z.number().min(1).optional(),
    }),
    output: z.object({ points: z.array(textValue), truncated: z.boolean() }),
  },
  /** What a selection rule finds on the server now, without collecting it. */
  'opcua.previewRule': {
    input: z.object({
      target: opcuaTarget,
      rule: opcuaRuleSchema,
      /** By the index of the server, while somebody types; without a complete one the server is walked all the same. */
      quick: z.boolean().default(false),
    }),
    output: z.object({
      devices: z.number(),
      keys: z.number(),
      /** The server has more than was looked at. */
      truncated: z.boolean(),
      /** Collisions, names ThingsBoard refuses, templates that do not fit. */
      problems: z.array(z.string()),
      nearMisses: z.array(z.string()),
      rows: z
        .array(z.object({ device: z.string(), key: z.string(), path: z.string(), node: z.string() }))
        .max(pageLimit),
    }),
  },
  /** Servers known at this address (FindServers): a discovery server knows several. */
  'opcua.servers': {
    input: z.object({ endpointUrl: z.string() }),
    output: z.object({
      servers: z.array(z.object({ name: z.string(), applicationUri: z.string(), urls: z.array(z.string()) })),
    }),
  },
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

export const events = {
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
export type NodeRow = z.infer<typeof node>
export type DeviceRow = z.infer<typeof deviceRow>
export type KeyRow = z.infer<typeof keyRow>
export type TagRow = z.infer<typeof tagRow>
export type IndexStatus = z.infer<typeof indexStatus>
export type NodeDetails = z.infer<(typeof requests)['opcua.node']['output']>
export type MethodArgument = z.infer<typeof methodArgument>
export type TextValue = z.infer<typeof textValue>
export type OpcuaTarget = z.infer<typeof opcuaTarget>
