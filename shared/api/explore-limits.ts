/** Bounds of looking for topics; the window knows them without the schemas. */
export const exploreLimits = {
  /** All topics of a broker is a storm: never longer than this at once. */
  seconds: 600,
  topics: 20_000,
  /** A larger payload is known to be there, but not looked into. */
  payloadBytes: 65_536,
  /** Beyond this, messages are counted and let go. */
  messagesPerSecond: 5000,
  /** Fields of one payload that become rows. */
  fields: 200,
  pageTopics: 500,
  valueTopics: 200,
} as const
