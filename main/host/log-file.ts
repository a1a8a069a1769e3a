import { appendFileSync, mkdirSync, renameSync, statSync } from 'node:fs'
import { appendFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { LogEntry } from '../../shared/status.ts'

// The log on disk: gateway.log and its older parts gateway.1.log … in `folder`, at most (keptParts + 1) × partBytes. Lines
// wait at most `flushMs`; `flushNow` writes what waits before the process dies. A full disk or a missing folder loses log
// lines, never data: writing errors are counted and said in the first line that gets through.

/** 5 parts of 5 MB hold weeks of a quiet gateway and fit into any mail. */
const partBytes = 5_000_000
const keptParts = 4
const flushMs = 250
/** A flood of lines must not fill the memory while the disk is slow. */
const waitingLimit = 5000

export class LogFile {
  readonly #folder: string
  readonly #path: string
  #waiting: string[] = []
  #lost = 0
  #bytes: number
  #timer: NodeJS.Timeout | undefined
  #writing = Promise.resolve()

  constructor(folder: string) {
    this.#folder = folder
    this.#path = join(folder, 'gateway.log')
    mkdirSync(folder, { recursive: true })
    this.#bytes = statSync(this.#path, { throwIfNoEntry: false })?.size ?? 0
  }

  write(entry: LogEntry): void {
    if (this.#waiting.length >= waitingLimit) this.#lost++
    else this.#waiting.push(lineOf(entry))
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      this.#writing = this.#writing.then(() => this.#flush())
    }, flushMs)
  }

  /** Synchronous, for the last words of a process. */
  flushNow(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const text = this.#take()
    if (!text) return
    try {
      appendFileSync(this.#path, text)
    } catch {
      this.#lost++
    }
  }

  async #flush(): Promise<void> {
    const text = this.#take()
    if (!text) return
    try {
      if (this.#bytes + Buffer.byteLength(text) > partBytes) this.#rotate()
      await appendFile(this.#path, text)
      this.#bytes += Buffer.byteLength(text)
    } catch {
      this.#lost += text.split('\n').length - 1
    }
  }

  #take(): string {
    const lines = this.#waiting
    this.#waiting = []
    if (this.#lost > 0 && lines.length > 0) {
      lines.unshift(`${new Date().toISOString()} warn host log.lost lines=${this.#lost}\n`)
      this.#lost = 0
    }
    return lines.join('')
  }

  #rotate(): void {
    for (let part = keptParts - 1; part >= 0; part--) {
      const from = part === 0 ? this.#path : join(this.#folder, `gateway.${part}.log`)
      if (statSync(from, { throwIfNoEntry: false })) renameSync(from, join(this.#folder, `gateway.${part + 1}.log`))
    }
    this.#bytes = 0
  }
}

/** One entry is one line, whatever its fields hold. */
export function lineOf(entry: LogEntry): string {
  const text = `${new Date(entry.at).toISOString()} ${entry.level} ${entry.component} ${entry.event} ${entry.fields}`
  return `${text.trimEnd().replace(/[\r\n]+/g, ' ⏎ ')}\n`
}
