import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Clock } from '../kit/clock.ts'
import { DeliveryMeter } from './delivery-meter.ts'
import {
  type DeliveryPicture,
  endTrial,
  lacking,
  needsOf,
  readTrial,
  resumed,
  type Trial,
  writeTrial,
} from './trial.ts'

// Watches what an applied version delivers: passes or fails its trial, and measures it once it has settled.

export interface TrialWatchOptions {
  /** Absolute path of the mark. */
  readonly path: string
  readonly clock: Clock
  readonly delivery: () => DeliveryPicture
  /** Of a source, by id. */
  readonly nameOf: (source: string) => string
  /** One of them is called once; answer with `end`. */
  readonly failed: (version: number, why: string) => void
  readonly passed: (version: number) => void
  /** Values acknowledged per minute, once the version had settled. */
  readonly measured: (version: number, deliveredPerMinute: number) => void
}

export interface NewTrial extends Pick<Trial, 'version' | 'before' | 'author' | 'note'> {
  /** 0: no trial. */
  readonly seconds: number
  /** Whether a source is still wanted. */
  readonly stays: (source: string) => boolean
}

/** Half a minute to connect and fill, then a minute to count. */
const settleMs = 90_000

export class TrialWatch {
  readonly #options: TrialWatchOptions
  readonly #meter: DeliveryMeter
  #trial: Trial | undefined
  /** Of before `begin`, until the new one runs. */
  #earlier: Trial | undefined
  #seconds = 0
  #phase: 'none' | 'applying' | 'judging' | 'decided' = 'none'
  /** Values delivered when judging began. */
  #since: number | undefined
  #settling: { readonly version: number; readonly at: number } | undefined

  constructor(options: TrialWatchOptions) {
    this.#options = options
    this.#meter = new DeliveryMeter(options.clock)
  }

  get state(): { version: number; until: number } | null {
    return this.#trial ? { version: this.#trial.version, until: this.#trial.until } : null
  }

  get current(): Trial | undefined {
    return this.#trial
  }

  /** The version to go back to. */
  get before(): number | undefined {
    return this.#trial?.before
  }

  /** Values acknowledged per minute now. */
  get perMinute(): number | undefined {
    return this.#meter.perMinute
  }

  /** The trial an earlier run of the engine left behind. */
  open(): Promise<Trial | undefined> {
    return readTrial(this.#options.path)
  }

  /** Goes on with it; or why it has failed. */
  async resume(found: Trial, running: number): Promise<string | undefined> {
    if (found.version !== running) {
      await endTrial(this.#options.path)
      return undefined
    }
    const { trial, isOver } = resumed(found, this.#options.clock.now())
    this.#trial = trial
    this.#phase = 'judging'
    await writeTrial(this.#options.path, trial)
    if (!isOver) return undefined
    this.#phase = 'decided'
    return trial.crashes > 1 ? 'the gateway crashed again and again with it' : 'the gateway crashed with it'
  }

  /** Before the version is on disk. Nothing is tried that could not be missed: delivery that did not work before. */
  async begin({ seconds, stays, ...mark }: NewTrial): Promise<void> {
    const { clock, path } = this.#options
    this.#earlier = this.#trial
    this.#seconds = seconds
    this.#settling = undefined
    const working = needsOf(this.#options.delivery(), this.#meter.movedWithin(seconds * 1000), stays)
    const needs = this.#earlier?.needs ?? working
    this.#trial = undefined
    this.#phase = 'applying'
    if (seconds === 0 || !needs) return endTrial(path)
    // Two in a row: what worked last is what was there before the first.
    const before = this.#earlier?.before ?? mark.before
    const { perMinute } = this.#meter
    const trial = { ...mark, before, needs, until: clock.now() + seconds * 1000, crashes: 0 }
    await mkdir(dirname(path), { recursive: true })
    await writeTrial(path, perMinute === undefined ? trial : { ...trial, deliveredBefore: perMinute })
    this.#trial = trial
  }

  /** The version was refused: everything is as it was before `begin`. */
  async cancel(): Promise<void> {
    this.#trial = this.#earlier
    this.#phase = this.#trial ? 'judging' : 'none'
    if (this.#trial) await writeTrial(this.#options.path, this.#trial)
    else await endTrial(this.#options.path)
  }

  /** The engine runs the version: what it delivers counts from now. */
  async start(version: number): Promise<void> {
    const { clock, delivery, path } = this.#options
    this.#settling = { version, at: clock.monotonic() + settleMs }
    this.#meter.reset()
    if (this.#phase !== 'applying') return
    this.#phase = this.#trial ? 'judging' : 'none'
    if (!this.#trial) return
    this.#since = delivery().delivered
    this.#trial = { ...this.#trial, until: clock.now() + this.#seconds * 1000 }
    await writeTrial(path, this.#trial)
  }

  second(): void {
    const { clock, delivery } = this.#options
    const now = delivery()
    this.#meter.second(now.delivered)
    this.#measure()
    const trial = this.#trial
    if (!trial || this.#phase !== 'judging') return
    this.#since ??= now.delivered
    const why = lacking(trial.needs, now, this.#since, this.#options.nameOf)
    if (why === undefined) {
      this.#phase = 'decided'
      this.#options.passed(trial.version)
    } else if (clock.now() >= trial.until) {
      this.#phase = 'decided'
      this.#options.failed(trial.version, why)
    }
  }

  /** Kept or taken back: nothing is on trial any more. */
  async end(): Promise<void> {
    this.#trial = undefined
    this.#phase = 'none'
    this.#since = undefined
    await endTrial(this.#options.path)
  }

  /** An orderly stop is no crash: the trial goes on at the next start. */
  async stop(): Promise<void> {
    const trial = this.#trial
    this.#phase = 'none'
    if (trial) {
      await writeTrial(this.#options.path, { ...trial, leftMs: Math.max(0, trial.until - this.#options.clock.now()) })
    }
  }

  #measure(): void {
    const settling = this.#settling
    const { perMinute } = this.#meter
    if (!settling || perMinute === undefined || this.#options.clock.monotonic() < settling.at) return
    this.#settling = undefined
    this.#options.measured(settling.version, perMinute)
  }
}
