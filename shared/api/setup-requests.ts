import * as z from 'zod'
import { connectorSchema } from '../config/gateway.ts'
import { mqttConnectorSchema, mqttTopicSchema } from '../config/mqtt.ts'
import { opcuaConnectorSchema, opcuaDeviceSchema, opcuaRuleSchema } from '../config/opcua.ts'
import { thingsboardSchema } from '../config/thingsboard.ts'
import { exploreLimits } from './explore-limits.ts'
import { exploreState, topicFilter } from './explore-requests.ts'

// The first run and the import: what somebody brings becomes a proposal, what is near this PC is found, what is on a server
// is grouped. Nothing here changes the configuration; the window puts a proposal into the draft.

const importStateSchema = z.enum(['exact', 'interpreted', 'unsupported'])

const importEntry = z.object({
  file: z.string(),
  /** 0 = not known. */
  line: z.number(),
  /** `server.mapping[3].timeseries[0]`. */
  place: z.string(),
  state: importStateSchema,
  /** What stands there; secrets are masked. */
  says: z.string(),
  /** What became of it: `Motor_01 › speed`; empty = nothing. */
  target: z.string(),
  note: z.string(),
})

const importKinds = [
  'gateway.json',
  'tb_gateway',
  'tb-gateway (Java)',
  'OPC UA connector',
  'OPC UA connector (Java)',
  'MQTT connector',
  'MQTT connector (Java)',
  'docker-compose',
  'text',
  'unreadable',
  'unknown',
] as const

/** One connect command or address is a few hundred bytes; a folder of a large gateway some megabytes. */
export const importLimits = { files: 200, textBytes: 8_000_000 } as const

/** How a source is told apart by what is on the wire. */
const foundServer = z.object({
  kind: z.enum(['opcua', 'mqtt']),
  name: z.string(),
  /** `opc.tcp://…`, `mqtt://…` or `mqtts://…`. */
  url: z.string(),
  /** Offers a signed and encrypted connection. */
  isSecure: z.boolean(),
  /** What it offers, best first: `SignAndEncrypt Basic256Sha256`. */
  security: z.array(z.string()),
  ms: z.number(),
})

const suggestion = z.object({
  id: z.string(),
  /** How it was found: a type, siblings that look alike, or what is left. */
  kind: z.enum(['type', 'shape', 'rest']),
  /** Name of the type, or pattern of the names. */
  name: z.string(),
  devices: z.number(),
  keys: z.number(),
  /** Key names of one device, the first 100. */
  keyNames: z.array(z.string()),
  /** Where the first devices are: names and nodes to read for a preview. */
  samples: z.array(
    z.object({ device: z.string(), path: z.string(), keys: z.array(z.object({ key: z.string(), node: z.string() })) }),
  ),
  /** Worth ticking without being asked. */
  isProposed: z.boolean(),
  rule: opcuaRuleSchema.optional(),
  explicit: z.array(opcuaDeviceSchema),
})

const topicSuggestion = z.object({
  id: z.string(),
  /** JSON objects, or one value a topic. */
  kind: z.enum(['object', 'values']),
  /** The filter that takes them, or where they are. */
  name: z.string(),
  topics: z.number(),
  /** As far as the topics name them. */
  devices: z.number(),
  keys: z.number(),
  /** Key names of one device, the first 100. */
  keyNames: z.array(z.string()),
  rules: z.array(mqttTopicSchema),
  /** Some of the topics. */
  samples: z.array(z.string()),
  /** Worth ticking without being asked. */
  isProposed: z.boolean(),
})

export const setupRequests = {
  /** Any files of a ThingsBoard gateway of any generation, a compose file, or pasted text (address, URL, mosquitto_pub …). */
  'import.read': {
    input: z.object({
      files: z
        .array(z.object({ name: z.string().max(1024), text: z.string().max(importLimits.textBytes) }))
        .min(1)
        .max(importLimits.files),
    }),
    output: z.object({
      /** Parts to put into a configuration. Secrets are as they were brought: they go into the vault when it is applied. */
      proposal: z.object({
        name: z.string().optional(),
        thingsboard: thingsboardSchema.optional(),
        connectors: z.array(connectorSchema),
      }),
      entries: z.array(importEntry),
      counts: z.object({ exact: z.number(), interpreted: z.number(), unsupported: z.number() }),
      files: z.array(z.object({ name: z.string(), kind: z.enum(importKinds), problem: z.string() })),
      devices: z.number(),
      keys: z.number(),
      rules: z.number(),
    }),
  },
  /** What runs, as the files of a ThingsBoard gateway with a report, in one ZIP archive. No secrets. */
  'export.write': {
    input: z.null(),
    output: z.object({
      /** Base64. */
      zip: z.string(),
      counts: z.object({ exact: z.number(), interpreted: z.number(), unsupported: z.number() }),
    }),
  },
  /** Looks at the usual ports of this PC, and of its network only when asked. Answers at once; ask again with `status`. */
  'setup.discover': {
    input: z.object({ action: z.enum(['start', 'status', 'cancel']), network: z.boolean().default(false) }),
    output: z.object({
      isLooking: z.boolean(),
      /** Addresses looked at, and how many there are to look at. */
      looked: z.number(),
      of: z.number(),
      found: z.array(foundServer),
    }),
  },
  /** Groups of alike things among the nodes that are indexed so far (`opcua.index` reads them). */
  'setup.suggest': {
    input: z.object({ connector: opcuaConnectorSchema }),
    output: z.object({
      nodes: z.number(),
      isComplete: z.boolean(),
      /** The server has more nodes than were looked at. */
      isCut: z.boolean(),
      suggestions: z.array(suggestion),
    }),
  },
  /**
   * Listens to a broker that is not in service yet, for at most `seconds`, and groups the topics heard so far. start and stop
   * as in `explore.topics`; answers at once.
   */
  'setup.listen': {
    input: z.object({
      connector: mqttConnectorSchema,
      action: z.enum(['start', 'stop', 'status']),
      filters: z.array(topicFilter).min(1).max(50).default(['#']),
      seconds: z.int().min(1).max(exploreLimits.seconds).default(30),
    }),
    output: z.object({
      status: exploreState,
      /** Topics that can not be looked into. */
      unread: z.number(),
      /** There are more topics than were looked at. */
      isCut: z.boolean(),
      suggestions: z.array(topicSuggestion),
      /** The newest messages of the topics that suggestions name as samples. */
      messages: z.array(z.object({ topic: z.string(), payload: z.string() })),
    }),
  },
  /** About the host that carries the engine. */
  'app.about': {
    input: z.null(),
    output: z.object({
      host: z.enum(['desktop', 'headless']),
      demo: z.boolean(),
      /** The demo was entered from the window; a host that was started as one has nothing to come back to. */
      canLeaveDemo: z.boolean(),
      /** Closing the window leaves the gateway running. */
      keepsRunning: z.boolean(),
      /** Starts with the session; null = not up to this host. */
      autostart: z.boolean().nullable(),
    }),
  },
  /** The demo plant with its own ThingsBoard in a folder of its own; `stop` deletes it and comes back. */
  'app.demo': { input: z.object({ action: z.enum(['start', 'stop']) }), output: z.object({ demo: z.boolean() }) },
  'app.autostart': { input: z.object({ enabled: z.boolean() }), output: z.object({ autostart: z.boolean() }) },
} as const

export type ImportState = z.infer<typeof importStateSchema>
export type ImportEntry = z.infer<typeof importEntry>
export type ImportKind = (typeof importKinds)[number]
export type FoundServer = z.infer<typeof foundServer>
export type TopicSuggestion = z.infer<typeof topicSuggestion>
export type Suggestion = z.infer<typeof suggestion>
