import * as z from 'zod'
import { deviceName, deviceProfile, targetFields } from './mapping.ts'
import { secretSchema } from './secret.ts'

/** MQTT 5, 4.7.1: + stands alone on its level, # alone and last. */
const topicFilter = z
  .string()
  .min(1)
  .max(1024)
  .refine((f) => isTopicFilter(f), 'is not a topic filter: + must fill its level, # must be the last level')

export const mqttKeySchema = z.strictObject({
  ...targetFields,
  /** `$` is the payload, `$.temp`, `$['a b'].c[0]`; `*` takes every scalar member of the payload object, key = its name. */
  value: z.string().min(1).max(1024).default('$'),
})

export const sourceTopicLimit = 1000

export const mqttTopicSchema = z.strictObject({
  filter: topicFilter,
  qos: z.literal([0, 1]).default(1),
  format: z.enum(['json', 'text']).default('json'),
  /** Template: literal text with ${topic[n]} (level, from 0) and ${$.path} (payload). */
  device: deviceName,
  profile: deviceProfile,
  /** Path to an array in the payload: each element is mapped by itself, `$` is then the element. */
  forEach: z.string().min(1).max(1024).optional(),
  /** Where the time is; without it the time of arrival counts. */
  timestamp: z
    .strictObject({ value: z.string().min(1).max(1024), format: z.enum(['ms', 's', 'iso']).default('ms') })
    .optional(),
  keys: z.array(mqttKeySchema).min(1).max(1000),
})

export const mqttConnectorSchema = z.strictObject({
  type: z.literal('mqtt'),
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'only a-z, 0-9 and -, at most 40 characters'),
  name: z.string().min(1).max(120),
  enabled: z.boolean().default(true),
  host: z.string().min(1).max(253),
  port: z.int().min(1).max(65_535).default(1883),
  protocolVersion: z.literal([4, 5]).default(5).meta({ description: '5 = MQTT 5, 4 = MQTT 3.1.1' }),
  /** Stable, so that the broker keeps the session (and unacknowledged messages) while the gateway is away. */
  clientId: z.string().min(1).max(64).optional(),
  username: z.string().min(1).max(255).optional(),
  password: secretSchema.optional(),
  tls: z
    .strictObject({
      enabled: z.boolean().default(false),
      /** PEM file with the CA that signed the broker's certificate; the system's CAs otherwise. */
      caFile: z.string().min(1).optional(),
      certFile: z.string().min(1).optional(),
      keyFile: z.string().min(1).optional(),
    })
    .prefault({}),
  keepAliveSeconds: z.int().min(5).max(3600).default(30),
  /** MQTT 5 session expiry: how long the broker keeps messages for an absent gateway. */
  sessionExpirySeconds: z.int().min(0).max(31_536_000).default(86_400),
  /** Largest payload that is looked at; larger ones are refused and counted. */
  maxPayloadBytes: z.int().min(1024).max(16_777_216).default(1_048_576),
  topics: z.array(mqttTopicSchema).max(sourceTopicLimit).default([]),
})

export function isTopicFilter(filter: string): boolean {
  if (filter.includes('\u0000')) return false
  const levels = filter.split('/')
  const first = levels[0] === '$share' ? 2 : 0
  if (first === 2 && (levels.length < 3 || !levels[1] || /[+#]/.test(levels[1]))) return false
  return levels.slice(first).every((level, i, all) => {
    if (level.includes('#')) return level === '#' && i === all.length - 1
    return !level.includes('+') || level === '+'
  })
}

export type MqttConnectorConfig = z.infer<typeof mqttConnectorSchema>
export type MqttTopicConfig = z.infer<typeof mqttTopicSchema>
export type MqttKeyConfig = z.infer<typeof mqttKeySchema>
