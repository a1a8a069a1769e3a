/** A series' n-th value is n × step; which step, the first letter of its key says. */
export type Steps = Readonly<Record<string, number>>

export interface SeriesReport {
  readonly series: number
  readonly values: number
  /** Places where a series jumped ahead, and how many values are not there. */
  readonly gaps: number
  readonly missing: number
  /** Values that came a second time, or after a later one of their series. */
  readonly repeats: number
  /** Values that are no multiple of their step, or of a series without one. */
  readonly strangers: number
  readonly firstStranger: string
  /** The sum of all series' last counts: what the source must have written, when nothing is missing at the end. */
  readonly lastCounts: number
  /** Source timestamp to arrival here, since the last reset. */
  readonly latencyP50Ms: number
  readonly latencyP99Ms: number
  readonly latencyMaxMs: number
}

/** A value may be off its multiple by what double arithmetic and shortest texts cost, no more. */
const tolerance = 1e-6
/** Latency in 1 ms buckets; the last one takes everything slower. */
const latencyBuckets = 60_000

/** Checks per series that values step exactly, in order, none missing and none twice. */
export class SeriesCheck {
  readonly #steps: Steps
  #series = 0
  readonly #keys: string[] = []
  #step = new Float64Array(1024)
  #last = new Float64Array(1024)
  #values = 0
  #gaps = 0
  #missing = 0
  #repeats = 0
  #strangers = 0
  #firstStranger = ''
  readonly #latency = new Float64Array(latencyBuckets)
  /** ms since the epoch, of the bytes that are being read. */
  now = 0

  constructor(steps: Steps) {
    this.#steps = steps
  }

  open(device: string, key: string): number {
    const slot = this.#series++
    if (slot === this.#step.length) {
      this.#step = grown(this.#step)
      this.#last = grown(this.#last)
    }
    this.#step[slot] = this.#steps[key.slice(0, 1)] ?? Number.NaN
    this.#last[slot] = -1
    this.#keys.push(`${device} / ${key}`)
    return slot
  }

  value(slot: number, value: number, ts: number): void {
    this.#values++
    const step = this.#step[slot] ?? Number.NaN
    const count = Math.round(value / step)
    const last = this.#last[slot] ?? -1
    if (!(Math.abs(count * step - value) < tolerance)) this.#stranger(slot, value)
    else if (count === last + 1 || last < 0) this.#last[slot] = count
    else if (count <= last) this.#repeats++
    else {
      this.#gaps++
      this.#missing += count - last - 1
      this.#last[slot] = count
    }
    const latency = Math.max(0, Math.min(latencyBuckets - 1, Math.round(this.now - ts)))
    if (!Number.isNaN(latency)) this.#latency[latency] = (this.#latency[latency] ?? 0) + 1
  }

  #stranger(slot: number, value: number): void {
    this.#strangers++
    this.#firstStranger ||= `${this.#keys[slot]} = ${value}`
  }

  resetLatency(): void {
    this.#latency.fill(0)
  }

  report(): SeriesReport {
    let lastCounts = 0
    for (let slot = 0; slot < this.#series; slot++) lastCounts += Math.max(0, this.#last[slot] ?? 0)
    return {
      series: this.#series,
      values: this.#values,
      gaps: this.#gaps,
      missing: this.#missing,
      repeats: this.#repeats,
      strangers: this.#strangers,
      firstStranger: this.#firstStranger,
      lastCounts,
      latencyP50Ms: this.#quantile(0.5),
      latencyP99Ms: this.#quantile(0.99),
      latencyMaxMs: this.#quantile(1),
    }
  }

  #quantile(q: number): number {
    const wanted = this.#latency.reduce((sum, n) => sum + n, 0) * q
    let seen = 0
    for (let ms = 0; ms < latencyBuckets; ms++) {
      seen += this.#latency[ms] ?? 0
      if (seen >= wanted && seen > 0) return ms
    }
    return 0
  }
}

function grown(array: Float64Array): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(array.length * 2)
  larger.set(array)
  return larger
}
