import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Database, openForReading } from './sqlite.ts'

const files = ['store.db', 'store.db-wal', 'store.db-shm']
const marker = 'store.suspect'

/** Written when SQLite called the file corrupt while it was in use: the next start must not trust it again. */
export const suspect = {
  has: (folder: string): boolean => existsSync(join(folder, marker)),
  mark: (folder: string): void => writeFileSync(join(folder, marker), ''),
}

interface MovedAside {
  readonly path: string
  /** Counters of the old file as far as they could be read, so that the new one goes on counting. */
  readonly counters: ReadonlyMap<string, number>
}

/** Moves a damaged file with its WAL into `quarantine-<utc>/` beside it. Nothing is deleted: somebody may want to look. */
export function setAside(folder: string, at: number): MovedAside {
  const counters = readCounters(join(folder, 'store.db'))
  const path = freeName(join(folder, `quarantine-${new Date(at).toISOString().replace(/[:.]/g, '-')}`))
  mkdirSync(path)
  for (const file of files) {
    if (existsSync(join(folder, file))) renameSync(join(folder, file), join(path, file))
  }
  rmSync(join(folder, marker), { force: true })
  return { path, counters }
}

function freeName(path: string): string {
  for (let n = 1; ; n++) {
    const candidate = n === 1 ? path : `${path}-${n}`
    if (!existsSync(candidate)) return candidate
  }
}

function readCounters(path: string): ReadonlyMap<string, number> {
  let db: Database | undefined
  try {
    db = openForReading(path)
    const rows = db?.prepare<[], { name: string; value: number }>('SELECT name, value FROM counters').all() ?? []
    return new Map(rows.map(({ name, value }) => [name, value]))
  } catch {
    // Too damaged to tell: counting starts again at zero.
    return new Map()
  } finally {
    db?.close()
  }
}
