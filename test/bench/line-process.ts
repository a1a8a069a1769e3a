import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

export interface StartOptions {
  readonly env?: NodeJS.ProcessEnv
  readonly cwd?: string
}

export type LineEvent = Readonly<Record<string, unknown>> & { readonly event: string }

const startTimeoutMs = 30_000
const stopTimeoutMs = 10_000
/** Of what a process says on stderr, this much is kept for the message when it fails. */
const keptErrorCharacters = 4000

/** A child that prints JSON lines and reads words; its death before `stop` makes every later wait fail with its stderr. */
export class LineProcess {
  readonly name: string
  readonly #child: ChildProcess
  readonly #exited: Promise<number | string>
  #errors = ''
  #events: LineEvent[] = []
  #wake: (() => void) | undefined
  #exit: number | string | undefined

  constructor(name: string, command: string, args: readonly string[], options: StartOptions) {
    this.name = name
    this.#child = spawn(command, args, { ...options, stdio: ['pipe', 'pipe', 'pipe'] })
    this.#exited = new Promise((resolve) => {
      const ended = (exit: number | string): void => {
        this.#exit ??= exit
        this.#wake?.()
        resolve(this.#exit)
      }
      this.#child.once('error', (error) => ended(error.message))
      this.#child.once('exit', (code, signal) => ended(code ?? signal ?? 'gone'))
    })
    // A write to a child that has just died is told by its exit.
    this.#child.stdin?.on('error', () => undefined)
    this.#child.stderr?.on('data', (chunk: Buffer) => {
      this.#errors = (this.#errors + chunk.toString()).slice(-keptErrorCharacters)
    })
    if (this.#child.stdout) createInterface({ input: this.#child.stdout }).on('line', (line) => this.#onLine(line))
  }

  get pid(): number {
    return this.#child.pid ?? 0
  }

  get isRunning(): boolean {
    return this.#exit === undefined
  }

  /** Exit code, signal or reason. */
  get exited(): Promise<number | string> {
    return this.#exited
  }

  get errors(): string {
    return this.#errors
  }

  /** Forgets earlier events of this kind, sends `command`, resolves with the answer. */
  async ask(command: string, event: string): Promise<LineEvent> {
    this.#events = this.#events.filter((e) => e.event !== event)
    this.tell(command)
    return await this.next(event)
  }

  tell(command: string): void {
    this.#child.stdin?.write(`${command}\n`)
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal)
  }

  async next(event: string, timeoutMs = startTimeoutMs): Promise<LineEvent> {
    const deadline = performance.now() + timeoutMs
    for (;;) {
      const at = this.#events.findIndex((e) => e.event === event)
      const found = this.#events[at]
      if (found) {
        this.#events.splice(at, 1)
        return found
      }
      if (this.#exit !== undefined) throw new Error(this.describeExit())
      const left = deadline - performance.now()
      if (left <= 0) throw new Error(`${this.name} did not say "${event}" within ${timeoutMs / 1000} s`)
      await this.#nextChange(left)
    }
  }

  describeExit(): string {
    return `${this.name} ended (${this.#exit}): ${this.#errors.trim() || 'without a word'}`
  }

  /** SIGTERM, then SIGKILL at the time limit; resolves with exit code or signal. */
  async stop(timeoutMs = stopTimeoutMs): Promise<number | string> {
    if (this.#exit !== undefined) return this.#exit
    this.#child.kill('SIGTERM')
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), timeoutMs)
    const exit = await this.#exited
    clearTimeout(timer)
    return exit
  }

  async #nextChange(timeoutMs: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, timeoutMs)
      this.#wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
    this.#wake = undefined
  }

  #onLine(line: string): void {
    if (!line.startsWith('{')) return
    try {
      this.#events.push(JSON.parse(line) as LineEvent)
      this.#wake?.()
    } catch {
      this.#errors += `${line}\n`
    }
  }
}
