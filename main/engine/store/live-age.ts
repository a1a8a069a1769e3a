/** Ages of the live lane that are remembered: an hour and more, then coarser. */
const marksLimit = 4096

/** When which seq was the last, noted once per housekeeping: the age of what waits in the live lane. */
export class LiveAge {
  readonly #marks: { seq: number; at: number }[] = []

  /** `firstSeq`: of what waits in the live lane. */
  note(at: number, tailSeq: number, firstSeq: number | undefined): void {
    const first = firstSeq ?? Number.POSITIVE_INFINITY
    while (this.#marks.length > 1 && (this.#marks[1]?.seq ?? first) < first) this.#marks.shift()
    this.#marks.push({ seq: tailSeq, at })
    if (this.#marks.length > marksLimit) this.#marks.splice(1, 1)
  }

  /** undefined when nothing was noted since `clear`. */
  get since(): number | undefined {
    return this.#marks[0]?.at
  }

  clear(): void {
    this.#marks.length = 0
  }
}
