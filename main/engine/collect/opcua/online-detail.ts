/** What is true of a connection that works. */
export interface OnlineFacts {
  readonly watched: number
  readonly tags: number
  /** Read in turn instead of subscribed to. */
  readonly isPolled: boolean
  readonly isPaused: boolean
  /** The address in use, and the one configured. */
  readonly address: string
  readonly configured: string
  /** The other address the server calls itself. */
  readonly announced: string | undefined
}

/** The sentence the operator reads beside "Connected". */
export function onlineDetail(facts: OnlineFacts): string {
  const { watched, tags, isPolled, isPaused, address, configured, announced } = facts
  const alternate = address === configured ? '' : ` on the alternate ${address}`
  const paused = isPaused ? '; paused until the values before are stored' : ''
  const elsewhere = announced ? `; the server calls itself ${announced}, the address typed is used instead` : ''
  const how = isPolled ? 'read in turn' : 'watched'
  return `Connected${alternate}, ${watched} of ${tags} nodes are ${how}${paused}${elsewhere}`
}
