import type { EventPayload } from '../../shared/api/contract.ts'
import type { GatewayStatus, Issue } from '../../shared/status.ts'
import type { EnginePort } from './engine-port.ts'
import type { GatewayTray } from './tray.ts'
import { trayView } from './tray-view.ts'

/** The tray is looked at, not watched: status comes up to 4 times a second. */
const repaintMs = 1000

/** Follows the engine and repaints the tray, at most once a `repaintMs`. */
export class TrayPresenter {
  readonly #engine: EnginePort
  readonly #tray: GatewayTray
  #state: EventPayload<'engine.state'> = { state: 'starting', detail: '' }
  #status: GatewayStatus | undefined
  #issues: readonly Issue[] = []
  #timer: NodeJS.Timeout | undefined
  #readingIssues = false
  #stopped = false

  constructor(engine: EnginePort, tray: GatewayTray) {
    this.#engine = engine
    this.#tray = tray
  }

  get isCollecting(): boolean {
    return this.#state.state === 'running' && this.#status?.connectors.some((c) => c.state === 'online') === true
  }

  /** Returns the undo. */
  start(): () => void {
    const undo = this.#engine.onEvent((channel, payload) => {
      // Our own engine thread sends what the contract says; the types are checked where it sends.
      if (channel === 'engine.state') {
        this.#state = payload as EventPayload<'engine.state'>
        if (this.#state.state === 'running') void this.#readIssues()
      } else if (channel === 'status.changed') this.#status = payload as GatewayStatus
      else if (channel === 'issues.changed') void this.#readIssues()
      else return
      this.#repaintSoon()
    })
    return () => {
      undo()
      this.#stopped = true
      clearTimeout(this.#timer)
    }
  }

  /** The same in other words: the language changed. */
  repaint(): void {
    this.#repaintSoon()
  }

  #repaintSoon(): void {
    if (this.#stopped) return
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      this.#tray.show(trayView(this.#state, this.#status, this.#issues))
    }, repaintMs)
  }

  async #readIssues(): Promise<void> {
    if (this.#readingIssues) return
    this.#readingIssues = true
    const result = await this.#engine.request('issues.list', { closed: false })
    this.#readingIssues = false
    if (!result.ok) return
    this.#issues = (result.value as { issues: Issue[] }).issues
    this.#repaintSoon()
  }
}
