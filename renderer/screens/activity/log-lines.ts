import type { Result } from '../../../shared/errors.ts'
import type { LogEntry } from '../../../shared/status.ts'
import type { PageAnswer } from '../../api/paged-rows.ts'

/** Asks the log for `limit` lines from `offset`, counted from the newest. */
export type AskLog = (
  offset: number,
  limit: number,
) => Promise<Result<{ readonly total: number; readonly entries: readonly LogEntry[] }>>

/**
 * Log lines for a list that can stand still: the engine counts from the newest line, so while paused every new line moves
 * the offsets. The pause remembers how many lines there were and asks that much further down.
 */
export class LogLines {
  readonly #ask: AskLog
  #pausedAt: number | undefined
  #latest = 0

  constructor(ask: AskLog) {
    this.#ask = ask
  }

  /** Lines that came since the pause. */
  get missed(): number {
    return this.#pausedAt === undefined ? 0 : Math.max(0, this.#latest - this.#pausedAt)
  }

  pause(): void {
    this.#pausedAt = this.#latest
  }

  resume(): void {
    this.#pausedAt = undefined
  }

  readonly fetch = async (offset: number, limit: number): Promise<Result<PageAnswer<LogEntry>>> => {
    const asked = this.missed
    let result = await this.#ask(offset + asked, limit)
    if (result.ok) {
      this.#latest = result.value.total
      // Lines that came while the question travelled: ask once more for the right place.
      if (this.#pausedAt !== undefined && this.missed !== asked) result = await this.#ask(offset + this.missed, limit)
    }
    if (!result.ok) return result
    return { ok: true, value: { total: this.#pausedAt ?? result.value.total, rows: result.value.entries } }
  }
}
