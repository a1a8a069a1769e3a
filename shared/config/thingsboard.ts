import * as z from 'zod'
import { secretSchema } from './secret.ts'

const credentialsSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('token'), token: secretSchema }),
  z.strictObject({
    type: z.literal('password'),
    clientId: z.string().min(1).max(255).optional(),
    username: z.string().min(1).max(255),
    password: secretSchema.optional(),
  }),
  z.strictObject({ type: z.literal('certificate'), certFile: z.string().min(1), keyFile: z.string().min(1) }),
])

export const thingsboardSchema = z.strictObject({
  host: z.string().min(1).max(253),
  port: z.int().min(1).max(65_535).default(1883),
  tls: z
    .strictObject({
      enabled: z.boolean().default(false),
      /** PEM file with the CA that signed ThingsBoard's certificate; the system's CAs otherwise. */
      caFile: z.string().min(1).optional(),
    })
    .prefault({}),
  credentials: credentialsSchema,
  /** 5 = MQTT 5. 4 = MQTT 3.1.1: degraded, a refused message can not be told from an accepted one. */
  protocolVersion: z.literal([4, 5]).default(5),
  keepAliveSeconds: z.int().min(5).max(3600).default(30),
  /** Publishes without PUBACK at one time; lowered to 80 % of what the server reports. Also the bound of repeats (D5). */
  maxInFlight: z.int().min(1).max(1000).default(64),
  /** Upper bound for one message; lowered to 80 % of what the server reports. ThingsBoard's own default limit is 65,536. */
  maxPayloadBytes: z.int().min(1024).max(16_777_216).default(52_428),
  /** No PUBACK for this long: the link is torn down and everything un-acknowledged sent again. */
  ackTimeoutSeconds: z.int().min(5).max(600).default(30),
  /** Only for servers >= 4.2.1, which acknowledge a message with several devices once. */
  severalDevicesPerMessage: z.boolean().default(false),
  /**
   * How fast data that waited is sent beside live data. adaptive: whatever live data, the line and the server's limits leave,
   * at least a tenth. fixed: at most valuesPerSecond.
   */
  backlog: z
    .strictObject({
      mode: z.enum(['adaptive', 'fixed']).default('adaptive'),
      valuesPerSecond: z.int().min(1).max(10_000_000).default(10_000),
    })
    .prefault({}),
  /**
   * Confirmed mode: ThingsBoard acknowledges what it has queued, not what it has stored. Delivered values stay on disk this
   * long and are sent again when ThingsBoard lost its queue in a restart. 0 = off.
   */
  confirmed: z.strictObject({ retainMinutes: z.number().min(0).max(1440).default(0) }).prefault({}),
  /** As set under "Transport configuration" of the gateway device's profile in ThingsBoard; json is its default. */
  payload: z.enum(['json', 'protobuf']).default('json'),
})

export type ThingsboardConfig = z.infer<typeof thingsboardSchema>
export type Credentials = z.infer<typeof credentialsSchema>
