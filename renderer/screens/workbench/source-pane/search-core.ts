import { matchesGlob, matchesLevels } from './search-pattern.ts'
import { classOf } from './tree-model.ts'

// Search over the paths of a tree: a plain scan of lower-cased text, which beats every index up to a few hundred thousand
// paths and can be asked while paths still come in. Pure; the worker beside it keeps it off the screen's thread.

/** Names of rows from `first` on; a parent always stands before its children. */
export interface SearchRows {
  readonly first: number
  readonly parents: Int32Array
  readonly names: readonly string[]
  readonly classes: Uint8Array
  readonly types: Uint16Array
  /** 1: the standard part of a server begins here; what is in it comes behind everything else. */
  readonly folded: Uint8Array
}

export type ClassFilter = 'all' | 'variables' | 'objects' | 'methods'
export type MappedFilter = 'all' | 'mapped' | 'unmapped'

export interface SearchQuery {
  readonly text: string
  readonly nodeClass: ClassFilter
  /** -1 = any. */
  readonly type: number
  readonly mapped: MappedFilter
  readonly limit: number
}

export interface SearchAnswer {
  /** Best first. */
  readonly rows: Int32Array
  readonly total: number
}

/** Paths joined into one text: a search in it is one call instead of thousands. */
interface Chunk {
  readonly first: number
  readonly text: string
  /** Where each path begins; one more at the end. */
  readonly starts: Int32Array
  /** Where the name begins in each path. */
  readonly nameStarts: Int32Array
}

const separator = '\n'
/** Ranks: the name is it, begins with it, a word of it begins with it, it is in the name, it is in the path. */
const ownRanks = 5
const ranks = ownRanks * 2
const queryLimit = 512

export class SearchTable {
  readonly #chunks: Chunk[] = []
  #parents = new Int32Array(4096)
  #classes = new Uint8Array(4096)
  #types = new Uint16Array(4096)
  #mapped = new Uint8Array(4096)
  #standard = new Uint8Array(4096)
  readonly #paths: string[] = []
  readonly #names: string[] = []
  #count = 0

  get count(): number {
    return this.#count
  }

  add({ first, parents, names, classes, types, folded }: SearchRows): void {
    this.#reserve(first + names.length)
    this.#parents.set(parents, first)
    this.#classes.set(classes, first)
    this.#types.set(types, first)
    const starts = new Int32Array(names.length + 1)
    const nameStarts = new Int32Array(names.length)
    const parts: string[] = []
    let at = 0
    names.forEach((name, i) => {
      const parent = parents[i]!
      const above = parent < 0 ? '' : this.#paths[parent]!
      const lower = name.toLowerCase().replaceAll(separator, ' ')
      const path = `${above}/${lower}`
      this.#paths[first + i] = path
      this.#names[first + i] = lower
      this.#standard[first + i] = folded[i]! | (parent < 0 ? 0 : this.#standard[parent]!)
      parts.push(path)
      starts[i] = at
      nameStarts[i] = at + above.length + 1
      at += path.length + 1
    })
    starts[names.length] = at
    this.#chunks.push({ first, text: parts.join(separator) + separator, starts, nameStarts })
    this.#count = first + names.length
  }

  setMapped(rows: Int32Array): void {
    this.#mapped.fill(0)
    for (const row of rows) this.#mapped[row] = 1
  }

  search(query: SearchQuery): SearchAnswer {
    const text = query.text.trim().toLowerCase().slice(0, queryLimit)
    const found = new Found(query.limit)
    const isFiltered = query.nodeClass !== 'all' || query.type >= 0 || query.mapped !== 'all'
    const admit = (row: number): boolean => !isFiltered || this.#admits(row, query)
    if (/[*?]/.test(text)) this.#byPattern(text, admit, found)
    else {
      const terms = text.split(/\s+/).filter((term) => term !== '')
      if (terms.length === 0) this.#everything(admit, found)
      else this.#byTerms(terms, admit, found)
    }
    return found.answer()
  }

  #admits(row: number, { nodeClass, type, mapped }: SearchQuery): boolean {
    if (type >= 0 && this.#types[row] !== type) return false
    if (mapped !== 'all' && (this.#mapped[row] === 1) !== (mapped === 'mapped')) return false
    const own = this.#classes[row]!
    if (nodeClass === 'variables') return own === classOf.variable || own === classOf.topic || own === classOf.field
    if (nodeClass === 'objects') return own === classOf.object || own === classOf.level
    return nodeClass === 'all' || own === classOf.method
  }

  #everything(admit: (row: number) => boolean, found: Found): void {
    for (let row = 0; row < this.#count; row += 1) if (admit(row)) found.add(row, this.#rank(row, 0))
  }

  /** Every term must be in the path; the longest one, being the rarest, leads. */
  #byTerms(terms: readonly string[], admit: (row: number) => boolean, found: Found): void {
    const [lead = '', ...others] = [...terms].sort((a, b) => b.length - a.length)
    // A name is compared with the last level of what was typed.
    const names = terms.map((term) => term.split('/').at(-1) ?? '')
    for (const { text, starts, first } of this.#chunks) {
      const last = starts.length - 2
      let i = 0
      for (let at = text.indexOf(lead); at >= 0 && i <= last; ) {
        i = lineOf(starts, at, i)
        const row = first + i
        const path = this.#paths[row]!
        if (admit(row) && others.every((term) => path.includes(term)))
          found.add(row, this.#rank(row, bestRank(this.#names[row]!, names)))
        i += 1
        at = text.indexOf(lead, starts[i])
      }
    }
  }

  /** `M??`, `Line1/Sp*`, or `**` for any number of levels: from Root with a leading slash, else at any level. */
  #byPattern(pattern: string, admit: (row: number) => boolean, found: Found): void {
    const levels = pattern.split('/').filter((level) => level !== '')
    if (!pattern.startsWith('/')) levels.unshift('**')
    // The last level decides most rows without a look at the rest.
    const name = levels.at(-1) ?? '**'
    for (const { text, starts, nameStarts, first } of this.#chunks) {
      for (let i = 0; i < nameStarts.length; i += 1) {
        if (!admit(first + i)) continue
        if (name !== '**' && !matchesGlob(name, text, nameStarts[i]!, starts[i + 1]! - 1)) continue
        const own = text.slice(starts[i]! + 1, starts[i + 1]! - 1).split('/')
        if (matchesLevels(levels, own)) found.add(first + i, this.#rank(first + i, 0))
      }
    }
  }

  #rank(row: number, rank: number): number {
    return rank + (this.#standard[row] === 1 ? ownRanks : 0)
  }

  #reserve(count: number): void {
    if (count <= this.#parents.length) return
    const capacity = Math.max(count, this.#parents.length * 2)
    this.#parents = copied(this.#parents, new Int32Array(capacity))
    this.#classes = copied(this.#classes, new Uint8Array(capacity))
    this.#types = copied(this.#types, new Uint16Array(capacity))
    this.#standard = copied(this.#standard, new Uint8Array(capacity))
    this.#mapped = copied(this.#mapped, new Uint8Array(capacity))
  }
}

/** The first `limit` of each rank are kept, so that a better one found late is not lost. */
class Found {
  readonly #limit: number
  readonly #byRank: number[][] = Array.from({ length: ranks }, () => [])
  #total = 0

  constructor(limit: number) {
    this.#limit = limit
  }

  add(row: number, rank: number): void {
    this.#total += 1
    const rows = this.#byRank[rank]!
    if (rows.length < this.#limit) rows.push(row)
  }

  answer(): SearchAnswer {
    return { rows: Int32Array.from(this.#byRank.flat().slice(0, this.#limit)), total: this.#total }
  }
}

function bestRank(name: string, terms: readonly string[]): number {
  let best = ownRanks - 1
  for (const term of terms) best = Math.min(best, rankOf(name, term))
  return best
}

function rankOf(name: string, term: string): number {
  const at = name.indexOf(term)
  if (at < 0) return ownRanks - 1
  if (at === 0) return term.length === name.length ? 0 : 1
  for (let hit = at; hit > 0; hit = name.indexOf(term, hit + 1)) if (isBreak(name.charCodeAt(hit - 1))) return 2
  return 3
}

/** Between words: in ASCII what is no letter or digit; beyond it everything belongs to a word. */
function isBreak(code: number): boolean {
  return code < 128 && !((code >= 97 && code <= 122) || (code >= 48 && code <= 57))
}

/** The line a position is in, at or after `from`. */
function lineOf(starts: Int32Array, at: number, from: number): number {
  // Mostly it is the next one.
  if (at < starts[from + 1]!) return from
  let low = from + 1
  let high = starts.length - 2
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (starts[middle]! <= at) low = middle
    else high = middle - 1
  }
  return low
}

function copied<T extends { set(source: T): void }>(from: T, to: T): T {
  to.set(from)
  return to
}
