import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { onTestFinished } from 'vitest'

const entry = new URL('./store-child.ts', import.meta.url).pathname

/** A child process with a store; everything it said so far, line by line. */
export class StoreProcess {
  readonly said: Record<string, unknown>[] = []
  readonly ended: Promise<number | null>
  readonly #child: ChildProcess

  constructor(args: readonly string[], wrap: readonly string[] = []) {
    const [command = process.execPath, ...rest] = [...wrap, process.execPath, entry, ...args]
    this.#child = spawn(command, rest, { stdio: ['ignore', 'pipe', 'inherit'] })
    onTestFinished(() => void this.#child.kill('SIGKILL'))
    const { stdout } = this.#child
    if (!stdout) throw new Error('the child has no stdout')
    createInterface(stdout).on('line', (line) => {
      // The last line may be cut by the kill.
      if (line.endsWith('}')) this.said.push(JSON.parse(line))
    })
    this.ended = new Promise((resolve) => {
      this.#child.once('close', (code) => resolve(code))
    })
  }

  /** What was said of `name`, in order. */
  all<T>(name: string): T[] {
    return this.said.filter((line) => name in line).map((line) => line[name] as T)
  }

  async kill(): Promise<void> {
    this.#child.kill('SIGKILL')
    await this.ended
  }
}
