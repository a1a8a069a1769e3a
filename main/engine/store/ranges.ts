import type { SeqRange } from './protocol.ts'

/** Sets of seqs as ranges, ascending, apart from one another. */
export class SeqRanges {
  #list: { from: number; to: number }[] = []
  #size = 0

  /** How many seqs are in it. */
  get size(): number {
    return this.#size
  }

  get first(): { readonly from: number; readonly to: number } | undefined {
    return this.#list[0]
  }

  /** Usually at the end. */
  add([from, to]: SeqRange): void {
    const last = this.#list.at(-1)
    if (!last || from > last.to) {
      if (last && last.to === from - 1) last.to = to
      else this.#list.push({ from, to })
      this.#size += to - from + 1
      return
    }
    this.remove(from, to)
    const index = this.#list.findIndex((range) => range.from > to)
    this.#list.splice(index === -1 ? this.#list.length : index, 0, { from, to })
    this.#size += to - from + 1
  }

  remove(from: number, to: number): void {
    const first = this.#list[0]
    // The usual case: the next chunk.
    if (first && from <= first.from && to < first.to) {
      if (to < first.from) return
      this.#size -= to - first.from + 1
      first.from = to + 1
      return
    }
    this.#list = this.#list.flatMap((range) => {
      if (range.to < from || range.from > to) return [range]
      const left = range.from < from ? [{ from: range.from, to: from - 1 }] : []
      const right = range.to > to ? [{ from: to + 1, to: range.to }] : []
      return [...left, ...right]
    })
    this.#size = this.#list.reduce((sum, range) => sum + range.to - range.from + 1, 0)
  }

  /** Empties it into another one. */
  moveTo(other: SeqRanges): void {
    for (const { from, to } of this.#list) other.add([from, to])
    this.#list = []
    this.#size = 0
  }
}
