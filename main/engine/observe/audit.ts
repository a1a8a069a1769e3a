import { createHash } from 'node:crypto'
import { open, readFile, rename } from 'node:fs/promises'
import { type AuditEntry, auditEntrySchema } from '../../../shared/api/audit-requests.ts'
import type { Log } from './log.ts'

// audit.jsonl in the data folder: one line per change, each with the hash of the line before it, so that a line that was taken
// out or altered is noticed. It is synced before the change is answered only as far as the disk allows: a full disk stops no
// operator, the log says that the trail has a hole.

/** A line is about 250 bytes: two files are 40,000 changes. */
const fileBytes = 5 << 20
/** Kept for the screen. */
const shownLimit = 5000
const textLimit = 300

interface Line extends AuditEntry {
  /** SHA-256 over the line before it and this entry, hex. */
  readonly chain: string
}

export class AuditTrail {
  readonly #path: string
  readonly #log: Log
  readonly #entries: AuditEntry[] = []
  #chain = ''
  #bytes = 0
  #writing: Promise<void> = Promise.resolve()

  constructor(path: string, log: Log) {
    this.#path = path
    this.#log = log
  }

  async load(): Promise<void> {
    for (const path of [`${this.#path}.1`, this.#path]) {
      const text = await readFile(path, 'utf8').catch(() => '')
      this.#bytes = Buffer.byteLength(text)
      let broken = 0
      for (const line of text.split('\n')) {
        const parsed = parse(line)
        if (!parsed) continue
        const { chain, ...entry } = parsed
        if (this.#chain !== '' && chain !== chainOf(this.#chain, entry)) broken += 1
        this.#chain = chain
        this.#keep(entry)
      }
      if (broken > 0) this.#log.warn('audit.altered', { path, lines: broken })
    }
  }

  /** Resolves when it is on disk, or when it turned out that it can not be. */
  async record(entry: AuditEntry): Promise<void> {
    const short = { ...entry, subject: entry.subject.slice(0, textLimit), refused: entry.refused.slice(0, textLimit) }
    this.#keep(short)
    this.#chain = chainOf(this.#chain, short)
    const line = `${JSON.stringify({ ...short, chain: this.#chain })}\n`
    this.#writing = this.#writing.then(() => this.#append(line))
    await this.#writing
  }

  page(query: { offset: number; limit: number; filter: string }): { total: number; rows: AuditEntry[] } {
    const wanted = query.filter.toLowerCase()
    const rows = this.#entries
      .filter(({ who, action, subject }) => !wanted || `${who} ${action} ${subject}`.toLowerCase().includes(wanted))
      .reverse()
    return { total: rows.length, rows: rows.slice(query.offset, query.offset + query.limit) }
  }

  async #append(line: string): Promise<void> {
    try {
      if (this.#bytes + line.length > fileBytes) {
        await rename(this.#path, `${this.#path}.1`)
        this.#bytes = 0
      }
      const file = await open(this.#path, 'a', 0o600)
      try {
        await file.write(line)
        await file.sync()
      } finally {
        await file.close()
      }
      this.#bytes += Buffer.byteLength(line)
    } catch (error) {
      this.#log.error('audit.not-written', { cause: error instanceof Error ? error.message : String(error) })
    }
  }

  #keep(entry: AuditEntry): void {
    this.#entries.push(entry)
    if (this.#entries.length > shownLimit) this.#entries.shift()
  }
}

/** undefined for a line that was cut by a power failure, or is none of ours. */
function parse(line: string): Line | undefined {
  try {
    const value: unknown = JSON.parse(line)
    const entry = auditEntrySchema.safeParse(value)
    const chain = (value as { chain?: unknown }).chain
    return entry.success && typeof chain === 'string' ? { ...entry.data, chain } : undefined
  } catch {
    return undefined
  }
}

function chainOf(before: string, { at, who, action, subject, refused }: AuditEntry): string {
  return createHash('sha256')
    .update(JSON.stringify([before, at, who, action, subject, refused]))
    .digest('hex')
}
