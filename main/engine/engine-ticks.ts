import { ClockWatch } from './clock-watch.ts'
import type { Connectors } from './connectors.ts'
import { heapBytes } from './engine-status.ts'
import { defaultWatchLimits } from './engine-watch.ts'
import type { History } from './history/history.ts'
import type { Clock } from './kit/clock.ts'
import type { IssueBook } from './observe/issues.ts'
import type { LogBook } from './observe/log.ts'
import type { Metrics } from './observe/metrics.ts'
import type { StatusBuilder } from './observe/status-builder.ts'
import type { Pipeline } from './pipeline/pipeline.ts'
import { Shedding, shedPictures } from './shedding.ts'
import type { Ticks } from './ticks.ts'

export interface EngineTicksOptions {
  readonly clock: Clock
  readonly issues: IssueBook
  readonly log: LogBook
  readonly metrics: Metrics
  readonly status: StatusBuilder
  readonly pipeline: Pipeline
  readonly connectors: Connectors
  readonly history: History
  /** Sends the UI a new picture of everything. */
  picture(): void
  /** Whether an applied configuration delivers. */
  trial(): void
  /** Connections may be stale, or refusals outdated. */
  wake(source: string, sleptMs: number): void
}

/** What the engine does regularly. */
export function engineTicks(options: EngineTicksOptions): Ticks {
  const { clock, issues, log, metrics, status, pipeline, connectors, history, picture, trial, wake } = options
  const watch = new ClockWatch(clock, issues, log.logger('clock'))
  const pictures = new Pictures(clock, (on) => log.setQuiet(!on))
  return {
    second: () => {
      connectors.tick()
      status.tick()
      history.second()
      watch.check()
      trial()
      pictures.second(pipeline.load.pressure, heapBytes())
    },
    status: () => {
      if (pictures.due()) picture()
    },
    halfMinute: () => {
      metrics.rotate()
      issues.sweep()
    },
    woke: (ms) => wake('clock', ms),
    stepped: (ms) => {
      watch.stepped(ms)
      // Certificates that were not valid yet, or not any more, may be now.
      wake('clock-set', 0)
    },
  }
}

/** When the UI gets a new picture: always while there is time, seldom while there is none. */
class Pictures {
  readonly #clock: Clock
  readonly #shedding = new Shedding()
  readonly #debugLog: (on: boolean) => void
  #lastMs: number
  #turn = 0

  /** `debugLog`: whether debug logging may go on. */
  constructor(clock: Clock, debugLog: (on: boolean) => void) {
    this.#clock = clock
    this.#debugLog = debugLog
    this.#lastMs = clock.monotonic()
  }

  second(pressure: boolean, heap: number): void {
    const nowMs = this.#clock.monotonic()
    const tickLateMs = nowMs - this.#lastMs - 1000
    this.#lastMs = nowMs
    const before = this.#shedding.level
    const level = this.#shedding.second({ pressure, heapShare: heap / defaultWatchLimits.heapBytes, tickLateMs })
    if ((level === 2) !== (before === 2)) this.#debugLog(level < 2)
  }

  due(): boolean {
    return this.#shedding.level === 0 || this.#turn++ % shedPictures === 0
  }
}
