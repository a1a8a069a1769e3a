import type { Progress } from './thread-protocol.ts'

// Judges the heartbeats of the engine's thread: silence, work without progress, memory, and how long safe mode lasts. Pure but
// for what it remembers; times are monotonic ms. EngineHost carries out the verdicts.

export interface WatchLimits {
  /** Silence after which the thread counts as hung. A long GC or fsync must fit. */
  readonly hungMs: number
  /** Work, a link and permission to send, and not one answer for so long: something inside is stuck. */
  readonly stalledMs: number
  /** Of the thread's own heap; V8 ends the thread at the hard limit of `heapLimitMb`. */
  readonly heapBytes: number
  /** Of the whole process: buffers and SQLite's pages are in no heap. */
  readonly rssBytes: number
  /** A restart that did not help is not repeated sooner; doubles each time. */
  readonly memoryAgainMs: number
  /** Healthy for so long, the engine leaves safe mode; doubles each time that was too early. */
  readonly safeModeMs: number
}

/** Hard limit of the thread's heap: a leak ends the thread, not the process. */
export const heapLimitMb = 1536
const mebibyte = 2 ** 20

export const defaultWatchLimits: WatchLimits = {
  hungMs: 15_000,
  stalledMs: 60_000,
  heapBytes: 0.85 * heapLimitMb * mebibyte,
  rssBytes: 2048 * mebibyte,
  memoryAgainMs: 600_000,
  safeModeMs: 600_000,
}

const crashWindowMs = 600_000
const crashesToSafeMode = 3
/** One heartbeat over a ceiling may be garbage that is about to be collected. */
const beatsOverCeiling = 3
/** The watch looks every second; when it comes this late itself, the whole process did not run. */
const ownSleepMs = 5000
/** Nothing waits longer than this for being tried again. */
const longestAgainMs = 4 * 3_600_000

export type Verdict =
  | { readonly kind: 'fine' }
  | { readonly kind: 'hung' }
  | { readonly kind: 'restart-uplink'; readonly reason: string }
  | { readonly kind: 'restart'; readonly reason: string }

const fine: Verdict = { kind: 'fine' }

export class EngineWatch {
  readonly #limits: WatchLimits
  #lastBeatMs = 0
  #lastLookMs = 0
  #startedAtMs = 0
  #answers = 0
  #accepted = 0
  #answeredAtMs = 0
  #committedAtMs = 0
  /** What was done about a stall so far, and how patient the next time is. */
  #uplinkRestarted = false
  #patience = 1
  #beatsOver = 0
  #memoryRestartAtMs = Number.NEGATIVE_INFINITY
  #memoryAgainMs: number
  #crashes: number[] = []
  #safeMode = false
  #safeModeMs: number
  #leftSafeModeAtMs = Number.NEGATIVE_INFINITY

  constructor(limits: WatchLimits) {
    this.#limits = limits
    this.#memoryAgainMs = limits.memoryAgainMs
    this.#safeModeMs = limits.safeModeMs
  }

  get safeMode(): boolean {
    return this.#safeMode
  }

  get crashes(): number {
    return this.#crashes.length
  }

  /** A new thread was started. */
  spawned(nowMs: number): void {
    this.#startedAtMs = nowMs
    this.#lastBeatMs = nowMs
    this.#lastLookMs = nowMs
    this.#answeredAtMs = nowMs
    this.#committedAtMs = nowMs
    this.#beatsOver = 0
  }

  /** The thread ended without being asked to; decides about safe mode. */
  crashed(nowMs: number): void {
    this.#crashes = [...this.#crashes.filter((at) => nowMs - at < crashWindowMs), nowMs]
    if (nowMs - this.#leftSafeModeAtMs < crashWindowMs && !this.#safeMode) {
      // Out of safe mode was too early.
      this.#safeMode = true
      this.#safeModeMs = Math.min(longestAgainMs, this.#safeModeMs * 2)
    } else if (this.#crashes.length >= crashesToSafeMode) this.#safeMode = true
  }

  beat(progress: Progress | undefined, rssBytes: number, nowMs: number): Verdict {
    this.#lastBeatMs = nowMs
    if (!progress) return fine
    const memory = this.#memory(progress, rssBytes, nowMs)
    return memory.kind === 'fine' ? this.#stall(progress, nowMs) : memory
  }

  /** Once a second. */
  look(nowMs: number): Verdict {
    const asleep = nowMs - this.#lastLookMs > ownSleepMs
    this.#lastLookMs = nowMs
    if (asleep) {
      // The thread slept as well and gets its time anew.
      this.#lastBeatMs = nowMs
      this.#answeredAtMs = nowMs
      this.#committedAtMs = nowMs
    }
    if (nowMs - this.#lastBeatMs >= this.#limits.hungMs) {
      this.#lastBeatMs = nowMs
      return { kind: 'hung' }
    }
    if (!this.#safeMode || nowMs - this.#startedAtMs < this.#safeModeMs) return fine
    this.#safeMode = false
    this.#crashes = []
    this.#leftSafeModeAtMs = nowMs
    return { kind: 'restart', reason: 'it was healthy in safe mode, so its sources are switched on again' }
  }

  #stall(progress: Progress, nowMs: number): Verdict {
    const { answers, accepted, pending, maySend, waitingToCommit, mayCommit } = progress
    if (answers !== this.#answers) {
      this.#uplinkRestarted = false
      this.#patience = 1
    }
    if (answers !== this.#answers || pending === 0 || !maySend) this.#answeredAtMs = nowMs
    if (accepted !== this.#accepted || waitingToCommit === 0 || !mayCommit) this.#committedAtMs = nowMs
    this.#answers = answers
    this.#accepted = accepted
    const patienceMs = this.#limits.stalledMs * this.#patience
    const seconds = Math.round(patienceMs / 1000)
    if (nowMs - this.#committedAtMs >= patienceMs) {
      this.#lessPatient(nowMs)
      return { kind: 'restart', reason: `nothing was committed for ${seconds} s although values wait` }
    }
    if (nowMs - this.#answeredAtMs < patienceMs) return fine
    const what = `ThingsBoard answered nothing for ${seconds} s although values wait and the connection is up`
    this.#answeredAtMs = nowMs
    if (!this.#uplinkRestarted) {
      this.#uplinkRestarted = true
      return { kind: 'restart-uplink', reason: what }
    }
    this.#lessPatient(nowMs)
    return { kind: 'restart', reason: `${what}, and a new connection did not help` }
  }

  #lessPatient(nowMs: number): void {
    this.#uplinkRestarted = false
    this.#patience = Math.min(longestAgainMs / this.#limits.stalledMs, this.#patience * 2)
    this.#answeredAtMs = nowMs
    this.#committedAtMs = nowMs
  }

  #memory({ heapBytes }: Progress, rssBytes: number, nowMs: number): Verdict {
    const heapOver = heapBytes > this.#limits.heapBytes
    if (!heapOver && rssBytes <= this.#limits.rssBytes) {
      this.#beatsOver = 0
      return fine
    }
    if (++this.#beatsOver < beatsOverCeiling) return fine
    const sinceLast = nowMs - this.#memoryRestartAtMs
    if (sinceLast < this.#memoryAgainMs) return fine
    // Over again although the wait is not long past: it is not ours, or a restart does not cure it.
    const soon = sinceLast < 2 * this.#memoryAgainMs
    this.#memoryAgainMs = soon ? Math.min(longestAgainMs, this.#memoryAgainMs * 2) : this.#limits.memoryAgainMs
    this.#memoryRestartAtMs = nowMs
    const [used, of] = heapOver ? [heapBytes, 'its heap'] : [rssBytes, 'the process']
    return { kind: 'restart', reason: `${of} had grown to ${Math.round(used / mebibyte)} MB` }
  }
}
