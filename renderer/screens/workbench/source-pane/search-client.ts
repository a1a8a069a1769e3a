import type { SearchQuery } from './search-core.ts'
import type { FromSearch, ToSearch } from './search-worker.ts'
import type { SourceTree } from './source-tree.ts'
import { flag, type TreeModel } from './tree-model.ts'

/** Rows copied to the worker in one turn: about 2 ms. */
const rowsPerTurn = 4000
/** While rows still come in, an open question is asked again this often. */
const againMs = 400

export interface SearchResult {
  readonly query: SearchQuery
  readonly rows: Int32Array
  readonly total: number
  readonly searched: number
}

/**
 * Keeps a worker's copy of a tree's names up to date and asks it. Guarantees: answers to an older question are thrown away;
 * the worker lives from `start` to `stop`, and starts with nothing.
 */
export class SearchClient {
  readonly #tree: SourceTree
  readonly #listeners = new Set<() => void>()
  #worker: Worker | undefined
  #model: TreeModel | undefined
  #sent = 0
  #asked = 0
  #query: SearchQuery | undefined
  #mapped: Int32Array = new Int32Array()
  #result: SearchResult | undefined
  #undoTree: () => void = () => {}
  #timer: ReturnType<typeof setTimeout> | undefined
  #again: ReturnType<typeof setTimeout> | undefined

  constructor(tree: SourceTree) {
    this.#tree = tree
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  readonly result = (): SearchResult | undefined => this.#result

  start(): void {
    this.#worker = new Worker(new URL('./search-worker.ts', import.meta.url), { type: 'module' })
    this.#worker.addEventListener('message', ({ data }: MessageEvent<FromSearch>) => this.#answered(data))
    this.#undoTree = this.#tree.subscribe(() => this.#pump())
    this.#pump()
  }

  stop(): void {
    this.#undoTree()
    clearTimeout(this.#timer)
    clearTimeout(this.#again)
    this.#timer = undefined
    this.#again = undefined
    this.#worker?.terminate()
    this.#worker = undefined
    this.#model = undefined
    this.#sent = 0
  }

  /** undefined: nobody searches any more. */
  ask(query: SearchQuery | undefined): void {
    this.#query = query
    if (query) this.#post({ kind: 'search', id: ++this.#asked, query })
    else if (this.#result) {
      this.#asked += 1
      this.#result = undefined
      this.#tell()
    }
  }

  setMapped(rows: Int32Array): void {
    this.#mapped = rows
    this.#post({ kind: 'mapped', rows })
    this.#askAgain()
  }

  #pump(): void {
    const { model } = this.#tree
    if (model !== this.#model) {
      this.#model = model
      this.#sent = 0
      this.#post({ kind: 'reset' })
    }
    if (this.#timer !== undefined || this.#sent >= model.count) return
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      this.#send()
      this.#pump()
    })
  }

  #send(): void {
    const model = this.#model
    if (!model || !this.#worker) return
    const first = this.#sent
    const end = Math.min(model.count, first + rowsPerTurn)
    const { parents, classes, types, flags } = model.columns
    const names = Array.from({ length: end - first }, (_, i) => model.name(first + i))
    this.#sent = end
    this.#post({
      kind: 'rows',
      rows: {
        first,
        names,
        parents: parents.slice(first, end),
        classes: classes.slice(first, end),
        types: types.slice(first, end),
        folded: Uint8Array.from(flags.subarray(first, end), (bits) => (bits & flag.folded ? 1 : 0)),
      },
    })
    if (end === model.count && this.#mapped.length > 0) this.#post({ kind: 'mapped', rows: this.#mapped })
    this.#askAgain()
  }

  #askAgain(): void {
    if (!this.#query || this.#again !== undefined) return
    this.#again = setTimeout(() => {
      this.#again = undefined
      this.ask(this.#query)
    }, againMs)
  }

  #answered({ id, rows, total, searched }: FromSearch): void {
    if (id !== this.#asked || !this.#query) return
    this.#result = { query: this.#query, rows, total, searched }
    this.#tell()
  }

  #post(message: ToSearch): void {
    this.#worker?.postMessage(message)
  }

  #tell(): void {
    for (const listener of this.#listeners) listener()
  }
}
