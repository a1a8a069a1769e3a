import { setImmediate as nextTurn } from 'node:timers/promises'
import type { IdentifierKind, IndexTable } from './index-table.ts'
import { parseAddress } from './node-address.ts'

// What somebody types into the search of a server: a NodeId, part of a name, or a pattern (`M??`, `Line*/Speed`,
// `/Objects/**/Alarm`). One pass over the distinct strings, then one over the rows; both give the thread back often.

/** Work between two turns of the event loop: a few milliseconds. */
const stringsPerTurn = 5_000
const rowsPerTurn = 100_000
/** Path segments, one bit each. */
const segmentsLimit = 31
const queryLimit = 512
const standardNamespace = 'http://opcfoundation.org/UA/'

export type Query =
  | { readonly kind: 'node'; readonly namespace: number | string; readonly identifier: string }
  /** Lower case; in the name, the display name or the identifier. */
  | { readonly kind: 'part'; readonly text: string }
  | { readonly kind: 'glob'; readonly segments: readonly Segment[] }

/** `**` is any number of levels. */
type Segment = Glob | '**'
type Glob = (text: string) => boolean

/** Undefined for a query that asks for nothing. */
export function parseQuery(text: string): Query | undefined {
  const query = text.trim().slice(0, queryLimit)
  if (query === '') return undefined
  const address = query.startsWith('/') ? undefined : parseAddress(query)
  const hasWildcard = /[*?]/.test(query)
  if (address?.kind === 'node' && !hasWildcard) return address
  if (!hasWildcard && !query.includes('/')) return { kind: 'part', text: query.toLowerCase() }
  return { kind: 'glob', segments: segmentsOf(query, hasWildcard) }
}

/** From Root when it starts with / or names a folder of Root, else anywhere. */
function segmentsOf(query: string, hasWildcard: boolean): Segment[] {
  const isAnchored = /^\/|^(Objects|Types|Views)\//.test(query)
  const parts = query.split('/').filter((part) => part !== '')
  const segments = parts.map((part, i): Segment => {
    if (part === '**') return '**'
    // "Line1/Spe" finds Speed below Line1: people type from the left.
    const open = !hasWildcard && i === parts.length - 1
    return globOf(open ? `${part}*` : part)
  })
  if (!isAnchored && segments[0] !== '**') segments.unshift('**')
  return segments.slice(0, segmentsLimit)
}

/** A pattern without levels: * any characters, ? exactly one. Time is length × length at most. */
export function globOf(pattern: string, caseSensitive = false): Glob {
  if (caseSensitive) return (text) => matches(pattern, text)
  const wanted = pattern.toLowerCase()
  return (text) => matches(wanted, text.toLowerCase())
}

/** After a mismatch only the last * takes one character more, so nothing is tried twice. */
function matches(pattern: string, text: string): boolean {
  let p = 0
  let star = -1
  let resume = 0
  for (let t = 0; t < text.length; ) {
    if (pattern[p] === '*') {
      star = p++
      resume = t
    } else if (p < pattern.length && (pattern[p] === '?' || pattern[p] === text[t])) {
      p++
      t++
    } else if (star >= 0) {
      p = star + 1
      t = ++resume
    } else return false
  }
  while (pattern[p] === '*') p++
  return p === pattern.length
}

/** Rows that match, in the order of the table; up to `limit`. Rejects when `signal` aborts: somebody typed on. */
export async function findRows(
  table: IndexTable,
  query: Query,
  limit: number,
  signal: AbortSignal,
): Promise<Int32Array> {
  if (query.kind === 'node') return Int32Array.from(exactRow(table, query))
  const rows = table.count
  if (query.kind === 'part') {
    const hits = await stringHits(table, signal, (text) => (text.toLowerCase().includes(query.text) ? 1 : 0))
    return collect(rows, limit, signal, (row) => {
      const id = table.identifierId(row)
      return hits[table.nameId(row)] || hits[table.displayId(row)] || (id >= 0 && hits[id]) ? 1 : 0
    })
  }
  return globRows(table, query.segments, limit, signal)
}

function exactRow(table: IndexTable, query: Extract<Query, { kind: 'node' }>): number[] {
  const kind = query.identifier[0] as IdentifierKind
  const text = query.identifier.slice(2)
  const { namespace } = query
  const standard = namespace === 0 || namespace === standardNamespace
  const own = standard ? 0 : typeof namespace === 'number' ? namespace : table.namespaces.indexOf(namespace)
  const row = own < 0 ? -1 : table.find(own, kind, kind === 'i' ? Number(text) : text)
  return row < 0 ? [] : [row]
}

async function stringHits(
  table: IndexTable,
  signal: AbortSignal,
  test: (text: string) => number,
): Promise<Uint32Array> {
  const { strings } = table
  const hits = new Uint32Array(strings.size)
  for (let id = 0; id < hits.length; id++) {
    hits[id] = test(strings.at(id))
    if (id % stringsPerTurn === stringsPerTurn - 1) await turn(signal)
  }
  return hits
}

async function collect(
  rows: number,
  limit: number,
  signal: AbortSignal,
  test: (row: number) => number,
): Promise<Int32Array> {
  const found: number[] = []
  for (let row = 0; row < rows && found.length < limit; row++) {
    if (test(row)) found.push(row)
    if (row % rowsPerTurn === rowsPerTurn - 1) await turn(signal)
  }
  return Int32Array.from(found)
}

/** Each row holds which segments its path has used up, as bits; parents stand above their children, so one pass does. */
async function globRows(
  table: IndexTable,
  segments: readonly Segment[],
  limit: number,
  signal: AbortSignal,
): Promise<Int32Array> {
  const rows = table.count
  const masks = await stringHits(table, signal, (text) => {
    let mask = 0
    for (let s = 0; s < segments.length; s++) {
      const segment = segments[s]!
      if (segment !== '**' && segment(text)) mask |= 1 << s
    }
    return mask >>> 0
  })
  const anyDepth = segments.reduce((mask, segment, s) => (segment === '**' ? mask | (1 << s) : mask), 0) >>> 0
  const end = 1 << segments.length
  const states = new Uint32Array(rows)
  return collect(rows, limit, signal, (row) => {
    const parent = table.parent(row)
    const before = parent < 0 ? 0 : states[parent]!
    if (parent < 0) {
      states[row] = closed(1, anyDepth)
      return 0
    }
    const names = (masks[table.nameId(row)] ?? 0) | (masks[table.displayId(row)] ?? 0)
    const state = closed(((before & names) << 1) | (before & anyDepth), anyDepth)
    states[row] = state
    return (state & end) !== 0 ? 1 : 0
  })
}

/** A `**` may stand for no level at all. */
function closed(state: number, anyDepth: number): number {
  let all = state
  for (;;) {
    const more = all | ((all & anyDepth) << 1)
    if (more === all) return all >>> 0
    all = more
  }
}

async function turn(signal: AbortSignal): Promise<void> {
  await nextTurn()
  signal.throwIfAborted()
}
