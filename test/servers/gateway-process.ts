import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

// The headless gateway as a real process, run from source, so that a test can kill it like a power cut would.

const entry = resolve(import.meta.dirname, '../../main/headless/tb-gateway.ts')

export interface ProcessEnd {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

export class GatewayProcess {
  readonly #dataDir: string
  #child: ChildProcess | undefined
  #ended: Promise<ProcessEnd> = Promise.resolve({ code: null, signal: null })
  /** What it wrote to stderr since it was last started, newest 64 KiB. */
  stderr = ''

  constructor(dataDir: string) {
    this.#dataDir = dataDir
  }

  /** Writes gateway.json; call before `start`. */
  configure(config: unknown): void {
    mkdirSync(this.#dataDir, { recursive: true })
    writeFileSync(join(this.#dataDir, 'gateway.json'), JSON.stringify(config, undefined, 2))
  }

  /** Without a UI unless `extra` says where. */
  start(...extra: readonly string[]): void {
    this.stderr = ''
    const child = spawn(process.execPath, [entry, 'run', '--data', this.#dataDir, '--ui', 'off', ...extra], {
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    this.#child = child
    child.stderr?.on('data', (chunk: Buffer) => {
      this.stderr = (this.stderr + chunk.toString()).slice(-65_536)
    })
    this.#ended = new Promise((done) => child.once('exit', (code, signal) => done({ code, signal })))
  }

  get pid(): number | undefined {
    return this.#child?.pid
  }

  get running(): boolean {
    return this.#child !== undefined && this.#child.exitCode === null && this.#child.signalCode === null
  }

  /** Resolves when the process is gone. */
  signal(signal: NodeJS.Signals): Promise<ProcessEnd> {
    this.#child?.kill(signal)
    return this.#ended
  }

  /** For afterEach: nothing survives. */
  async end(): Promise<void> {
    if (this.running) await this.signal('SIGKILL')
  }
}
