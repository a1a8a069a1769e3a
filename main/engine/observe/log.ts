import type { LogEntry } from '../../../shared/status.ts'

export type LogLevel = LogEntry['level']
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>

/** Events with fields, no sentences, no payloads, no secrets. */
export interface Log {
  child(component: string): Log
  debug(event: string, fields?: LogFields): void
  info(event: string, fields?: LogFields): void
  warn(event: string, fields?: LogFields): void
  error(event: string, fields?: LogFields): void
}

const levels: readonly LogLevel[] = ['debug', 'info', 'warn', 'error']

/** Newest entries kept for the UI; older ones are in the host's log file. */
const ringSize = 5000
/** A field longer than this is cut: a log line is for reading. */
const fieldLimit = 500

/**
 * Keeps the newest entries in memory and hands each one to `write` (the host's file or stderr). At most `ringSize` entries;
 * a repeated event is the caller's business to count, not the log's.
 */
export class LogBook {
  readonly #entries: LogEntry[] = []
  readonly #listeners = new Set<(entry: LogEntry) => void>()
  readonly #now: () => number
  #seq = 0
  #level: LogLevel
  #quiet = false

  constructor(now: () => number, level: LogLevel = 'info') {
    this.#now = now
    this.#level = level
  }

  get lastSeq(): number {
    return this.#seq
  }

  setLevel(level: LogLevel): void {
    this.#level = level
  }

  /** While quiet, debug entries are dropped whatever the level: the PC has no time for them. */
  setQuiet(quiet: boolean): void {
    this.#quiet = quiet
  }

  onEntry(listener: (entry: LogEntry) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Newest first. `text` is matched case-insensitively against component, event and fields. */
  page(query: {
    offset: number
    limit: number
    level: LogLevel
    text: string
    from?: number | undefined
    to?: number | undefined
  }): {
    total: number
    entries: LogEntry[]
  } {
    const lowest = levels.indexOf(query.level)
    const text = query.text.toLowerCase()
    const { from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY } = query
    const matches = this.#entries.filter(
      (e) =>
        levels.indexOf(e.level) >= lowest &&
        e.at >= from &&
        e.at <= to &&
        (!text || `${e.component} ${e.event} ${e.fields}`.toLowerCase().includes(text)),
    )
    matches.reverse()
    return { total: matches.length, entries: matches.slice(query.offset, query.offset + query.limit) }
  }

  logger(component: string): Log {
    const write =
      (level: LogLevel) =>
      (event: string, fields: LogFields = {}) =>
        this.#write(level, component, event, fields)
    return {
      child: (name) => this.logger(`${component}.${name}`),
      debug: write('debug'),
      info: write('info'),
      warn: write('warn'),
      error: write('error'),
    }
  }

  #write(level: LogLevel, component: string, event: string, fields: LogFields): void {
    if (levels.indexOf(level) < levels.indexOf(this.#level) || (this.#quiet && level === 'debug')) return
    const entry: LogEntry = { seq: ++this.#seq, at: this.#now(), level, component, event, fields: fieldsText(fields) }
    this.#entries.push(entry)
    if (this.#entries.length > ringSize) this.#entries.splice(0, ringSize / 10)
    for (const listener of this.#listeners) listener(entry)
  }
}

function fieldsText(fields: LogFields): string {
  const parts: string[] = []
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined) continue
    const text = String(value)
    parts.push(`${name}=${text.length > fieldLimit ? `${text.slice(0, fieldLimit)}…` : text}`)
  }
  return parts.join(' ')
}
