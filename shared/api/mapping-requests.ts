import * as z from 'zod'
import { mqttTopicSchema } from '../config/mqtt.ts'
import { opcuaKeySchema } from '../config/opcua.ts'
import { saidFieldsSchema } from '../said/said.ts'
import { pageLimit } from './page.ts'

// What an integrator asks about a mapping: where a value stops, what ThingsBoard would get, what a sample becomes. Nothing
// here is collected, stored or sent.

/** Samples of one question: more than anybody pastes. */
const sampleLimit = 100
/** Characters of one sample message. */
const sampleTextLimit = 1_048_576

const valueType = z.enum(['boolean', 'integer', 'double', 'float', 'string', 'json'])

const stage = z.enum(['read', 'map', 'queue', 'deliver'])

/** What to do about a stage; `target` is the issue, the connector, or the text to filter by. */
const traceAction = z.object({
  kind: z.enum(['issue', 'source', 'mapping', 'retry', 'quarantine', 'storage', 'thingsboard', 'review']),
  target: z.string(),
})

const traceStage = z.object({
  stage,
  /** off: not in use, or nothing came this far. */
  state: z.enum(['ok', 'waiting', 'problem', 'off']),
  /** Which sentence describes it (renderer/i18n/en-trace.ts). */
  code: z.string(),
  /** ms since the epoch; 0 = never. */
  at: z.number(),
  /** In the words of the part that knows: state of the connection, refusal, status code. */
  detail: z.string(),
  hint: z.string(),
  said: saidFieldsSchema,
  /** Numbers the sentence needs, by name. */
  facts: z.record(z.string(), z.union([z.string(), z.number()])),
  actions: z.array(traceAction),
})

/** One key/value on its way. */
const mappedValue = z.object({
  device: z.string(),
  profile: z.string(),
  key: z.string(),
  kind: z.enum(['telemetry', 'attribute']),
  type: valueType,
  /** JSON text as it is sent. */
  value: z.string(),
  ts: z.number(),
})

/** A part of a message that differs from what runs, or that is made up; positions are characters of `text`. */
const payloadMark = z.object({
  start: z.number(),
  end: z.number(),
  kind: z.enum(['added', 'changed', 'placeholder']),
})

const payloadMessage = z.object({
  topic: z.string(),
  /** The exact JSON. */
  text: z.string(),
  bytes: z.number(),
  marks: z.array(payloadMark),
})

const mappingProblem = z.object({
  message: z.string(),
  hint: z.string(),
  said: saidFieldsSchema,
  /** Which sample, from 0. */
  sample: z.number(),
  /** Character in the sample, from 0; absent when the place is not known. */
  at: z.number().optional(),
})

/** What samples become: values, messages, and what is wrong with them. */
const previewOutcome = z.object({
  values: z.array(mappedValue),
  messages: z.array(payloadMessage),
  problems: z.array(mappingProblem),
})

const message = z.object({ topic: z.string().min(1).max(65_535), payload: z.string().max(sampleTextLimit) })

const recentMessage = z.object({
  topic: z.string(),
  payload: z.string(),
  /** ms since the epoch. */
  at: z.number(),
  bytes: z.number(),
})

const stageState = z.enum(['ok', 'waiting', 'problem', 'off'])

/** Rows on screen, asked for about once a second. */
export const lookLimit = 400
/** Keys with a problem that are named. */
export const problemKeysLimit = 10_000

export const mappingRequests = {
  /** What the visible devices and keys do now; in the order asked. */
  'mapping.look': {
    input: z.strictObject({
      devices: z.array(z.string()).max(lookLimit),
      keys: z.array(z.strictObject({ device: z.string(), key: z.string() })).max(lookLimit),
    }),
    output: z.object({
      devices: z.array(
        z.object({
          /** Read, Map, Queue, Deliver. */
          stages: z.array(stageState),
          /** ms since the epoch; 0 = never. */
          deliveredAt: z.number(),
          badKeys: z.number(),
        }),
      ),
      keys: z.array(
        z.object({
          /** Something runs under this name. */
          isKnown: z.boolean(),
          value: z.string(),
          unit: z.string(),
          ts: z.number(),
          quality: z.string(),
        }),
      ),
    }),
  },
  /**
   * What the rules of a running source have made so far, by what they found or were sent. A list that grows; another
   * `generation` is another list. Neighbours of one device come together.
   */
  'mapping.made': {
    input: z.strictObject({ connectorId: z.string(), offset: z.int().min(0), limit: z.int().min(1).max(pageLimit) }),
    output: z.object({
      generation: z.number(),
      /** Keys that are listed, and those that are collected beside them. */
      total: z.number(),
      beyond: z.number(),
      devices: z.array(
        z.object({
          device: z.string(),
          profile: z.string(),
          /** Place of the rule, or topic, in the running configuration. */
          rule: z.number(),
          keys: z.array(
            z.object({
              key: z.string(),
              kind: z.enum(['telemetry', 'attribute']),
              /** Which key of the rule. */
              part: z.number(),
              /** Node, or topic that brought it first. */
              from: z.string(),
            }),
          ),
        }),
      ),
    }),
  },
  /** Keys that are not collected, whose last value was bad, or that the mapping refuses. An empty key: of the whole rule. */
  'mapping.problems': {
    input: z.null(),
    output: z.object({
      total: z.number(),
      keys: z.array(z.object({ device: z.string(), key: z.string() })).max(problemKeysLimit),
    }),
  },
  /** Where a value of this key, or of this node or topic field, is and where it stops. */
  'trace.get': {
    input: z.union([
      z.strictObject({ device: z.string().min(1).max(255), key: z.string().min(1).max(255) }),
      z.strictObject({ connectorId: z.string(), nodeId: z.string().min(1).max(4096) }),
    ]),
    output: z.object({
      device: z.string(),
      key: z.string(),
      connectorId: z.string(),
      sourceName: z.string(),
      /** Node or topic filter it comes from; empty when nobody knows any more. */
      from: z.string(),
      value: z.string(),
      /** Read, Map, Queue, Deliver. */
      stages: z.array(traceStage),
      /** The first stage that is not ok; absent when the value was acknowledged. */
      broken: stage.optional(),
    }),
  },
  /** The exact messages of one device, as the draft maps the newest values; marks say what differs from what runs. */
  'preview.payload': {
    input: z.strictObject({ device: z.string().min(1).max(255) }),
    output: z.object({
      messages: z.array(payloadMessage),
      problems: z.array(mappingProblem),
      /** Keys without a value yet: their values are made up. */
      placeholders: z.number(),
      /** Keys that run now and that the draft does not have. */
      gone: z.array(z.string()),
    }),
  },
  /** A topic rule against messages: those given, or the newest ones the broker sent on its filter. */
  'preview.topic': {
    input: z.strictObject({
      connectorId: z.string(),
      topic: mqttTopicSchema,
      /** Its place among the rules of the draft, when it is there already: it does not collide with itself. */
      place: z.int().min(0).optional(),
      samples: z.array(message).max(sampleLimit).optional(),
    }),
    output: previewOutcome.extend({
      samples: z.array(recentMessage.extend({ matches: z.boolean(), values: z.number() })),
      devices: z.number(),
      keys: z.number(),
      /** Keys that something else in the configuration maps already. */
      collisions: z.array(z.string()),
    }),
  },
  /** One OPC UA key against a value. */
  'preview.value': {
    input: z.strictObject({
      device: z.string().min(1).max(255),
      profile: z.string().min(1).max(255),
      key: opcuaKeySchema,
      value: z.string().max(sampleTextLimit),
      type: valueType,
      statusCode: z.int().min(0).max(0xffff_ffff),
    }),
    output: previewOutcome,
  },
  /** What came last: messages of a filter of a broker, or the newest value of a node. Newest first. */
  'samples.recent': {
    input: z.strictObject({ connectorId: z.string(), filter: z.string().max(4096) }),
    output: z.object({
      messages: z.array(recentMessage),
      value: z.object({ value: z.string(), type: valueType, statusCode: z.number(), at: z.number() }).optional(),
    }),
  },
} as const

export type TraceStage = z.infer<typeof traceStage>
export type TraceAction = z.infer<typeof traceAction>
export type TraceReport = z.infer<(typeof mappingRequests)['trace.get']['output']>
export type MappedValue = z.infer<typeof mappedValue>
export type PayloadMessage = z.infer<typeof payloadMessage>
export type MappingProblem = z.infer<typeof mappingProblem>
export type PreviewOutcome = z.infer<typeof previewOutcome>
export type RecentMessage = z.infer<typeof recentMessage>
