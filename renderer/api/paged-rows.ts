import type { ErrorReport, Result } from '../../shared/errors.ts'
import { type Attention, Readers } from './readers.ts'

/** Rows per request: about four screens, 1 ms of structured clone. */
export const rowsPerPage = 200
/** Pages kept beside the visible ones: scrolling back shows the last known rows at once; memory stays bounded. */
const pagesKept = 20

export interface PageAnswer<Row> {
  readonly total: number
  readonly rows: readonly Row[]
}

/**
 * A long list of which only the visible part is fetched and refreshed. Guarantees: at most `pagesKept` pages in memory,
 * one request per page under way, answers to a question that was changed meanwhile are thrown away.
 */
export class PagedRows<Row> {
  readonly #fetch: (offset: number, limit: number) => Promise<Result<PageAnswer<Row>>>
  readonly #everyMs: number
  readonly #attention: Attention
  readonly #pages = new Map<number, readonly Row[]>()
  readonly #loading = new Set<number>()
  readonly #readers: Readers
  readonly subscribe: Readers['subscribe']
  #range: readonly [first: number, last: number] = [0, 0]
  #version = 0
  #generation = 0
  #total: number | undefined
  #error: ErrorReport | undefined
  #timer: ReturnType<typeof setTimeout> | undefined

  /** `everyMs` 0 = visible pages are fetched again only on `refresh()`. */
  constructor(
    fetch: (offset: number, limit: number) => Promise<Result<PageAnswer<Row>>>,
    everyMs: number,
    attention: Attention,
  ) {
    this.#fetch = fetch
    this.#everyMs = everyMs
    this.#attention = attention
    this.#readers = new Readers(
      attention,
      () => this.refresh(),
      () => clearTimeout(this.#timer),
    )
    this.subscribe = this.#readers.subscribe
  }

  /** undefined until the first answer. */
  get total(): number | undefined {
    return this.#total
  }

  get error(): ErrorReport | undefined {
    return this.#error
  }

  row(index: number): Row | undefined {
    return this.#pages.get(Math.floor(index / rowsPerPage))?.[index % rowsPerPage]
  }

  /** Changes whenever something a reader can see has changed. */
  readonly version = (): number => this.#version

  /** The rows that are on screen: kept pages show at once and are fetched anew like missing ones. */
  show(first: number, last: number): void {
    const before = this.#range
    this.#range = [Math.floor(first / rowsPerPage), Math.floor(Math.max(first, last) / rowsPerPage)]
    if (before[0] === this.#range[0] && before[1] === this.#range[1]) return
    for (const page of this.#visiblePages()) this.#load(page)
  }

  refresh(): void {
    if (this.#readers.isEmpty || !this.#attention.awake()) return
    clearTimeout(this.#timer)
    for (const page of this.#visiblePages()) this.#load(page)
    if (this.#everyMs > 0) this.#timer = setTimeout(() => this.refresh(), this.#everyMs)
  }

  /** Row positions have moved (new filter, new lines): kept pages are worthless, the visible ones stay until replaced. */
  reset(): void {
    this.#generation += 1
    this.#loading.clear()
    const visible = new Set(this.#visiblePages())
    for (const page of [...this.#pages.keys()]) if (!visible.has(page)) this.#pages.delete(page)
    this.refresh()
  }

  #visiblePages(): number[] {
    const [first, last] = this.#range
    return Array.from({ length: last - first + 1 }, (_, i) => first + i)
  }

  #load(page: number): void {
    if (this.#loading.has(page) || this.#readers.isEmpty) return
    this.#loading.add(page)
    const generation = this.#generation
    void this.#fetch(page * rowsPerPage, rowsPerPage).then((result) => {
      if (generation !== this.#generation) return
      this.#loading.delete(page)
      this.#accept(page, result)
    })
  }

  #accept(page: number, result: Result<PageAnswer<Row>>): void {
    if (result.ok) {
      this.#error = undefined
      this.#total = result.value.total
      this.#pages.delete(page)
      this.#pages.set(page, result.value.rows)
      this.#forgetOldPages()
    } else {
      this.#error = result.error
    }
    this.#version += 1
    this.#readers.tell()
  }

  #forgetOldPages(): void {
    const visible = new Set(this.#visiblePages())
    for (const page of this.#pages.keys()) {
      if (this.#pages.size <= pagesKept) return
      if (!visible.has(page)) this.#pages.delete(page)
    }
  }
}
