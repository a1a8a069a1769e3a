import { Worker } from 'node:worker_threads'
import type { EventChannel, RequestChannel } from '../../shared/api/channels.ts'
import { type ErrorReport, failed, type Result } from '../../shared/errors.ts'
import { asIs, inWords, type Said, type SaidFields, said, saidOfError } from '../../shared/said/said.ts'
import type { LogEntry } from '../../shared/status.ts'
import { defaultWatchLimits, EngineWatch, heapLimitMb, type Verdict, type WatchLimits } from './engine-watch.ts'
import { backoffMs } from './kit/backoff.ts'
import type { Clock } from './kit/clock.ts'
import { systemClock } from './kit/clock.ts'
import { once } from './kit/lifecycle.ts'
import { ObservableValue } from './kit/observable.ts'
import { type EngineMessage, type EngineOptions, type HostMessage, restartDrainMs } from './thread-protocol.ts'

// Starts, watches and restarts the engine's thread; both hosts (shell, headless) use it. Guarantees: a crashed or hung engine
// is started again with a growing, jittered wait; the third crash in ten minutes starts it in safe mode (store and uplink
// only), which it leaves again when it was healthy for ten; work without progress restarts the uplink, then the thread; so
// does memory over its ceiling; every request is answered, if need be with an error; `stop` returns by its deadline.

export interface EngineThreadState {
  readonly state: 'starting' | 'running' | 'restarting' | 'stopped'
  readonly detail: string
  readonly said?: SaidFields | undefined
}

export interface EngineHostOptions {
  readonly engine: Omit<EngineOptions, 'safeMode' | 'restartReason'>
  readonly clock?: Clock
  readonly onLog: (entry: LogEntry) => void
  /** The engine can not start and another try will not help (exit code as in behaviour.md). */
  readonly onFatal: (error: ErrorReport, exitCode: number) => void
  /** The disk failed under the store. Without this the thread is restarted like after a crash. */
  readonly onStorageFault?: (error: ErrorReport) => void
  /** Another first file for the thread; tests. */
  readonly entry?: URL
  readonly limits?: WatchLimits
}

/**
 * V8 lets garbage grow with the limit: without one the process took 580 MB at 100,000 values/s, with these 340 MB. A larger
 * young generation saves CPU, a smaller one memory. Reaching the old limit ends the thread, not the process.
 */
const resourceLimits = { maxYoungGenerationSizeMb: 96, maxOldGenerationSizeMb: heapLimitMb }
/** Beyond its drain time a thread that was told to end is ended. */
const endAnywayMs = 3000
const restart = { baseMs: 500, capMs: 60_000 }
/** A request the engine has not answered by then is given up: connection tests take at most a minute. */
const requestTimeoutMs = 90_000

export class EngineHost {
  readonly state = new ObservableValue<EngineThreadState>({ state: 'stopped', detail: '' })
  #detail: Said = asIs('')
  readonly #options: EngineHostOptions
  readonly #clock: Clock
  readonly #pending = new Map<number, { readonly settle: (message: EngineMessage | undefined) => void }>()
  readonly #listeners = new Set<(channel: EventChannel, payload: unknown) => void>()
  #worker: Worker | undefined
  #undoWatch: () => void = () => {}
  #undoRestart: () => void = () => {}
  #nextId = 1
  readonly #watch: EngineWatch
  /** Told to end by us or by itself; why. */
  #planned: string | undefined
  #restartReason = ''
  #undoEnd: () => void = () => {}
  #stopping = false

  constructor(options: EngineHostOptions) {
    this.#options = options
    this.#clock = options.clock ?? systemClock
    this.#watch = new EngineWatch(options.limits ?? defaultWatchLimits)
  }

  /** Resolves when the engine runs, when it can not (`onFatal` was called then), or when its first thread crashed. */
  start(): Promise<void> {
    return new Promise((resolve) => this.#spawn(resolve))
  }

  /** Never rejects: no engine, no answer in time and errors inside the engine are all `ok: false`. */
  /** `by`: who asks, for the audit. */
  async request(channel: RequestChannel, input: unknown, by = 'gateway'): Promise<Result<unknown>> {
    const message = await this.#ask((id) => ({ kind: 'request', id, channel, input, by }))
    if (message?.kind === 'reply') return message.result
    return failed({
      code: 'BUSY',
      message: 'The engine is not running',
      hint: 'It restarts by itself; try again in a moment.',
    })
  }

  /** Prometheus text; empty while the engine is not running. */
  async metrics(): Promise<string> {
    const message = await this.#ask((id) => ({ kind: 'metrics', id }))
    return message?.kind === 'metrics' ? message.text : ''
  }

  onEvent(listener: (channel: EventChannel, payload: unknown) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  setPower(event: 'suspend' | 'resume'): void {
    this.#post({ kind: 'power', event })
  }

  /** Drains and ends the engine; after `withinMs` the thread is ended all the same (accepted data is safe on disk). */
  readonly stop = once(async (withinMs: number): Promise<void> => {
    this.#stopping = true
    this.#undoRestart()
    this.#undoEnd()
    const worker = this.#worker
    if (worker) {
      const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()))
      this.#post({ kind: 'stop', withinMs })
      const undo = this.#clock.after(withinMs + 2000, () => void worker.terminate())
      await ended
      undo()
    }
    this.#setState('stopped', asIs(''))
  })

  #spawn(started: () => void): void {
    this.#setState(this.#watch.crashes > 0 ? 'restarting' : 'starting', this.#detail)
    const worker = new Worker(this.#options.entry ?? threadEntry(), { name: 'engine', resourceLimits })
    this.#worker = worker
    this.#planned = undefined
    this.#watch.spawned(this.#clock.monotonic())
    let reason = ''
    let gaveUp = false
    let fault: ErrorReport | undefined
    worker.on('message', (message: EngineMessage) => {
      if (message.kind === 'started') {
        this.#setState('running', this.#watch.safeMode ? said('gateway.safeMode') : asIs(''))
        started()
      } else if (message.kind === 'failed') {
        gaveUp = true
        this.#stopping = true
        this.#setState('stopped', saidOfError(message.error).detail)
        this.#options.onFatal(message.error, message.exitCode)
        started()
      } else if (message.kind === 'storage-fault') {
        fault = message.error
      } else if (message.kind === 'restarting') {
        this.#planned = message.reason
        this.#setState('restarting', asIs(message.reason))
      } else this.#receive(message)
    })
    worker.on('error', (error) => {
      reason = error instanceof Error ? (error.stack ?? error.message) : String(error)
    })
    worker.once('exit', (code) => {
      this.#undoWatch()
      this.#undoEnd()
      this.#worker = undefined
      for (const { settle } of [...this.#pending.values()]) settle(undefined)
      // A first thread that died before it ran: `start` has nothing more to wait for, the restart goes on by itself.
      started()
      if (this.#stopping || gaveUp) return
      this.#restartReason = this.#planned ?? ''
      if (this.#planned !== undefined) this.#spawn(() => {})
      else if (fault && this.#options.onStorageFault) this.#options.onStorageFault(fault)
      else this.#restartLater(fault?.message ?? (reason || `the thread ended with code ${code}`))
    })
    this.#undoWatch = this.#clock.every(1000, () => this.#carryOut(this.#watch.look(this.#clock.monotonic()), worker))
    const { safeMode } = this.#watch
    const options = { ...this.#options.engine, safeMode, restartReason: this.#restartReason }
    this.#post({ kind: 'start', options })
  }

  #carryOut(verdict: Verdict, worker: Worker): void {
    // One thing at a time: a thread that is ending anyway, or is not up yet, is not told anything new.
    if (verdict.kind === 'fine' || this.#worker !== worker || this.#planned !== undefined || this.#stopping) return
    if (verdict.kind === 'hung') {
      this.#log('error', 'engine.hung', '')
      void worker.terminate()
      return
    }
    this.#log('warn', `engine.${verdict.kind}`, `reason=${verdict.reason}`)
    this.#post(verdict)
    if (verdict.kind === 'restart-uplink') return
    this.#planned = verdict.reason
    this.#setState('restarting', asIs(verdict.reason))
    this.#undoEnd = this.#clock.after(restartDrainMs + endAnywayMs, () => void worker.terminate())
  }

  #restartLater(reason: string): void {
    this.#watch.crashed(this.#clock.monotonic())
    const { crashes } = this.#watch
    const delayMs = backoffMs(Math.max(0, crashes - 1), restart)
    this.#restartReason = reason.split('\n', 1)[0] ?? reason
    this.#log('error', 'engine.crashed', `reason=${reason} crashes=${crashes} restartInMs=${delayMs}`)
    const first = reason.split('\n', 1)[0] ?? reason
    this.#setState('restarting', said('engine.crashed', { cause: first }))
    this.#undoRestart = this.#clock.after(delayMs, () => this.#spawn(() => {}))
  }

  #receive(message: EngineMessage): void {
    switch (message.kind) {
      case 'heartbeat': {
        const rss = process.memoryUsage.rss()
        const verdict = this.#watch.beat(message.progress, rss, this.#clock.monotonic())
        if (this.#worker) this.#carryOut(verdict, this.#worker)
        break
      }
      case 'reply':
      case 'metrics':
        this.#pending.get(message.id)?.settle(message)
        break
      case 'event':
        for (const listener of this.#listeners) listener(message.channel, message.payload)
        break
      case 'log':
        this.#options.onLog(message.entry)
        break
      default:
        break
    }
  }

  #ask(build: (id: number) => HostMessage): Promise<EngineMessage | undefined> {
    const id = this.#nextId++
    return new Promise((resolve) => {
      const undo = this.#clock.after(requestTimeoutMs, () => settle(undefined))
      const settle = (message: EngineMessage | undefined): void => {
        undo()
        this.#pending.delete(id)
        resolve(message)
      }
      this.#pending.set(id, { settle })
      if (this.state.value.state !== 'running' || !this.#post(build(id))) settle(undefined)
    })
  }

  #post(message: HostMessage): boolean {
    this.#worker?.postMessage(message)
    return this.#worker !== undefined
  }

  #setState(state: EngineThreadState['state'], detail: Said): void {
    this.#detail = detail
    const next = { state, ...inWords({ detail }) }
    this.state.set(next)
    for (const listener of this.#listeners) listener('engine.state', next)
  }

  #log(level: LogEntry['level'], event: string, fields: string): void {
    this.#options.onLog({ seq: 0, at: this.#clock.now(), level, component: 'host', event, fields })
  }
}

/** `engine-thread.ts` beside this file when run from source, `engine-thread.js` in the bundle. */
function threadEntry(): URL {
  const fromSource = import.meta.url.endsWith('.ts')
  return new URL(fromSource ? './engine-thread.ts' : './engine-thread.js', import.meta.url)
}
