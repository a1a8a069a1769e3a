import type { ErrorCode } from '../../../shared/errors.ts'
import type { TagIndex } from '../../../shared/sample.ts'
import type { Refusal } from '../pipeline/stages.ts'

/** Every refusal is counted; its text and evidence are made anew only this often: bad input at 100,000/s stays cheap. */
const freshMs = 1000
/** Different refusals remembered per tag. */
const memoLimit = 200
/** Characters of a payload that are shown as evidence. */
const evidenceLimit = 200

export type RefusalText = Pick<Refusal, 'message' | 'hint' | 'evidence'>

/** The refusals of one tag: same code and subject within a second share one text. */
export class Refusals {
  readonly #tag: TagIndex
  readonly #refuse: (refusal: Refusal) => void
  readonly #memo = new Map<string, { readonly refusal: Refusal; readonly madeAt: number }>()

  constructor(tag: TagIndex, refuse: (refusal: Refusal) => void) {
    this.#tag = tag
    this.#refuse = refuse
  }

  add(code: ErrorCode, subject: string, receivedAt: number, text: () => RefusalText): void {
    const id = `${code} ${subject}`
    const known = this.#memo.get(id)
    if (known && Math.abs(receivedAt - known.madeAt) < freshMs) {
      this.#refuse(known.refusal)
      return
    }
    if (this.#memo.size >= memoLimit) this.#memo.clear()
    const refusal: Refusal = { code, tag: this.#tag, part: subject, ...text() }
    this.#memo.set(id, { refusal, madeAt: receivedAt })
    this.#refuse(refusal)
  }
}

/** The beginning of a value, for the operator's eyes. */
export function excerpt(value: unknown): string {
  let text: string
  if (typeof value === 'string') text = value
  else if (typeof value === 'bigint') text = String(value)
  else text = JSON.stringify(value, (_, v: unknown) => (typeof v === 'bigint' ? String(v) : v)) ?? 'nothing'
  return text.length > evidenceLimit ? `${text.slice(0, evidenceLimit)}…` : text
}
