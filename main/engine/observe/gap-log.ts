import { said } from '../../../shared/said/said.ts'
import type { Clock } from '../kit/clock.ts'
import { causeText } from '../kit/gateway-error.ts'
import { type Deadline, settledBy } from '../kit/lifecycle.ts'
import type { Gap, GapSink, SourceLoss } from '../pipeline/stages.ts'
import type { IssueSink } from './issues.ts'
import type { Log } from './log.ts'

/** Different sources and causes that wait for the ledger; those beyond it are recorded together, by source. */
const waitingLimit = 100
/** Names kept of one loss; the ledger keeps fewer. */
const namesLimit = 20
/** Before the ledger is tried again. */
const retryMs = 5000

interface GapLogOptions {
  readonly issues: IssueSink
  readonly log: Log
  readonly clock: Clock
  /** Resolves when they are on the disk. */
  readonly record: (losses: readonly SourceLoss[]) => Promise<void>
}

/**
 * Gaps as ledger records, log lines and issues. One write is on its way at a time; what is declared meanwhile is added up by source
 * and cause and follows with the next, so that a source that loses all the time costs one record a commit and a bounded memory.
 * What could not be written is kept and tried again.
 */
export class GapLog implements GapSink {
  readonly #options: GapLogOptions
  #waiting = new Map<string, SourceLoss>()
  #writing: Promise<void> | undefined
  #undoRetry: () => void = () => {}
  #stopped = false

  constructor(options: GapLogOptions) {
    this.#options = options
  }

  declare(gap: Gap): void {
    this.#keep(lossOf(gap))
    this.#write()
    const { connectorId, fromMs, toMs, nodeCount, cause, kind = 'gap' } = gap
    this.#options.log.warn(kind, { connector: connectorId, from: fromMs, to: toMs, nodes: nodeCount, cause })
    // An overflow is an issue of its server already.
    if (kind === 'gap') this.#raise(gap)
  }

  /** Before the store closes: what was declared is written, or given up at the deadline. Never rejects. */
  async stop(deadline: Deadline): Promise<void> {
    this.#stopped = true
    this.#undoRetry()
    this.#write()
    await settledBy(this.#writing ?? Promise.resolve(), deadline, this.#options.clock)
    if (this.#waiting.size > 0) this.#options.log.error('gaps-not-recorded', { count: this.#waiting.size })
  }

  #keep(loss: SourceLoss): void {
    const key = `${loss.kind}\n${loss.source}\n${loss.reason}`
    const crowded = this.#waiting.size >= waitingLimit && !this.#waiting.has(key)
    const kept = crowded ? { ...loss, reason: said('stored.manyCauses').text } : loss
    const place = crowded ? `${loss.kind}\n${loss.source}` : key
    const before = this.#waiting.get(place)
    this.#waiting.set(place, before ? sumOf(before, kept) : kept)
  }

  #write(): void {
    if (this.#writing || this.#waiting.size === 0) return
    const { record, log, clock } = this.#options
    const losses = this.#waiting
    this.#waiting = new Map()
    this.#undoRetry()
    this.#writing = record([...losses.values()])
      .then(
        () => true,
        (error: unknown) => {
          log.warn('gaps-not-recorded-yet', { count: losses.size, cause: causeText(error) })
          for (const loss of losses.values()) this.#keep(loss)
          return false
        },
      )
      .then((done) => {
        this.#writing = undefined
        if (done) this.#write()
        else if (!this.#stopped) this.#undoRetry = clock.after(retryMs, () => this.#write())
        return this.#writing
      })
  }

  #raise({ connectorId, connectorName, fromMs, toMs, nodeCount, nodes, cause, hint }: Gap): void {
    const span = `${fromMs > 0 ? timeText(fromMs) : 'an unknown time'} to ${timeText(toMs)}`
    const list = nodes.join(', ') + (nodeCount > nodes.length ? ` and ${nodeCount - nodes.length} more` : '')
    this.#options.issues.raise({
      code: 'OPCUA_OVERFLOW',
      severity: 'warning',
      subject: connectorId,
      subjectName: connectorName,
      // One per cause and start: the same gap found again counts up, another one stands beside it.
      key: `gap ${cause} ${fromMs}`,
      message: `Values of ${nodeCount} ${nodeCount === 1 ? 'node' : 'nodes'} from ${span} are missing: ${cause}`,
      hint,
      evidence: list,
    })
  }
}

function lossOf({ kind = 'gap', connectorId, cause, fromMs, toMs, count, nodes, series, nodeCount }: Gap): SourceLoss {
  return {
    kind,
    source: connectorId,
    reason: cause,
    tsMin: fromMs,
    tsMax: toMs,
    entries: 1,
    count: count ?? 0,
    uncounted: count === undefined ? 1 : 0,
    // How the count divides between them is not known.
    series: new Map((series ?? nodes).slice(0, namesLimit).map((name) => [name, 0])),
    seriesCount: nodeCount,
  }
}

function sumOf(a: SourceLoss, b: SourceLoss): SourceLoss {
  const names = [...a.series, ...b.series].slice(0, 2 * namesLimit)
  return {
    ...a,
    reason: b.reason,
    tsMin: Math.min(a.tsMin, b.tsMin),
    tsMax: Math.max(a.tsMax, b.tsMax),
    entries: a.entries + b.entries,
    count: a.count + b.count,
    uncounted: a.uncounted + b.uncounted,
    series: new Map([...new Map(names)].slice(0, namesLimit)),
    seriesCount: Math.max(a.seriesCount, b.seriesCount),
  }
}

function timeText(ms: number): string {
  return new Date(ms).toISOString()
}
