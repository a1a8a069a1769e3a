// Nodes of an OPC UA server: the index of them, what a rule finds, writing, calling, and the certificate of the server.

export const nodeSentences = {
  'index.state': index,
  'index.failed': 'reading it failed',
  'node.mayWrite': 'May be written from here.',
  'node.mayCall': 'May be called from here.',
  'node.mayNotWrite': ({ source }: { source: string }) =>
    `May not be written from here. To allow it, add it to "writable" in the settings of ${source}.`,
  'node.mayNotCall': ({ source }: { source: string }) =>
    `May not be called from here. To allow it, add it to "callable" in the settings of ${source}.`,
  'node.written': ({ value, before }: { value: string; before: string }) =>
    `Written: ${value} (before: ${before || 'nothing'}).`,
  'node.writtenUnread': ({ value, quality }: { value: string; quality: string }) =>
    `Written: ${value}. It can not be read back (${quality}).`,
  'node.writtenOther': ({ value, now }: { value: string; now: string }) =>
    `The server took ${value}, but the value is ${now || 'empty'} now: the machine may need time, or it has changed it.`,
  'node.called': 'Called.',
  'node.answered': ({ answer }: { answer: string }) => `Called. It answered ${answer}.`,
  'rule.noPlace': ({ node }: { node: string }) => `The server has no node ${node} to look below`,
  'rule.collision': ({ path, key, device, other }: { path: string; key: string; device: string; other: string }) =>
    `${path} would be "${key}" of "${device}", which ${other} is already`,
  'rule.ownKey': 'a key that is configured by itself',
  'rule.tooShort': ({ path, what }: { path: string; what: 'device' | 'key' }) =>
    `The path ${path} is too short for the ${what} template`,
  'rule.badName': ({ path, what, problem }: { path: string; what: 'device' | 'key'; problem: string }) =>
    `The ${what} name of ${path} ${problem}`,
  'name.empty': 'is empty',
  'name.tooLong': ({ length, limit }: { length: number; limit: number }) =>
    `has ${length} characters; ThingsBoard takes ${limit}`,
  'name.notUnicode': 'has half a surrogate pair and can not be sent as UTF-8',
  'name.undefined': 'has a part that topic or payload do not have',
  'name.html': 'looks like HTML or a {{template}}; ThingsBoard refuses such names',
  'certificate.notBefore': ({ day }: { day: string }) => `not valid before ${day}`,
  'certificate.expired': ({ day }: { day: string }) => `expired on ${day}`,
  'certificate.expires': ({ day }: { day: string }) => `expires on ${day}`,
  'certificate.noHost': ({ host }: { host: string }) => `names no host, so ${host} can not be checked`,
  'certificate.otherHost': ({ hosts, host }: { hosts: string; host: string }) => `made for ${hosts}, not for ${host}`,
  'certificate.noApplication': 'does not name an application (no ApplicationUri)',
  'certificate.weakKey': ({ bits }: { bits: number }) => `weak key of ${bits} bits`,
} as const

export interface IndexFacts {
  readonly state: 'none' | 'walking' | 'complete' | 'limited' | 'cancelled' | 'failed'
  /** Nodes that can be shown. */
  readonly nodes: number
  /** Nodes the server has or may have. */
  readonly about: number
  readonly isComplete: boolean
  /** Nodes the server does not open to this user, and those below which it lost its place. */
  readonly refused: number
  readonly cut: number
  /** Age of what is shown; undefined while it is being read for the first time. */
  readonly ageMs: number | undefined
  /** Nodes read so far where it is being read again. */
  readonly again: number | undefined
  /** Against the index of before. */
  readonly added: number | undefined
  readonly gone: number | undefined
  /** Why reading it failed. */
  readonly failure: string
}

/** Says how complete what is shown is, whatever happens. */
function index(facts: IndexFacts): string {
  const { state, nodes, about, isComplete, ageMs, again, added, gone, failure } = facts
  if (again !== undefined && ageMs === undefined) return `${number(again)} of about ${number(about)} nodes`
  if (state === 'none') return 'Not read yet'
  const shown = isComplete ? `${number(nodes)} nodes, complete${refusedWords(facts)}` : incomplete(facts)
  const read = ageMs === undefined ? '' : `, read ${ageWords(ageMs)}`
  if (again !== undefined) return `${shown}${read}; being read again: ${number(again)} of about ${number(about)}`
  if (state === 'cancelled' && isComplete) return `${shown}${read}; reading it again was stopped`
  if (state === 'failed') return `${shown}${read}; ${failure}`
  return `${shown}${read}${added === undefined ? '' : `; ${number(added)} new, ${number(gone ?? 0)} gone`}`
}

function incomplete({ state, nodes, about, cut }: IndexFacts): string {
  if (state === 'limited' && cut === 0) return `Incomplete: the first ${number(nodes)} nodes; the server has more`
  if (cut > 0) return `Incomplete: ${number(nodes)} nodes; the server lost its place below ${number(cut)} of them`
  return `Incomplete: ${number(nodes)} of about ${number(about)} nodes`
}

function refusedWords({ refused }: IndexFacts): string {
  return refused > 0 ? ` but for what is below ${number(refused)} nodes the server does not open to this user` : ''
}

function ageWords(ms: number): string {
  const minutes = Math.round(ms / 60_000)
  if (minutes < 1) return 'just now'
  if (minutes < 120) return `${minutes} min ago`
  const hours = Math.round(minutes / 60)
  return hours < 48 ? `${hours} h ago` : `${Math.round(hours / 24)} days ago`
}

const number = (value: number): string => value.toLocaleString('en-US')
