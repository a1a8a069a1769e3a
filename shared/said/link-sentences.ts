// Connections, the storage, the engine: what they are doing, or why not.

export const linkSentences = {
  'link.notStarted': 'Not started',
  'link.stopped': 'Stopped',
  'link.connecting': ({ address }: { address: string }) => `Connecting to ${address}`,
  'link.lost': 'The connection was lost',
  'source.off': 'Switched off in the configuration',
  'source.opcuaOnline': opcuaOnline,
  'source.mqttNoTopics': 'Connected; no topics are configured',
  'source.mqttOnline': ({ granted, asked }: { granted: number; asked: number }) =>
    `Connected; ${granted} of ${asked} topic filters subscribed`,
  'source.mqttPaused': 'Connected; not reading, because the gateway is full',
  'uplink.unconfigured': 'ThingsBoard is not configured yet: data is collected and kept',
  'uplink.online': 'Connected',
  'uplink.onlineMqtt3': 'Connected with MQTT 3.1.1: refused messages can not be recognised',
  'uplink.braking': 'Connected, sending more slowly: the rate limit of ThingsBoard was reached',
  'uplink.limit': ({ messages, values }: { messages?: number | undefined; values?: number | undefined }) =>
    [
      ...(messages === undefined ? [] : [`${plainNumber(messages)} messages/s`]),
      ...(values === undefined ? [] : [`${plainNumber(values)} values/s`]),
    ].join(' and '),
  'store.diskFull': 'The disk is full: nothing more can be kept',
  'store.full': 'The store is full: sources wait',
  'gateway.opening': 'Opening the store',
  'gateway.safeMode': 'Safe mode: sources are off after repeated crashes',
  'gateway.unbalanced': 'The counts of the store do not balance',
  'gateway.unconfigured': 'ThingsBoard is not configured yet',
  'gateway.sourceDown': ({ name, detail, more }: { name: string; detail: string; more: number }) =>
    `${name}: ${detail}${more > 0 ? ` and ${more} more` : ''}`,
  'gateway.noSource': 'No source is connected yet',
  'gateway.delivering': 'Data flows from every source to ThingsBoard',
  'engine.crashed': ({ cause }: { cause: string }) =>
    `The engine stopped unexpectedly (${cause}) and is being started again. Accepted data is safe.`,
} as const

/** What is true of a connection to an OPC UA server that works. */
export interface OpcuaOnlineFacts {
  readonly watched: number
  /** Read in turn instead of subscribed to. */
  readonly polled: number
  readonly tags: number
  readonly isPaused: boolean
  /** Granted where it is longer than the one asked for. */
  readonly slowerPublishingMs: number | undefined
  /** The address in use where it is not the one configured. */
  readonly alternate: string | undefined
  /** The other address the server calls itself. */
  readonly announced: string | undefined
}

function opcuaOnline(facts: OpcuaOnlineFacts): string {
  const { watched, polled, tags, isPaused, slowerPublishingMs, alternate, announced } = facts
  const at = alternate === undefined ? '' : ` on the alternate ${alternate}`
  const paused = isPaused ? '; paused until the values before are stored' : ''
  const elsewhere = announced ? `; the server calls itself ${announced}, the address typed is used instead` : ''
  const rest = watched > 0 && polled > 0 ? `, ${polled} are read in turn` : ''
  const collected =
    watched === 0 && polled > 0
      ? `${polled} of ${tags} nodes are read in turn`
      : `${watched} of ${tags} nodes are watched${rest}`
  const slower = slowerPublishingMs ? `; the server sends values no more often than every ${slowerPublishingMs} ms` : ''
  return `Connected${at}, ${collected}${slower}${paused}${elsewhere}`
}

const plainNumber = (value: number): string => (value >= 10 ? `${Math.round(value)}` : `${Number(value.toFixed(1))}`)
