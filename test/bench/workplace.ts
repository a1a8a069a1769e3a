import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join, resolve } from 'node:path'
import { LineProcess, type StartOptions } from './line-process.ts'

const root = resolve(import.meta.dirname, '../../.tmp')
const builtGateway = resolve(import.meta.dirname, '../../out/main/tb-gateway.js')

/** One run's folder, ports and processes; `leave` ends and removes all of them, whatever happened. */
export class Workplace {
  readonly folder: string
  /** What is measured: the built bundle, as users run it, unless another file was named. */
  readonly gatewayFile: string
  readonly #processes: LineProcess[] = []

  private constructor(folder: string, gatewayFile: string) {
    this.folder = folder
    this.gatewayFile = gatewayFile
  }

  /** In the project's folder, not the system's: /tmp may be memory, and the disk is part of what is measured. */
  static async enter(gatewayFile = builtGateway): Promise<Workplace> {
    await mkdir(root, { recursive: true })
    return new Workplace(await mkdtemp(join(root, 'bench-')), resolve(gatewayFile))
  }

  start(name: string, command: string, args: readonly string[], options: StartOptions = {}): LineProcess {
    const started = new LineProcess(name, command, args, options)
    this.#processes.push(started)
    return started
  }

  startNode(file: string, args: readonly string[], options: StartOptions = {}): LineProcess {
    const name = file.replace(/^.*[\\/]/, '')
    return this.start(name, process.execPath, ['--disable-warning=ExperimentalWarning', file, ...args], options)
  }

  say(line: string): void {
    process.stderr.write(`${line}\n`)
  }

  async leave(): Promise<void> {
    for (const each of this.#processes.splice(0).reverse()) await each.stop()
    await rm(this.folder, { recursive: true, force: true })
  }
}

/** A port that was free a moment ago, on loopback. */
export async function freePort(): Promise<number> {
  return await new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}

/** Asks until `question` answers something; fails with `what` at the deadline. */
export async function eventually<T>(
  what: string,
  timeoutMs: number,
  question: () => Promise<T | undefined>,
): Promise<T> {
  const deadline = performance.now() + timeoutMs
  for (;;) {
    const answer = await question()
    if (answer !== undefined) return answer
    if (performance.now() > deadline) throw new Error(`${what}: not within ${timeoutMs / 1000} s`)
    await new Promise((done) => setTimeout(done, pollMs))
  }
}

const pollMs = 100
