import * as z from 'zod'
import { deviceName, deviceProfile, targetFields } from './mapping.ts'
import { secretSchema } from './secret.ts'

const possibleIdentifier = {
  i: /^\d{1,10}$/,
  s: /^/,
  g: /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i,
  b: /^(?:[A-Za-z\d+/]{4})*(?:[A-Za-z\d+/]{2}==|[A-Za-z\d+/]{3}=)?$/,
} as const
const largestNumericId = 4_294_967_295

/** Part 6, 5.3.1.10; browse paths and what is no NodeId at all are for the other rule. */
function hasPossibleIdentifier(address: string): boolean {
  const [, kind, identifier = ''] = /^(?:ns=\d+;|nsu=[^;]+;)?([isgb])=([\s\S]+)$/.exec(address) ?? []
  if (kind !== 'i' && kind !== 's' && kind !== 'g' && kind !== 'b') return true
  return possibleIdentifier[kind].test(identifier) && (kind !== 'i' || Number(identifier) <= largestNumericId)
}

/**
 * Where a node is: a NodeId (`ns=2;s=Line1.Speed`, `i=2258`), a NodeId with namespace URI (`nsu=urn:plant;s=Line1.Speed`,
 * re-resolved on every session) or a browse path from Root (`/Objects/2:Line1/Speed`; `2:` or `{urn:plant}` optional).
 * Control characters of a text identifier are written `\u000A`.
 */
const nodeAddress = z
  .string()
  .max(4096)
  .regex(/^\P{Cc}*$/u, 'has a control character in it: write a new line in a NodeId as \\u000A')
  .regex(
    /^(\/.+|((ns=\d+|nsu=[^;]+);)?[isgb]=.+)$/,
    'is not a NodeId (ns=2;s=Name, nsu=URI;s=Name) nor a browse path (/Objects/Name)',
  )
  .refine(
    hasPossibleIdentifier,
    'has an identifier that can not be: after i= stands a whole number up to 4294967295, after g= a GUID (8-4-4-4-12 hexadecimal digits), after b= Base64',
  )

/** A node or many: `nsu=urn:plant;s=Line1.*`, `/Objects/Line?/Setpoints/*`; * and ? do not stop at a level. */
const nodePattern = z.string().min(1).max(4096)

export const opcuaKeySchema = z.strictObject({
  ...targetFields,
  node: nodeAddress,
  /** Requested; the server revises it. 0 = as fast as the server can. */
  samplingIntervalMs: z.number().min(0).max(86_400_000).optional(),
  queueSize: z.int().min(1).max(100_000).optional(),
  discardOldest: z.boolean().default(true),
  /** Server-side filter (Part 4, 7.22.2). percent needs an EURange on the node. */
  deadband: z.strictObject({ type: z.enum(['absolute', 'percent']), value: z.number().nonnegative() }).optional(),
  /** What counts as a change (Part 4, 7.22.2): the status alone, also the value, also a new source timestamp. */
  trigger: z.enum(['status', 'statusValue', 'statusValueTimestamp']).default('statusValue'),
  /** Enumerations as their number, or as the text the server has for it. */
  enum: z.enum(['number', 'text']).default('number'),
  /** Whose clock dates the value; source falls back to server, then gateway. */
  timestamp: z.enum(['source', 'server', 'gateway']).default('source'),
  /**
   * skip: a bad value is counted, not sent. companion: also the status text as `<key>_status`. There is no policy that sends
   * null: ThingsBoard stores no null in a series, it drops it without a word, so the companion key says it instead.
   */
  quality: z.enum(['skip', 'companion']).default('skip'),
})

export const deviceKeyLimit = 100_000
export const sourceDeviceLimit = 100_000

export const opcuaDeviceSchema = z.strictObject({
  name: deviceName,
  profile: deviceProfile,
  keys: z.array(opcuaKeySchema).max(deviceKeyLimit).default([]),
})

/** Fields a rule gives to every key it makes; the same words as in a key. */
const ruleKeySchema = opcuaKeySchema.omit({ node: true, key: true }).extend({
  /**
   * Which variables below the selected node, as a glob over browse names: `Speed`, `Motor/*`, `**` for all of them. `.` is
   * the selected node itself.
   */
  path: z.string().min(1).max(1024).default('**'),
  /** Name of the key: `${browseName}`, `${displayName}`, `${relative[0]}` to `${relative[-1]}`, `${path[1]}`. */
  key: z.string().min(1).max(255).default('${browseName}'),
})

const ruleSelectSchema = z.union([
  /** Glob over browse names from Root: `Objects/Line?/M??`; `**` is any number of levels. */
  z.strictObject({ path: z.string().min(1).max(1024) }),
  /** Linear-time regular expression (RE2) over the whole path, `/Objects/Line1/M01`. */
  z.strictObject({ regex: z.string().min(1).max(1024) }),
  /** Every object or variable of a type, by browse name or NodeId, below a node. */
  z.strictObject({ type: z.string().min(1).max(1024), below: nodeAddress.default('/Objects') }),
])

/** Devices and keys by what is there instead of one by one: expanded by browsing, again after every change of the server. */
export const opcuaRuleSchema = z.strictObject({
  name: z.string().min(1).max(120),
  select: ruleSelectSchema,
  /** `${path[1]}` is a level of the browse path (0 = Objects, -1 = the node), `${browseName}` and `${displayName}` the node. */
  device: z.string().min(1).max(255).default('${browseName}'),
  profile: deviceProfile,
  keys: z.array(ruleKeySchema).min(1).max(100).prefault([{}]),
})

const opcuaEventKeySchema = z.strictObject({
  ...targetFields,
  /** `$` is the event: `$.Message`, `$.Severity`, `$.ActiveState.Id`. */
  value: z.string().min(1).max(1024).default('$'),
})

/** Events and alarms of one notifier. An alarm is an event at every change of its state; `$.ConditionName` says which one. */
export const opcuaEventSchema = z.strictObject({
  /** The Server object sends all of them. */
  notifier: nodeAddress.default('i=2253'),
  /** Events of this type and its subtypes; BaseEventType = all. AlarmConditionType is `i=2915`. */
  eventType: nodeAddress.default('i=2041'),
  minSeverity: z.int().min(1).max(1000).optional(),
  /** Fields beyond the standard ones, as browse paths from the event type: `2:Batch`, `2:Order/2:Number`. */
  fields: z.array(z.string().min(1).max(1024)).max(100).default([]),
  /** Template with the fields of the event: `${$.SourceName}`. */
  device: deviceName.default('${$.SourceName}'),
  profile: deviceProfile,
  keys: z
    .array(opcuaEventKeySchema)
    .min(1)
    .max(100)
    .prefault([{ key: 'event' }]),
})

export const opcuaIdentitySchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('anonymous') }),
  z.strictObject({ type: z.literal('password'), username: z.string().min(1).max(255), password: secretSchema }),
  /** X.509: PEM files of the user's certificate and its key, readable for the account the gateway runs under. */
  z.strictObject({
    type: z.literal('certificate'),
    certFile: z.string().min(1).max(4096),
    keyFile: z.string().min(1).max(4096),
  }),
])

const endpointUrl = z
  .string()
  .max(2048)
  .regex(/^opc\.tcp:\/\/[^\s/]+(\/\S*)?$/, 'must look like opc.tcp://host:4840/path')

export const opcuaConnectorSchema = z.strictObject({
  type: z.literal('opcua'),
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'only a-z, 0-9 and -, at most 40 characters'),
  name: z.string().min(1).max(120),
  enabled: z.boolean().default(true),
  endpointUrl,
  securityMode: z.enum(['auto', 'None', 'Sign', 'SignAndEncrypt']).default('auto'),
  securityPolicy: z
    .enum([
      'auto',
      'None',
      'Basic256Sha256',
      'Aes128_Sha256_RsaOaep',
      'Aes256_Sha256_RsaPss',
      'Basic256',
      'Basic128Rsa15',
    ])
    .default('auto'),
  /** Allows Basic256 and Basic128Rsa15 (SHA-1, broken) until the end of this day, UTC; absent = never. */
  allowDeprecatedUntil: z.iso.date().optional(),
  /** Other addresses of the same data (non-transparent redundancy); the one with the best ServiceLevel is used. */
  alternates: z.array(endpointUrl).max(10).default([]),
  identity: opcuaIdentitySchema.default({ type: 'anonymous' }),
  /** Sends a user name and password over an unencrypted channel. Off unless somebody decides so. */
  allowUnencryptedPassword: z.boolean().default(false),
  /** auto subscribes, and reads in turn where the server can not do subscriptions. */
  mode: z.enum(['auto', 'subscribe', 'poll']).default('auto'),
  publishingIntervalMs: z.number().min(10).max(3_600_000).default(500),
  /** Defaults for keys that do not say it themselves. */
  samplingIntervalMs: z.number().min(0).max(86_400_000).default(250),
  queueSize: z.int().min(1).max(100_000).default(10),
  /** How long a session may be silent before the server drops it: also what an outage may last without loss. */
  /** How often an idle subscription says that it lives, and how long the server keeps it without us. */
  keepAliveMs: z.int().min(1000).max(600_000).default(5000),
  lifetimeMs: z.int().min(30_000).max(86_400_000).default(600_000),
  /** Leaves the subscriptions on the server while the gateway restarts, so that it keeps the values of that time for us. */
  resume: z.boolean().default(true),
  /** Reads from the history of the server what was missed. */
  backfill: z.boolean().default(true),
  sessionTimeoutMs: z.int().min(10_000).max(3_600_000).default(120_000),
  requestTimeoutMs: z.int().min(1000).max(600_000).default(15_000),
  devices: z.array(opcuaDeviceSchema).max(sourceDeviceLimit).default([]),
  rules: z.array(opcuaRuleSchema).max(1000).default([]),
  events: z.array(opcuaEventSchema).max(100).default([]),
  /** Nodes that may be written: NodeIds, browse paths, or patterns of them with * and ?. Nothing else is ever written. */
  writable: z.array(nodePattern).max(10_000).default([]),
  /** Methods that may be called, likewise. */
  callable: z.array(nodePattern).max(10_000).default([]),
})

export type OpcuaConnectorConfig = z.infer<typeof opcuaConnectorSchema>
export type OpcuaDeviceConfig = z.infer<typeof opcuaDeviceSchema>
export type OpcuaKeyConfig = z.infer<typeof opcuaKeySchema>
export type OpcuaRuleConfig = z.infer<typeof opcuaRuleSchema>
export type OpcuaEventConfig = z.infer<typeof opcuaEventSchema>
