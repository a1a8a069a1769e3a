import * as z from 'zod'
import { deviceName, deviceProfile, targetFields } from './mapping.ts'
import { secretSchema } from './secret.ts'

/**
 * Where a node is: a NodeId (`ns=2;s=Line1.Speed`, `i=2258`), a NodeId with namespace URI (`nsu=urn:plant;s=Line1.Speed`,
 * re-resolved on every session) or a browse path from Root (`/Objects/2:Line1/Speed`; `2:` or `{urn:plant}` optional).
 */
const nodeAddress = z
  .string()
  .max(4096)
  .regex(
    /^(\/.+|((ns=\d+|nsu=[^;]+);)?[isgb]=.+)$/,
    'is not a NodeId (ns=2;s=Name, nsu=URI;s=Name) nor a browse path (/Objects/Name)',
  )

export const opcuaKeySchema = z.strictObject({
  ...targetFields,
  node: nodeAddress,
  /** Requested; the server revises it. 0 = as fast as the server can. */
  samplingIntervalMs: z.number().min(0).max(86_400_000).optional(),
  queueSize: z.int().min(1).max(100_000).optional(),
  discardOldest: z.boolean().default(true),
  /** Server-side filter (Part 4, 7.22.2). percent needs an EURange on the node. */
  deadband: z.strictObject({ type: z.enum(['absolute', 'percent']), value: z.number().nonnegative() }).optional(),
  /** Whose clock dates the value; source falls back to server, then gateway. */
  timestamp: z.enum(['source', 'server', 'gateway']).default('source'),
  /** skip: a bad value is counted, not sent. companion: also the status text as `<key>_status`. */
  quality: z.enum(['skip', 'companion']).default('skip'),
})

export const opcuaDeviceSchema = z.strictObject({
  name: deviceName,
  profile: deviceProfile,
  keys: z.array(opcuaKeySchema).max(100_000).default([]),
})

export const opcuaIdentitySchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('anonymous') }),
  z.strictObject({ type: z.literal('password'), username: z.string().min(1).max(255), password: secretSchema }),
])

export const opcuaConnectorSchema = z.strictObject({
  type: z.literal('opcua'),
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'only a-z, 0-9 and -, at most 40 characters'),
  name: z.string().min(1).max(120),
  enabled: z.boolean().default(true),
  endpointUrl: z
    .string()
    .max(2048)
    .regex(/^opc\.tcp:\/\/[^\s/]+(\/\S*)?$/, 'must look like opc.tcp://host:4840/path'),
  securityMode: z.enum(['auto', 'None', 'Sign', 'SignAndEncrypt']).default('auto'),
  securityPolicy: z
    .enum(['auto', 'None', 'Basic256Sha256', 'Aes128_Sha256_RsaOaep', 'Aes256_Sha256_RsaPss'])
    .default('auto'),
  identity: opcuaIdentitySchema.default({ type: 'anonymous' }),
  /** Sends a user name and password over an unencrypted channel. Off unless somebody decides so. */
  allowUnencryptedPassword: z.boolean().default(false),
  publishingIntervalMs: z.number().min(10).max(3_600_000).default(500),
  /** Defaults for keys that do not say it themselves. */
  samplingIntervalMs: z.number().min(0).max(86_400_000).default(250),
  queueSize: z.int().min(1).max(100_000).default(10),
  /** How long a session may be silent before the server drops it: also what an outage may last without loss. */
  sessionTimeoutMs: z.int().min(10_000).max(3_600_000).default(120_000),
  requestTimeoutMs: z.int().min(1000).max(600_000).default(15_000),
  devices: z.array(opcuaDeviceSchema).max(100_000).default([]),
})

export type OpcuaConnectorConfig = z.infer<typeof opcuaConnectorSchema>
export type OpcuaDeviceConfig = z.infer<typeof opcuaDeviceSchema>
export type OpcuaKeyConfig = z.infer<typeof opcuaKeySchema>
