import { setImmediate as nextTurn } from 'node:timers/promises'
import type { IndexTable } from './index-table.ts'

// What changed on a server between two walks.

const rowsPerTurn = 5_000
/** Nodes named; all are counted. */
const namedLimit = 200
/** ServerDiagnostics (Part 5, 6.3.3): lists the sessions of the moment, ours among them. */
const diagnosticsNode = 2274

export interface IndexDiff {
  readonly added: number
  readonly gone: number
  /** Paths of the first of them. */
  readonly addedPaths: readonly string[]
  readonly gonePaths: readonly string[]
}

/** By NodeId with namespace URI: a server that renumbers its namespaces has not changed, nor one with other sessions. */
export async function diffOf(before: IndexTable, after: IndexTable, signal: AbortSignal): Promise<IndexDiff> {
  const added = await missingIn(before, after, signal)
  const gone = await missingIn(after, before, signal)
  return { added: added.count, gone: gone.count, addedPaths: added.paths, gonePaths: gone.paths }
}

async function missingIn(
  reference: IndexTable,
  table: IndexTable,
  signal: AbortSignal,
): Promise<{ count: number; paths: string[] }> {
  const namespaces = table.namespaces.map((uri, index) => (index === 0 ? 0 : reference.namespaces.indexOf(uri)))
  const paths: string[] = []
  let count = 0
  const diagnostics = table.find(0, 'i', diagnosticsNode)
  const passing = new Uint8Array(table.count)
  for (let row = 0; row < table.count; row++) {
    const parent = table.parent(row)
    if (parent >= 0 && (parent === diagnostics || passing[parent])) {
      passing[row] = 1
      continue
    }
    const { namespace, kind, identifier } = table.identifier(row)
    const there = namespaces[namespace]!
    if (there < 0 || reference.find(there, kind, identifier) < 0) {
      count++
      if (paths.length < namedLimit) paths.push(table.path(row))
    }
    if (row % rowsPerTurn === rowsPerTurn - 1) {
      await nextTurn()
      signal.throwIfAborted()
    }
  }
  return { count, paths }
}
