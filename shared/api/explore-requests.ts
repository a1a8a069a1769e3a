import * as z from 'zod'
import { isTopicFilter } from '../config/mqtt.ts'
import { errorCodes } from '../errors.ts'
import { exploreLimits } from './explore-limits.ts'

// Looking for topics on an MQTT broker: a session of its own for a chosen time, nothing of it is kept or collected.

export const topicFilter = z.string().min(1).max(1024).refine(isTopicFilter, {
  error: 'is not a topic filter: + must fill its level, # must be the last level',
})

export const exploreState = z.object({
  state: z.enum(['idle', 'connecting', 'listening', 'ended', 'failed']),
  filters: z.array(z.string()),
  /** ms since the epoch; 0 = not yet. */
  startedAt: z.number(),
  endsAt: z.number(),
  topics: z.number(),
  messages: z.number(),
  /** Messages let go by a limit: too fast, or of a topic beyond the last one kept. */
  skipped: z.number(),
  isFull: z.boolean(),
  error: z.object({ code: z.enum(errorCodes), message: z.string(), hint: z.string() }).optional(),
  /** Another exploration has other topics. */
  generation: z.number(),
})

const field = z.object({
  path: z.string(),
  value: z.string(),
  type: z.enum(['number', 'string', 'boolean', 'null', 'object', 'array']),
})

const connectorId = z.string().max(40)

export const exploreRequests = {
  /** start: anew, for at most `seconds`; stop: ends the session, what was found stays until the next start. Answers at once. */
  'explore.topics': {
    input: z.object({
      connectorId,
      action: z.enum(['start', 'stop', 'status']),
      filters: z.array(topicFilter).min(1).max(50).default(['#']),
      seconds: z.int().min(1).max(exploreLimits.seconds).default(30),
    }),
    output: exploreState,
  },
  /** Topics in the order they were found. */
  'explore.page': {
    input: z.object({ connectorId, offset: z.int().min(0), limit: z.int().min(1).max(exploreLimits.pageTopics) }),
    output: z.object({
      status: exploreState,
      topics: z.array(
        z.object({
          topic: z.string(),
          format: z.enum(['json', 'text', 'binary', 'too large']),
          /** `$.temp`, `$.position.x`, of a JSON payload. */
          fields: z.array(field.omit({ value: true })),
        }),
      ),
    }),
  },
  /** The last message of each topic; those that are not known are left out. */
  'explore.values': {
    input: z.object({ connectorId, topics: z.array(z.string().max(65_535)).max(exploreLimits.valueTopics) }),
    output: z.object({
      values: z.array(
        z.object({
          topic: z.string(),
          /** ms since the epoch. */
          ts: z.number(),
          messages: z.number(),
          bytes: z.number(),
          retained: z.boolean(),
          text: z.string(),
          fields: z.array(field),
        }),
      ),
    }),
  },
} as const

export type ExploreState = z.infer<typeof exploreState>
export type ExploreField = z.infer<typeof field>
