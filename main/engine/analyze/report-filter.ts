import type { ReportConfig } from '../../../shared/config/mapping.ts'
import type { LiveSeries } from '../pipeline/series.ts'
import type { Datapoint } from '../pipeline/stages.ts'

/** Times are kept to this, the pipeline's tick. */
const bucketMs = 100
/** A clock set back further than this starts the waits again; smaller steps only lengthen them. */
const setBackMs = 1000
/** Buckets: beyond it (sleep, clock set forward, first call) it is cheaper to look at what there is. */
const longGap = 1000

/** held: waits for `atMostEveryMs`; suppressed: differs, but by less than counts as a change. */
export interface ReportMoment {
  readonly passedAt: number
  readonly state: 'passed' | 'held' | 'suppressed'
  readonly report: ReportConfig
}

/** What is remembered of a series with a report strategy; bounded by the registry's limit on series. */
interface Memory {
  readonly report: ReportConfig
  passed: Datapoint | undefined
  passedAt: number
  /** Newest changed value that waits for `atMostEveryMs`. */
  held: Datapoint | undefined
  /** Newest value that arrived, passed on or not: what `atLeastEveryMs` repeats. */
  newest: Datapoint
  bucket: number
}

/**
 * Report strategy per series. Nothing that changed is lost: a value held back by `atMostEveryMs` is replaced by a newer one,
 * passed on when its time is up, or by `flush`. Series without a strategy cost one branch. Times are the gateway's.
 */
export class ReportFilter {
  readonly #memories = new Map<LiveSeries, Memory>()
  /** Due memories by time / bucketMs; a memory counts only in the bucket it names itself. */
  readonly #wheel = new Map<number, Memory[]>()
  #lastBucket = 0
  #lastMs = 0

  filter(datapoints: readonly Datapoint[], nowMs: number, out: Datapoint[]): void {
    this.#watchClock(nowMs)
    for (const datapoint of datapoints) {
      const { report } = datapoint.series
      if (report === undefined) out.push(datapoint)
      else this.#judge(datapoint, report, nowMs, out)
    }
  }

  /** Passes on what was held back long enough and repeats what was silent too long. */
  due(nowMs: number, out: Datapoint[]): void {
    this.#watchClock(nowMs)
    const until = Math.floor(nowMs / bucketMs)
    for (const bucket of this.#dueBuckets(until)) {
      const memories = this.#wheel.get(bucket) ?? []
      this.#wheel.delete(bucket)
      for (const memory of memories) if (memory.bucket === bucket) this.#serve(memory, nowMs, out)
    }
    this.#lastBucket = until
  }

  /** What became of the newest value of a series; undefined without a strategy, or before its first value. */
  look(series: LiveSeries): ReportMoment | undefined {
    const memory = this.#memories.get(series)
    if (!memory || memory.report !== series.report) return undefined
    const { passed, newest, held, passedAt, report } = memory
    const isSame = passed === newest || (passed !== undefined && sameValue(passed, newest))
    return { passedAt, state: held ? 'held' : isSame ? 'passed' : 'suppressed', report }
  }

  /** Passes on every value that is held back: the gateway stops. */
  flush(out: Datapoint[]): void {
    for (const memory of this.#memories.values()) {
      if (memory.held) out.push(memory.held)
      memory.held = undefined
    }
  }

  #judge(datapoint: Datapoint, report: ReportConfig, nowMs: number, out: Datapoint[]): void {
    const memory = this.#memories.get(datapoint.series)
    if (!memory || memory.report !== report) {
      if (memory?.held) out.push(memory.held)
      const fresh: Memory = { report, passed: undefined, passedAt: 0, held: undefined, newest: datapoint, bucket: -1 }
      this.#memories.set(datapoint.series, fresh)
      if (memory) memory.bucket = -1
      this.#pass(fresh, datapoint, nowMs, out)
      return
    }
    memory.newest = datapoint
    if (!isChange(report, memory.passed, datapoint)) {
      memory.held = undefined
      return
    }
    const { atMostEveryMs } = report
    if (atMostEveryMs === undefined || nowMs - memory.passedAt >= atMostEveryMs) {
      this.#pass(memory, datapoint, nowMs, out)
      return
    }
    memory.held = datapoint
    this.#schedule(memory, memory.passedAt + atMostEveryMs)
  }

  #serve(memory: Memory, nowMs: number, out: Datapoint[]): void {
    memory.bucket = -1
    const { atMostEveryMs, atLeastEveryMs } = memory.report
    const { series } = memory.newest
    if (memory.held && nowMs - memory.passedAt >= (atMostEveryMs ?? 0)) {
      this.#pass(memory, memory.held, nowMs, out)
    } else if (memory.held) {
      this.#schedule(memory, memory.passedAt + (atMostEveryMs ?? 0))
    } else if (series.report !== memory.report) {
      // A new configuration has changed or removed the strategy: nothing is repeated on behalf of the old one.
      if (this.#memories.get(series) === memory) this.#memories.delete(series)
    } else if (atLeastEveryMs !== undefined && nowMs - memory.passedAt >= atLeastEveryMs) {
      this.#pass(memory, { ...memory.newest, ts: Math.floor(nowMs) }, nowMs, out)
    } else if (atLeastEveryMs !== undefined) {
      this.#schedule(memory, memory.passedAt + atLeastEveryMs)
    }
  }

  #pass(memory: Memory, datapoint: Datapoint, nowMs: number, out: Datapoint[]): void {
    out.push(datapoint)
    memory.passed = datapoint
    memory.passedAt = nowMs
    memory.held = undefined
    const { atLeastEveryMs } = memory.report
    if (atLeastEveryMs !== undefined && memory.bucket < 0) this.#schedule(memory, nowMs + atLeastEveryMs)
  }

  /** A memory waits in one bucket; it moves only to an earlier one, later due times are noticed when its bucket comes. */
  #schedule(memory: Memory, atMs: number): void {
    const bucket = Math.max(Math.ceil(atMs / bucketMs), this.#lastBucket + 1)
    if (memory.bucket >= 0 && memory.bucket <= bucket) return
    memory.bucket = bucket
    const waiting = this.#wheel.get(bucket)
    if (waiting) waiting.push(memory)
    else this.#wheel.set(bucket, [memory])
  }

  #dueBuckets(until: number): number[] {
    if (until - this.#lastBucket > longGap) {
      return [...this.#wheel.keys()].filter((bucket) => bucket <= until).sort((a, b) => a - b)
    }
    const due: number[] = []
    for (let bucket = this.#lastBucket + 1; bucket <= until; bucket++) if (this.#wheel.has(bucket)) due.push(bucket)
    return due
  }

  /** After the clock was set back, no wait may last until the old time comes again. */
  #watchClock(nowMs: number): void {
    if (nowMs < this.#lastMs - setBackMs) {
      this.#wheel.clear()
      this.#lastBucket = Math.floor(nowMs / bucketMs)
      for (const memory of this.#memories.values()) {
        memory.passedAt = Math.min(memory.passedAt, nowMs)
        memory.bucket = -1
        const { atMostEveryMs, atLeastEveryMs } = memory.report
        const wait = memory.held ? atMostEveryMs : atLeastEveryMs
        if (wait !== undefined) this.#schedule(memory, nowMs + wait)
      }
    }
    this.#lastMs = nowMs
  }
}

/** Is `next` worth passing on after `last`? Exact comparison, NaN equals NaN; a deadband applies between two numbers. */
function isChange(report: ReportConfig, last: Datapoint | undefined, next: Datapoint): boolean {
  if (last === undefined || (!report.onChange && report.deadband === undefined)) return true
  if (sameValue(last, next)) return last.type !== next.type
  if (report.deadband === undefined || !isNumber(last.value) || !isNumber(next.value)) return true
  const difference = Math.abs(differenceOf(last.value, next.value))
  // To or from NaN is a change, whatever the deadband.
  return Number.isNaN(difference) || difference >= report.deadband
}

function sameValue(a: Datapoint, b: Datapoint): boolean {
  return Object.is(a.value, b.value) || a.value === b.value
}

function isNumber(value: Datapoint['value']): value is number | bigint {
  return typeof value === 'number' || typeof value === 'bigint'
}

function differenceOf(a: number | bigint, b: number | bigint): number {
  return typeof a === 'bigint' && typeof b === 'bigint' ? Number(b - a) : Number(b) - Number(a)
}
