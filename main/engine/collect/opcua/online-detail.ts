/** What is true of a connection that works. */
export interface OnlineFacts {
  readonly watched: number
  /** Read in turn instead of subscribed to. */
  readonly polled: number
  readonly tags: number
  readonly isPaused: boolean
  /** Granted where it is longer than the one asked for. */
  readonly slowerPublishingMs: number | undefined
  /** The address in use, and the one configured. */
  readonly address: string
  readonly configured: string
  /** The other address the server calls itself. */
  readonly announced: string | undefined
}

/** The sentence the operator reads beside "Connected". */
export function onlineDetail(facts: OnlineFacts): string {
  const { watched, polled, tags, isPaused, slowerPublishingMs, address, configured, announced } = facts
  const alternate = address === configured ? '' : ` on the alternate ${address}`
  const paused = isPaused ? '; paused until the values before are stored' : ''
  const elsewhere = announced ? `; the server calls itself ${announced}, the address typed is used instead` : ''
  const rest = watched > 0 && polled > 0 ? `, ${polled} are read in turn` : ''
  const collected =
    watched === 0 && polled > 0
      ? `${polled} of ${tags} nodes are read in turn`
      : `${watched} of ${tags} nodes are watched${rest}`
  const slower = slowerPublishingMs ? `; the server sends values no more often than every ${slowerPublishingMs} ms` : ''
  return `Connected${alternate}, ${collected}${slower}${paused}${elsewhere}`
}
