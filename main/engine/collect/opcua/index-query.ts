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
/** Further parents that stand below their children need a pass each; longer chains of them than this there are not. */
const passesLimit = 16
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

/** Rows that match, the plant's own before those of the standard, else in the order of the table; up to `limit`. Rejects when `signal` aborts: somebody typed on. */
export async function findRows(
  table: IndexTable,
  query: Query,
  limit: number,
  signal: AbortSignal,
): Promise<Int32Array> {
  if (query.kind === 'node') return Int32Array.from(exactRow(table, query))
  if (query.kind === 'part') {
    const hits = await stringHits(table, signal, (text) => (text.toLowerCase().includes(query.text) ? 1 : 0))
    return collect(table, limit, signal, (row) => {
      const id = table.identifierId(row)
      return Boolean(hits[table.nameId(row)] || hits[table.displayId(row)] || (id >= 0 && hits[id]))
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

/** What the standard defines (namespace 0) comes after what makers and plants have: nobody looks for ServerStatus first. */
async function collect(
  table: IndexTable,
  limit: number,
  signal: AbortSignal,
  test: (row: number) => boolean,
): Promise<Int32Array> {
  const own: number[] = []
  const standard: number[] = []
  for (let row = 0; row < table.count && own.length < limit; row++) {
    if (test(row)) {
      if (table.namespaceOf(row) !== 0) own.push(row)
      else if (standard.length < limit) standard.push(row)
    }
    if (row % rowsPerTurn === rowsPerTurn - 1) await turn(signal)
  }
  return Int32Array.from([...own, ...standard].slice(0, limit))
}

/**
 * Each row holds which segments its paths have used up, as bits. Its first parent stands above it, so one pass does for those;
 * further parents may stand anywhere, so it is passed over until nothing is added.
 */
async function globRows(
  table: IndexTable,
  segments: readonly Segment[],
  limit: number,
  signal: AbortSignal,
): Promise<Int32Array> {
  const masks = await stringHits(table, signal, (text) => segmentMask(segments, text))
  const anyDepth = anyDepthOf(segments)
  const end = 1 << segments.length
  const states = new Uint32Array(table.count)
  for (let pass = 0, isDone = false; !isDone && pass < passesLimit; pass++) {
    isDone = true
    for (let row = 0; row < states.length; row++) {
      const first = table.parent(row)
      let state = first < 0 ? closed(1, anyDepth) : states[row]!
      if (first >= 0) {
        const names = (masks[table.nameId(row)] ?? 0) | (masks[table.displayId(row)] ?? 0)
        state |= after(states[first]!, names, anyDepth)
        for (const parent of table.moreParents(row)) state |= after(states[parent] ?? 0, names, anyDepth)
        state >>>= 0
      }
      if (state !== states[row]) {
        states[row] = state
        isDone = false
      }
      if (row % rowsPerTurn === rowsPerTurn - 1) await turn(signal)
    }
    if (table.furtherParents === 0) break
  }
  return collect(table, limit, signal, (row) => table.parent(row) >= 0 && (states[row]! & end) !== 0)
}

/** True when this path, given as rows, is one the query asks for; every path is, where it does not ask for paths. */
export function matchesPath(table: IndexTable, query: Query, rows: readonly number[]): boolean {
  if (query.kind !== 'glob') return true
  const { segments } = query
  const anyDepth = anyDepthOf(segments)
  let state = closed(1, anyDepth)
  for (const row of rows) {
    const names = segmentMask(segments, table.browseName(row)) | segmentMask(segments, table.displayName(row))
    state = after(state, names, anyDepth)
  }
  return (state & (1 << segments.length)) !== 0
}

function segmentMask(segments: readonly Segment[], text: string): number {
  let mask = 0
  for (let s = 0; s < segments.length; s++) {
    const segment = segments[s]!
    if (segment !== '**' && segment(text)) mask |= 1 << s
  }
  return mask >>> 0
}

function anyDepthOf(segments: readonly Segment[]): number {
  return segments.reduce((mask, segment, s) => (segment === '**' ? mask | (1 << s) : mask), 0) >>> 0
}

/** One level down: the next segment where this name is meant by it, any further where levels do not count. */
function after(before: number, names: number, anyDepth: number): number {
  return closed(((before & names) << 1) | (before & anyDepth), anyDepth)
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
