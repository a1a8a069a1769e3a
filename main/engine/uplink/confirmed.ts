import type { Clock } from '../kit/clock.ts'
import { causeText, type GatewayError, isGatewayError } from '../kit/gateway-error.ts'
import type { Log } from '../observe/log.ts'
import type { Store } from '../pipeline/stages.ts'
import type { UplinkIssues } from './uplink-issues.ts'
import type { WatermarkFile } from './watermark-file.ts'

// Confirmed mode (D7). ThingsBoard acknowledges when it has queued a message; its default queue is memory, and a restart loses
// it. Delivered values therefore stay on disk for a while, and a watermark (a client attribute of the gateway device, written
// every half minute through the same queue) shows what came through. It narrows the gap, it does not prove anything: the
// watermark and the values around it are not strictly ordered inside ThingsBoard, hence the margin. The watermark outlives the
// process, so that a server which lost its queue while the gateway was away is noticed as well.

const attribute = 'gatewayWatermark'
const writeEveryMs = 30_000
/** Values around the watermark may have overtaken it or been overtaken. */
const marginMs = 30_000
/** A queue that survived the restart is still being worked off: look again before sending everything twice. */
const lookAgainMs = 10_000

/** What confirmed mode needs of the session. */
export interface WatermarkPort {
  write(values: Readonly<Record<string, number>>, acked: () => void): void
  /** Ends in `read`. */
  ask(): void
}

export interface ConfirmedOptions {
  readonly store: Store
  readonly clock: Clock
  readonly log: Log
  readonly issues: UplinkIssues
  /** 0 = off. */
  readonly retainMinutes: number
  /** Undefined: the watermark ends with the process. */
  readonly file?: WatermarkFile | undefined
}

export interface ReplayCounts {
  readonly replays: number
  readonly replayedValues: number
  readonly lastReplayAt: number | undefined
}

export class Confirmed {
  readonly #options: ConfirmedOptions
  #port: WatermarkPort | undefined
  readonly #undo: (() => void)[] = []
  /** Watermarks are wall-clock ms, strictly growing. */
  #written = 0
  #acknowledged: number | undefined
  /** Read back from ThingsBoard: everything before it came through. */
  #confirmed: number | undefined
  /** The server was gone meanwhile: refused connections are what a restart looks like from here. */
  #restartSeen = false
  /** After a connect: 0 = nothing is to be judged, 1 = the first answer is, 2 = the first was not good enough. */
  #judging: 0 | 1 | 2 = 0
  /** A replay that is not in the store yet must be found necessary again by the next process. */
  #replaying = false
  #counts: ReplayCounts = { replays: 0, replayedValues: 0, lastReplayAt: undefined }

  constructor(options: ConfirmedOptions) {
    this.#options = options
  }

  get enabled(): boolean {
    return this.#options.retainMinutes > 0
  }

  /** Undefined while switched off. */
  get counts(): ReplayCounts | undefined {
    return this.enabled ? this.#counts : undefined
  }

  /** Client attributes to ask for on connect. */
  get keys(): readonly string[] {
    return this.enabled ? [attribute] : []
  }

  /** Before the first `online`: takes up what the process before knew. */
  async start(): Promise<void> {
    const known = this.enabled ? await this.#options.file?.load() : undefined
    if (!known) return
    this.#acknowledged = known.acknowledged
    this.#confirmed = known.confirmed
    this.#restartSeen = known.restartSeen
    this.#written = Math.max(known.acknowledged ?? 0, known.confirmed ?? 0)
  }

  async stop(error: GatewayError): Promise<void> {
    this.offline(error)
    await this.#options.file?.written()
  }

  /** The session is there; the question for the watermark is on its way and ends in `read`. */
  online(port: WatermarkPort): void {
    if (!this.enabled) return
    this.#port = port
    this.#judging = 1
    this.#undo.push(this.#options.clock.every(writeEveryMs, () => this.#turn(port)))
  }

  offline(error: GatewayError): void {
    if (isGatewayError(error, 'CONNECTION_REFUSED') && !this.#restartSeen) {
      this.#restartSeen = true
      this.#keep()
    }
    this.#port = undefined
    for (const undo of this.#undo.splice(0)) undo()
  }

  /** An answer with client attributes of the gateway device. */
  read(values: Readonly<Record<string, unknown>>): void {
    const port = this.#port
    if (!port) return
    const found = Number(values[attribute] ?? 0)
    const seen = Number.isFinite(found) ? found : 0
    const last = this.#acknowledged
    if (this.#confirmed !== undefined && seen < this.#confirmed) this.#replay(seen, 'watermark-went-back')
    else if (this.#judging > 0 && last !== undefined && seen < last) {
      if (this.#judging === 1) {
        this.#judging = 2
        this.#undo.push(this.#options.clock.after(lookAgainMs, () => port.ask()))
        return
      }
      this.#replay(seen, 'watermark-missing')
    } else if (this.#judging > 0 && this.#restartSeen && last !== undefined) this.#replay(last, 'server-restarted')
    this.#restartSeen = false
    if (seen > 0) this.#confirmed = seen
    this.#keep()
    if (this.#judging > 0) this.#write(port)
    this.#judging = 0
  }

  #turn(port: WatermarkPort): void {
    port.ask()
    // No answer so far, or one that is still to be judged: the old watermark is what is asked about.
    if (this.#judging === 0) this.#write(port)
  }

  #write(port: WatermarkPort): void {
    this.#written = Math.max(this.#written + 1, Math.floor(this.#options.clock.now()))
    const watermark = this.#written
    port.write({ [attribute]: watermark }, () => {
      this.#acknowledged = watermark
      this.#keep()
    })
  }

  #keep(): void {
    if (!this.enabled || this.#replaying) return
    this.#options.file?.save({
      acknowledged: this.#acknowledged,
      confirmed: this.#confirmed,
      restartSeen: this.#restartSeen,
    })
  }

  #replay(confirmedAt: number, sign: string): void {
    const { store, clock, log, issues, retainMinutes } = this.#options
    const now = clock.now()
    const since = Math.max(now - retainMinutes * 60_000, confirmedAt - marginMs)
    this.#acknowledged = undefined
    this.#confirmed = undefined
    this.#replaying = true
    const done = store.replay(since).then(
      (values) => {
        log.warn('replayed', { sign, values, sinceMs: Math.round(now - since) })
        if (values === 0) return
        const { replays, replayedValues } = this.#counts
        this.#counts = { replays: replays + 1, replayedValues: replayedValues + values, lastReplayAt: now }
        issues.replayed(values, (now - since) / 1000)
      },
      (error: unknown) => log.warn('replay-failed', { sign, cause: causeText(error) }),
    )
    void done.then(() => {
      this.#replaying = false
      this.#keep()
    })
  }
}
