import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { EventChannel, RequestChannel } from '../../shared/api/channels.ts'
import type { RequestInput, RequestOutput } from '../../shared/api/contract.ts'
import { failed, ok, type Result } from '../../shared/errors.ts'
import type { GatewayStatus } from '../../shared/status.ts'
import { type Demo, startDemo } from '../demo/demo.ts'
import { EngineHost, type EngineThreadState } from '../engine/engine-host.ts'
import { causeText, toErrorReport } from '../engine/kit/gateway-error.ts'
import { once } from '../engine/kit/lifecycle.ts'
import type { ObservableValue } from '../engine/kit/observable.ts'
import type { Log } from '../engine/observe/log.ts'

// The demo from the window, in both hosts. While it is shown a second engine runs in a temporary folder with the plant and its
// own ThingsBoard, and the UI talks to that one; the real engine goes on untouched and is never shown demo data. Leaving it
// deletes the folder. Only a gateway that has nothing to do yet can be covered by a demo.

/** What a host lets the UI talk to (`EngineHost`). */
export interface GatewayEngine {
  readonly state: ObservableValue<EngineThreadState>
  start(): Promise<void>
  request(channel: RequestChannel, input: unknown, by?: string): Promise<Result<unknown>>
  metrics(): Promise<string>
  onEvent(listener: (channel: EventChannel, payload: unknown) => void): () => void
  setPower(event: 'suspend' | 'resume'): void
  stop(withinMs: number): Promise<void>
}

export interface DemoSwitchOptions {
  readonly real: GatewayEngine
  readonly version: string
  /** The host was started as a demo: there is nothing to come back to. */
  readonly isDemo: boolean
  readonly log: Log
  readonly about: () => Pick<RequestOutput<'app.about'>, 'host' | 'keepsRunning' | 'autostart'>
  readonly setAutostart: ((enabled: boolean) => void) | undefined
  /** null = that of the desktop. Absent where nothing is said outside of the page. */
  readonly setLanguage?: (language: RequestInput<'app.language'>['language']) => void
}

interface RunningDemo {
  readonly plant: Demo
  readonly engine: EngineHost
  readonly folder: string
  readonly undoEvents: () => void
}

type Listener = (channel: EventChannel, payload: unknown) => void

/** Nobody waits for a demo's last values. */
const stopDemoMs = 1000

export class DemoSwitch implements GatewayEngine {
  readonly #options: DemoSwitchOptions
  readonly #listeners = new Set<Listener>()
  readonly #undoReal: () => void
  #demo: RunningDemo | undefined
  /** One change at a time. */
  #turn: Promise<unknown> = Promise.resolve()
  #isStopping = false

  constructor(options: DemoSwitchOptions) {
    this.#options = options
    this.#undoReal = options.real.onEvent((channel, payload) => {
      if (!this.#demo) this.#tell(channel, payload)
    })
  }

  get state(): ObservableValue<EngineThreadState> {
    return this.#shown.state
  }

  start(): Promise<void> {
    return this.#options.real.start()
  }

  async request(channel: RequestChannel, input: unknown, by?: string): Promise<Result<unknown>> {
    switch (channel) {
      case 'app.about':
        return ok(this.#about())
      case 'app.autostart':
        return this.#autostart((input as { readonly enabled: boolean }).enabled)
      case 'app.language':
        this.#options.setLanguage?.((input as RequestInput<'app.language'>).language)
        return ok(null)
      case 'app.demo':
        return this.#inTurn(() =>
          (input as { readonly action: string }).action === 'start' ? this.#enter() : this.#leave(),
        )
      default:
        return this.#shown.request(channel, input, by)
    }
  }

  metrics(): Promise<string> {
    return this.#shown.metrics()
  }

  onEvent(listener: Listener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  setPower(event: 'suspend' | 'resume'): void {
    this.#options.real.setPower(event)
    this.#demo?.engine.setPower(event)
  }

  readonly stop = once(async (withinMs: number): Promise<void> => {
    this.#isStopping = true
    this.#undoReal()
    await Promise.all([this.#options.real.stop(withinMs), this.#inTurn(() => this.#leave())])
  })

  get #shown(): GatewayEngine {
    return this.#demo?.engine ?? this.#options.real
  }

  #about(): RequestOutput<'app.about'> {
    const { about, isDemo } = this.#options
    return { ...about(), demo: isDemo || this.#demo !== undefined, canLeaveDemo: this.#demo !== undefined }
  }

  #autostart(enabled: boolean): Result<unknown> {
    const { setAutostart, about } = this.#options
    if (!setAutostart) {
      return failed({
        code: 'CONFIG_INVALID',
        message: 'This gateway is started by whoever runs its command',
        hint: 'Use the services of this PC to start it.',
      })
    }
    try {
      setAutostart(enabled)
      return ok({ autostart: about().autostart ?? false })
    } catch (error) {
      return failed(toErrorReport(error))
    }
  }

  async #enter(): Promise<Result<unknown>> {
    if (this.#demo || this.#options.isDemo) return ok({ demo: true })
    if (this.#isStopping) return failed(stopping)
    if (await this.#isInUse()) return failed(inUse)
    const { log, version } = this.#options
    const folder = await mkdtemp(join(tmpdir(), 'tb-gateway-demo-'))
    let plant: Demo | undefined
    let engine: EngineHost | undefined
    const giveUp = (reason: string): void => {
      log.error('demo.broken', { reason })
      void this.#inTurn(() => this.#leave())
    }
    try {
      plant = await startDemo({ folder, broken: (error) => giveUp(error.message) })
      engine = new EngineHost({
        engine: {
          dataDir: folder,
          configPath: plant.configPath,
          vaultKey: randomBytes(32),
          version,
          demo: true,
          logLevel: 'info',
          environment: {},
        },
        // A demo's log is of no use afterwards.
        onLog: () => undefined,
        onFatal: (error) => giveUp(error.message),
      })
      await engine.start()
    } catch (error) {
      await engine?.stop(0)
      await plant?.stop()
      await remove(folder)
      log.error('demo.not-started', { reason: causeText(error) })
      return failed(toErrorReport(error))
    }
    const undoEvents = engine.onEvent((channel, payload) => this.#tell(channel, payload))
    this.#demo = { plant, engine, folder, undoEvents }
    log.info('demo.entered', {})
    this.#tell('engine.state', engine.state.value)
    return ok({ demo: true })
  }

  async #leave(): Promise<Result<unknown>> {
    const demo = this.#demo
    if (demo) {
      demo.undoEvents()
      this.#demo = undefined
      this.#options.log.info('demo.left', {})
      // The window is shown the real gateway at once; the demo ends behind it.
      if (!this.#isStopping) this.#tell('engine.state', this.#options.real.state.value)
      await demo.engine.stop(stopDemoMs)
      await demo.plant.stop()
      await remove(demo.folder)
    }
    return ok({ demo: this.#options.isDemo })
  }

  /** A plant that is collected from, or a ThingsBoard that is delivered to, is not hidden behind a demo. */
  async #isInUse(): Promise<boolean> {
    const result = await this.#options.real.request('status.get', null)
    if (!result.ok) return false
    const { connectors, uplink } = result.value as GatewayStatus
    return connectors.length > 0 || uplink.state !== 'unconfigured'
  }

  #inTurn(change: () => Promise<Result<unknown>>): Promise<Result<unknown>> {
    const done = this.#turn.then(change, change)
    this.#turn = done.catch(() => undefined)
    return done
  }

  #tell(channel: EventChannel, payload: unknown): void {
    for (const listener of this.#listeners) listener(channel, payload)
  }
}

/** Some systems hold files of a thread that has just ended; what is left is in the folder for temporary files. */
async function remove(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }).catch(() => undefined)
}

const stopping = { code: 'STOPPED', message: 'The gateway is being closed', hint: '' } as const

const inUse = {
  code: 'CONFIG_CONFLICT',
  message: 'This gateway is set up already and a demo would hide what it does',
  hint: 'Start the demo beside it: tb-gateway demo, or the application with --demo.',
} as const
