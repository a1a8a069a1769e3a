import type { App } from 'electron'
import type { Log } from '../engine/observe/log.ts'

// How the application ends. Whatever asks for it (menu, signal, logout), the registered steps run once, last registered
// first, and together take at most `drainMs`; then the process ends with the code it was given. What a step leaves undone at
// the deadline is safe: accepted data is on disk since its commit.

/** Long enough to settle what is in flight, short enough for systemd and macOS, which kill after 20 s and more. */
const drainMs = 10_000
/** Added for a thread that has to be ended by force. */
const graceMs = 3000

type Step = (withinMs: number) => Promise<void>

export class Departure {
  readonly #app: Pick<App, 'on' | 'quit' | 'exit'>
  readonly #log: Log
  readonly #steps: Step[] = []
  #state: 'staying' | 'draining' | 'drained' = 'staying'
  #exitCode = 0

  constructor(app: Pick<App, 'on' | 'quit' | 'exit'>, log: Log) {
    this.#app = app
    this.#log = log
    app.on('before-quit', (event) => {
      if (this.#state === 'drained') return
      event.preventDefault()
      this.leave(0)
    })
  }

  /** True from the first wish to quit: windows close then instead of going to the tray. */
  get isLeaving(): boolean {
    return this.#state !== 'staying'
  }

  addStep(step: Step): void {
    this.#steps.push(step)
  }

  /** Asks again and again do no harm; the first exit code other than 0 counts. */
  leave(exitCode: number): void {
    this.#exitCode ||= exitCode
    if (this.#state !== 'staying') return
    this.#state = 'draining'
    this.#log.info('shell.quitting')
    void this.#drain()
  }

  async #drain(): Promise<void> {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, drainMs + graceMs)
    })
    await Promise.race([this.#runSteps(), late])
    clearTimeout(timer)
    this.#state = 'drained'
    if (this.#exitCode === 0) this.#app.quit()
    else this.#app.exit(this.#exitCode)
  }

  async #runSteps(): Promise<void> {
    for (const step of this.#steps.toReversed()) {
      try {
        await step(drainMs)
      } catch (error) {
        this.#log.error('shell.quit.step.failed', { reason: String(error) })
      }
    }
  }
}
