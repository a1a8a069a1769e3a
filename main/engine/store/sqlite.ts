import { existsSync } from 'node:fs'
import Sqlite from 'better-sqlite3'
import { GatewayError } from '../kit/gateway-error.ts'

// The only file that knows the SQLite driver: how a file is opened, with which settings, and what its errors mean.

export type Database = Sqlite.Database
export type Statement<Row = unknown> = Sqlite.Statement<unknown[], Row>

/** Older versions can corrupt a WAL file when a checkpoint meets a commit (sqlite.org/changes.html, 3.51.3). */
const oldestVersion = [3, 51, 3] as const
/** Only the status command ever reads beside us; waiting this long for it is a sign that something is wrong. */
const busyTimeoutMs = 5000
export const pageBytes = 4096

const settings = [
  // better-sqlite3 is compiled so that WAL means NORMAL, which loses committed transactions on power loss.
  ['synchronous', 'FULL', 2],
  // Our own checkpoints run after the answers are out (store-thread.ts), never inside a commit.
  ['wal_autocheckpoint', '0', 0],
  // The WAL keeps its blocks: a full disk must not stop a drain.
  ['journal_size_limit', '-1', -1],
  // An I/O error under mmap is SIGBUS.
  ['mmap_size', '0', 0],
  ['cell_size_check', 'ON', 1],
  ['trusted_schema', 'OFF', 0],
  ['temp_store', 'MEMORY', 2],
  // KiB; one connection per segment is open.
  ['cache_size', '-2000', -2000],
] as const

export function sqliteVersion(db: Database): string {
  return db.prepare<[], { v: string }>('SELECT sqlite_version() AS v').get()?.v ?? ''
}

/** Opens (or makes) a file for writing with durable settings, all of them read back. */
export function openForWriting(path: string): Database {
  const db = new Sqlite(path, { timeout: busyTimeoutMs })
  try {
    assertVersion(sqliteVersion(db))
    db.pragma(`page_size = ${pageBytes}`)
    db.pragma('auto_vacuum = NONE')
    const mode = db.pragma('journal_mode = WAL', { simple: true })
    if (mode !== 'wal') throw settingsError('journal_mode', 'wal', mode)
    for (const [name, value, expected] of settings) {
      db.pragma(`${name} = ${value}`)
      // mmap_size answers nothing when mapping is not compiled in.
      const actual = db.pragma(name, { simple: true }) ?? expected
      if (actual !== expected) throw settingsError(name, String(expected), actual)
    }
    return db
  } catch (error) {
    db.close()
    throw error
  }
}

/** A file that nobody relies on yet: fast, not durable, and synced by whoever finishes it. */
export function openForBuilding(path: string): Database {
  const db = new Sqlite(path)
  db.pragma(`page_size = ${pageBytes}`)
  db.pragma('auto_vacuum = NONE')
  db.pragma('journal_mode = OFF')
  db.pragma('synchronous = OFF')
  return db
}

/** Values for the eye only: nothing waits for the disk, and a power cut may cost the last seconds or the file. */
export function openForHistory(path: string): Database {
  const db = new Sqlite(path)
  try {
    db.pragma('journal_mode = WAL')
    db.pragma('synchronous = OFF')
    db.pragma('trusted_schema = OFF')
    // Read through once: a damaged file is better known now.
    db.prepare('SELECT count(*) FROM sqlite_master').get()
    return db
  } catch (error) {
    db.close()
    throw error
  }
}

/** For another process while the engine runs. Undefined when there is no such file. */
export function openForReading(path: string): Database | undefined {
  if (!existsSync(path)) return undefined
  return new Sqlite(path, { readonly: true, fileMustExist: true, timeout: busyTimeoutMs })
}

/** Takes the exclusive lock of `path` and holds it until `close`; undefined when somebody else has it. */
export function openLock(path: string): Database | undefined {
  const db = new Sqlite(path, { timeout: 0 })
  try {
    // The transaction stays open and writes nothing: the lock belongs to the process and dies with it.
    db.exec('BEGIN EXCLUSIVE')
    return db
  } catch (error) {
    db.close()
    if (failureOf(error) === 'busy') return undefined
    throw error
  }
}

type Failure = 'disk-full' | 'corrupt' | 'busy' | 'fault'

/** What an error of the driver means; undefined for anything that does not come from SQLite. */
export function failureOf(error: unknown): Failure | undefined {
  if (!(error instanceof Sqlite.SqliteError)) return undefined
  if (error.code === 'SQLITE_FULL') return 'disk-full'
  if (error.code.startsWith('SQLITE_CORRUPT') || error.code === 'SQLITE_NOTADB') return 'corrupt'
  if (error.code.startsWith('SQLITE_BUSY')) return 'busy'
  return 'fault'
}

/** The file can not be read any more, as far as this error goes: put it aside. A failed write or fsync is another matter. */
export function damageOf(error: unknown): boolean {
  if (failureOf(error) === 'corrupt') return true
  return sqliteCode(error) === 'SQLITE_IOERR_READ' || sqliteCode(error) === 'SQLITE_IOERR_SHORT_READ'
}

export function sqliteCode(error: unknown): string {
  return error instanceof Sqlite.SqliteError ? error.code : ''
}

function assertVersion(version: string): void {
  const parts = version.split('.').map(Number)
  for (const [i, least] of oldestVersion.entries()) {
    const part = parts[i] ?? 0
    if (part > least) return
    if (part < least) throw settingsError('sqlite_version', `at least ${oldestVersion.join('.')}`, version)
  }
}

function settingsError(name: string, expected: string, actual: unknown): GatewayError {
  return new GatewayError('STORE_SETTINGS', `SQLite did not accept the setting ${name}`, {
    retry: 'never',
    hint: `The data folder must be on a local disk and the program complete; expected ${expected}, got ${actual}. Reinstall the program or choose another data folder.`,
    detail: { name, expected, actual: String(actual) },
  })
}
