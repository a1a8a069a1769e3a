import { flag, type TreeModel } from './tree-model.ts'

// The rows of a tree that are not inside a closed branch, flat. Opening or closing one branch moves the rest of the list in
// one copy instead of building it anew.

/** What a branch has to say about itself takes a row of its own. */
const notes = ['loading', 'empty', 'error', 'truncated'] as const
type Note = (typeof notes)[number]

export interface NoteEntry {
  readonly row: number
  readonly note: Note
}

/** Entries below zero are notes: `~(row * 4 + note)`. */
export function noteOf(entry: number): NoteEntry | undefined {
  if (entry >= 0) return undefined
  return { row: ~entry >> 2, note: notes[~entry & 3]! }
}

/** The row an entry is about. */
export function ownerOf(entry: number): number {
  return entry >= 0 ? entry : ~entry >> 2
}

const entryOf = (row: number, note: Note): number => ~(row * 4 + notes.indexOf(note))

export class VisibleRows {
  readonly #model: TreeModel
  #entries = new Int32Array(1024)
  #count = 0

  constructor(model: TreeModel) {
    this.#model = model
    this.rebuild()
  }

  get count(): number {
    return this.#count
  }

  at(index: number): number | undefined {
    return index >= 0 && index < this.#count ? this.#entries[index] : undefined
  }

  /** -1 when the row is inside a closed branch. */
  indexOf(row: number): number {
    const at = this.#entries.indexOf(row)
    return at < this.#count ? at : -1
  }

  /** Rows between two places: variables, and branches that are closed (an open one shows what is in it). */
  between(a: number, b: number): number[] {
    const rows: number[] = []
    for (let index = Math.min(a, b); index <= Math.max(a, b); index += 1) {
      const entry = this.at(index)
      if (entry === undefined || entry < 0) continue
      if (this.#model.isCountable(entry) || !this.#model.has(entry, flag.open)) rows.push(entry)
    }
    return rows
  }

  /** The next entry after `from` whose name begins so, round the end; -1 if none. */
  findByPrefix(prefix: string, from: number): number {
    const wanted = prefix.toLowerCase()
    for (let step = 1; step <= this.#count; step += 1) {
      const index = (from + step) % this.#count
      const entry = this.#entries[index]!
      if (entry >= 0 && this.#model.name(entry).toLowerCase().startsWith(wanted)) return index
    }
    return -1
  }

  rebuild(): void {
    this.#count = 0
    this.#append(this.#model.firstRoot)
  }

  /** After the branch of a row was opened, closed, or got other rows. */
  refreshBranch(row: number): void {
    const index = this.indexOf(row)
    if (index < 0) return
    const end = this.#endOf(index)
    const tail = this.#entries.slice(end, this.#count)
    this.#count = index + 1
    if (this.#model.has(row, flag.open)) this.#appendBranch(row)
    this.#reserve(this.#count + tail.length)
    this.#entries.set(tail, this.#count)
    this.#count += tail.length
  }

  /** The first entry behind everything below the one at `index`. */
  #endOf(index: number): number {
    const model = this.#model
    const { depths } = model.columns
    const depth = depths[ownerOf(this.#entries[index]!)]!
    let end = index + 1
    for (; end < this.#count; end += 1) {
      const entry = this.#entries[end]!
      if ((entry >= 0 ? depths[entry]! : depths[~entry >> 2]! + 1) <= depth) break
    }
    return end
  }

  /** A chain of siblings with everything open below them; without recursion, since depth is the server's choice. */
  #append(first: number): void {
    const { flags, nextSiblings, firstChildren } = this.#model.columns
    const after: number[] = []
    let row = first
    while (row >= 0 || after.length > 0) {
      if (row < 0) {
        const done = after.pop()!
        this.#pushNotesAfter(done)
        row = nextSiblings[done]!
        continue
      }
      this.#push(row)
      if (flags[row]! & flag.open) {
        this.#pushNotesBefore(row)
        after.push(row)
        row = firstChildren[row]!
      } else row = nextSiblings[row]!
    }
  }

  #appendBranch(row: number): void {
    this.#pushNotesBefore(row)
    this.#append(this.#model.firstChild(row))
    this.#pushNotesAfter(row)
  }

  #pushNotesBefore(row: number): void {
    const model = this.#model
    if (model.has(row, flag.failed)) this.#push(entryOf(row, 'error'))
    else if (model.has(row, flag.loading) && model.firstChild(row) < 0) this.#push(entryOf(row, 'loading'))
    else if (model.firstChild(row) < 0) this.#push(entryOf(row, 'empty'))
  }

  #pushNotesAfter(row: number): void {
    if (this.#model.has(row, flag.truncated)) this.#push(entryOf(row, 'truncated'))
  }

  #push(entry: number): void {
    this.#reserve(this.#count + 1)
    this.#entries[this.#count++] = entry
  }

  #reserve(capacity: number): void {
    if (capacity <= this.#entries.length) return
    const fresh = new Int32Array(Math.max(capacity, this.#entries.length * 2))
    fresh.set(this.#entries.subarray(0, this.#count))
    this.#entries = fresh
  }
}
