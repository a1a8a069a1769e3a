import type { GatewayError } from '../../kit/gateway-error.ts'
import type { IndexDiff } from './index-diff.ts'
import type { StoredIndex } from './index-file.ts'
import type { IndexTable } from './index-table.ts'
import type { IndexWalk } from './index-walk.ts'
import type { OpcuaServer } from './opcua-server.ts'

// One server in the book of indexes: what is shown of it, what is being walked, and how complete that is.

export type IndexState = 'none' | 'walking' | 'complete' | 'limited' | 'cancelled' | 'failed'

/** What can be shown of a server now. */
interface IndexView {
  readonly table: IndexTable
  /** Changes when rows of before mean something else now. */
  readonly generation: number
}

export interface IndexProgress {
  readonly state: IndexState
  readonly view: IndexView | undefined
  /** Of the index that is shown; 0 while it is the one being walked. */
  readonly takenAt: number
  readonly isComplete: boolean
  readonly refused: number
  readonly cut: number
  /** The walk of now. */
  readonly walk: { readonly nodes: number; readonly about: number; readonly requests: number } | undefined
  /** Nodes the server has or may have. */
  readonly about: number
  readonly failure: GatewayError | undefined
  readonly diff: IndexDiff | undefined
}

interface Shown extends StoredIndex {
  readonly generation: number
}

interface Walking {
  readonly table: IndexTable
  readonly walk: IndexWalk
  readonly abort: AbortController
  readonly generation: number
  readonly done: Promise<void>
}

export interface IndexEntry {
  readonly server: OpcuaServer
  readonly loaded: Promise<void>
  shown: Shown | undefined
  walking: Walking | undefined
  state: IndexState
  about: number
  failure: GatewayError | undefined
  diff: IndexDiff | undefined
}

export function progressOf({ shown, walking, state, about, failure, diff }: IndexEntry): IndexProgress {
  const counts = walking?.walk.counts
  // Until there is a whole one, the one being walked is shown as it grows.
  const view = shown ?? walking
  return {
    state,
    view: view && { table: view.table, generation: view.generation },
    takenAt: shown?.takenAt ?? 0,
    isComplete: shown?.complete ?? false,
    refused: shown?.refused ?? counts?.refused ?? 0,
    cut: shown?.cut ?? counts?.cut ?? 0,
    walk: counts && walking && { nodes: walking.table.count, about: counts.about, requests: counts.requests },
    about: Math.max(shown?.complete ? about : 0, counts?.about ?? 0, about, view?.table.count ?? 0),
    failure,
    diff,
  }
}

/** Users see different nodes, so each has an index of its own; passwords are no part of it. */
export function indexKeyOf({ endpointUrl, identity }: OpcuaServer): string {
  return JSON.stringify([endpointUrl, identity.type, 'username' in identity ? identity.username : ''])
}
