import type { RequestOutput } from '../../../../shared/api/contract.ts'
import type { IndexStatus } from '../../../../shared/api/opcua-requests.ts'
import { asIs, inWords, type Said, said, saidOfError } from '../../../../shared/said/said.ts'
import type { Clock } from '../../kit/clock.ts'
import type { IndexBook } from './index-book.ts'
import type { IndexProgress } from './index-entry.ts'
import { pathRows, pathText } from './index-paths.ts'
import { findRows, matchesPath, parseQuery, type Query } from './index-query.ts'
import type { IndexTable } from './index-table.ts'
import type { OpcuaServer } from './opcua-server.ts'

// The indexes as the UI asks for them: status in a sentence, pages of columns, search.

/** Matches counted; a longer list is for narrowing, not for reading. */
const matchesLimit = 100_000
/** Paths of one node in the list of matches; all of them are shown with the node itself. */
const pathsShown = 5

interface Page {
  readonly offset: number
  readonly limit: number
}

type FoundNode = RequestOutput<'opcua.search'>['rows'][number]

/** The rows of the last search of each view: its next pages need no second pass. */
interface Found {
  readonly table: IndexTable
  readonly count: number
  readonly text: string
  readonly rows: Int32Array
}

export class IndexViews {
  readonly #book: IndexBook
  readonly #clock: Clock
  #found: Found | undefined

  constructor(book: IndexBook, clock: Clock) {
    this.#book = book
    this.#clock = clock
  }

  async status(server: OpcuaServer, action: 'start' | 'refresh' | 'cancel' | 'status'): Promise<IndexStatus> {
    switch (action) {
      case 'start':
        return this.#statusOf(await this.#book.start(server, false))
      case 'refresh':
        return this.#statusOf(await this.#book.start(server, true))
      case 'cancel':
        return this.#statusOf(await this.#book.cancel(server))
      case 'status':
        return this.#statusOf(await this.#book.progress(server))
    }
  }

  async page(server: OpcuaServer, { offset, limit }: Page): Promise<RequestOutput<'opcua.indexPage'>> {
    const progress = await this.#book.progress(server)
    const table = progress.view?.table
    const total = table?.count ?? 0
    const rows = Array.from({ length: Math.max(0, Math.min(limit, total - offset)) }, (_, i) => offset + i)
    return {
      status: this.#statusOf(progress),
      total,
      parents: rows.map((row) => table!.parent(row)),
      names: rows.map((row) => table!.displayName(row)),
      browseNames: rows.flatMap((row): [number, string][] => {
        const browseName = table!.browseName(row)
        return browseName === table!.displayName(row) ? [] : [[row, browseName]]
      }),
      classes: rows.map((row) => table!.nodeClass(row)),
      types: rows.map((row) => table!.type(row)),
      nodeIds: rows.map((row) => table!.nodeId(row)),
      typeNames: [...(table?.typeNames ?? [''])],
    }
  }

  async search(
    server: OpcuaServer,
    text: string,
    { offset, limit }: Page,
    signal: AbortSignal,
    /** For a NodeId the index does not have. */
    askServer: (nodeId: string) => Promise<FoundNode | undefined>,
  ): Promise<RequestOutput<'opcua.search'>> {
    const progress = await this.#book.progress(server)
    const table = progress.view?.table
    const rows = table ? await this.#find(table, text, signal) : new Int32Array()
    const direct = rows.length === 0 && parseQuery(text)?.kind === 'node' ? await askServer(text.trim()) : undefined
    if (direct) return { status: this.#statusOf(progress), total: 1, isCut: false, rows: [direct] }
    const query = parseQuery(text)
    return {
      status: this.#statusOf(progress),
      total: rows.length,
      isCut: rows.length >= matchesLimit,
      rows: table && query ? Array.from(rows.subarray(offset, offset + limit), (row) => found(table, query, row)) : [],
    }
  }

  async #find(table: IndexTable, text: string, signal: AbortSignal): Promise<Int32Array> {
    const last = this.#found
    if (last?.table === table && last.count === table.count && last.text === text) return last.rows
    const query = parseQuery(text)
    const count = table.count
    const rows = query ? await findRows(table, query, matchesLimit, signal) : new Int32Array()
    this.#found = { table, count, text, rows }
    return rows
  }

  #statusOf(progress: IndexProgress): IndexStatus {
    const { state, view, takenAt, isComplete, walk, about, failure, diff } = progress
    return {
      state,
      ...inWords({
        detail: sentence(progress, this.#clock.now()),
        hint: failure ? saidOfError(failure).hint : asIs(''),
      }),
      nodes: view?.table.count ?? 0,
      about,
      isComplete,
      isReading: walk !== undefined,
      takenAt,
      generation: view?.generation ?? 0,
      ...(diff ? { diff: { ...diff, addedPaths: [...diff.addedPaths], gonePaths: [...diff.gonePaths] } } : {}),
    }
  }
}

/** With the path that was asked for first, where the node has several. */
function found(table: IndexTable, query: Query, row: number): FoundNode {
  const ways = pathRows(table, row, pathsShown)
  const paths = ways.length > 0 ? ways : [table.firstPath(row)]
  const asked = paths.findIndex((path) => matchesPath(table, query, path))
  if (asked > 0) paths.unshift(...paths.splice(asked, 1))
  const [path = '', ...otherPaths] = paths.map((rows) => pathText(table, rows))
  return {
    row,
    nodeId: table.nodeId(row),
    name: table.displayName(row),
    path,
    otherPaths,
    nodeClass: table.nodeClass(row),
    typeName: table.typeNames[table.type(row)] ?? '',
  }
}

/** Says how complete what is shown is, whatever happens. */
function sentence(progress: IndexProgress, now: number): Said {
  const { state, view, isComplete, takenAt, walk, about, failure, diff, refused, cut } = progress
  return said('index.state', {
    state,
    nodes: view?.table.count ?? 0,
    about,
    isComplete,
    refused,
    cut,
    ageMs: takenAt > 0 ? now - takenAt : undefined,
    again: walk?.nodes,
    added: walk ? undefined : diff?.added,
    gone: walk ? undefined : diff?.gone,
    failure: failure ? saidOfError(failure).detail : said('index.failed'),
  })
}
