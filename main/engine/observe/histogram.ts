/**
 * Counts of durations in seconds. Two views of one stream: cumulative buckets for Prometheus, and quantiles of about the
 * last minute (two halves that take turns) for the UI. Recording costs a few ns; nothing grows.
 */
export class Histogram {
  readonly bounds: readonly number[]
  readonly #total: Float64Array
  #sum = 0
  #count = 0
  #recent: Float64Array
  #previous: Float64Array

  constructor() {
    this.bounds = exposedBounds
    this.#total = new Float64Array(fineCount)
    this.#recent = new Float64Array(fineCount)
    this.#previous = new Float64Array(fineCount)
  }

  /** `weight` = how many events took this long. Negative durations (clock differences) count as 0. */
  observe(seconds: number, weight = 1): void {
    const bucket = fineBucket(seconds)
    this.#total[bucket] = (this.#total[bucket] ?? 0) + weight
    this.#recent[bucket] = (this.#recent[bucket] ?? 0) + weight
    this.#sum += Math.max(0, seconds) * weight
    this.#count += weight
  }

  /** Forgets the older half of the recent view; call every 30 s. */
  rotate(): void {
    const old = this.#previous
    this.#previous = this.#recent
    this.#recent = old.fill(0)
  }

  /** Recent quantile in ms, exact to about 10 %; 0 when nothing was recorded. */
  quantileMs(q: number): number {
    let count = 0
    for (let i = 0; i < fineCount; i++) count += (this.#recent[i] ?? 0) + (this.#previous[i] ?? 0)
    if (count === 0) return 0
    const wanted = Math.max(1, Math.ceil(count * q))
    let seen = 0
    for (let i = 0; i < fineCount; i++) {
      seen += (this.#recent[i] ?? 0) + (this.#previous[i] ?? 0)
      if (seen >= wanted) return Math.round(fineUpper(i) * 1e6) / 1e3
    }
    return Math.round(fineUpper(fineCount - 1) * 1e3)
  }

  /** Prometheus text lines (exposition format 0.0.4), name without suffix. */
  expose(name: string, help: string): string {
    const lines = [`# HELP ${name} ${help}`, `# TYPE ${name} histogram`]
    for (const bound of this.bounds) {
      let below = 0
      for (let i = 0; i < fineCount && fineUpper(i) <= bound * 1.0001; i++) below += this.#total[i] ?? 0
      lines.push(`${name}_bucket{le="${bound}"} ${below}`)
    }
    lines.push(`${name}_bucket{le="+Inf"} ${this.#count}`, `${name}_sum ${this.#sum}`, `${name}_count ${this.#count}`)
    return lines.join('\n')
  }
}

// Fine buckets: 24 per decade from 10 µs to about 15 min, so one bucket is 10 % wide.
const perDecade = 24
const lowest = 1e-5
const fineCount = perDecade * 8
const exposedBounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 100]

const fineUpper = (bucket: number): number => lowest * 10 ** (bucket / perDecade)

function fineBucket(seconds: number): number {
  if (!(seconds > lowest)) return 0
  return Math.min(fineCount - 1, Math.ceil(Math.log10(seconds / lowest) * perDecade - 1e-9))
}
