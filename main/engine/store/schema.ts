import { basename } from 'node:path'
import { GatewayError } from '../kit/gateway-error.ts'
import type { Database } from './sqlite.ts'

/** "TBGW": says what the file is to anybody who finds it. */
export const applicationId = 0x54424757

/**
 * One entry per format version, run in order inside one transaction; never edited once released. A table without an index
 * on purpose: one index costs eight times on insert and fourteen times on delete at a million rows.
 */
const migrations: readonly string[] = [
  `
  CREATE TABLE counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE series (
    id INTEGER PRIMARY KEY, device TEXT NOT NULL, profile TEXT NOT NULL, key TEXT NOT NULL, kind TEXT NOT NULL
  );
  CREATE TABLE chunks (
    seq INTEGER PRIMARY KEY, count INTEGER NOT NULL, accepted_at INTEGER NOT NULL, ts_min NOT NULL, ts_max NOT NULL,
    codec INTEGER NOT NULL, crc INTEGER NOT NULL, body BLOB NOT NULL
  );
  CREATE TABLE attributes (
    seq INTEGER PRIMARY KEY, series INTEGER NOT NULL, ts NOT NULL, type TEXT NOT NULL, value TEXT NOT NULL,
    accepted_at INTEGER NOT NULL
  );
  CREATE TABLE ledger (
    kind TEXT NOT NULL, reason TEXT NOT NULL, lane TEXT NOT NULL, since INTEGER NOT NULL, span_ms INTEGER NOT NULL,
    until INTEGER NOT NULL, ts_min NOT NULL, ts_max NOT NULL, count INTEGER NOT NULL,
    PRIMARY KEY (since, span_ms, kind, reason, lane)
  ) WITHOUT ROWID;
  CREATE TABLE quarantine (
    id INTEGER PRIMARY KEY, device TEXT NOT NULL, key TEXT NOT NULL, kind TEXT NOT NULL, ts NOT NULL, type TEXT NOT NULL,
    value TEXT NOT NULL, reason_code INTEGER NOT NULL, reason TEXT NOT NULL, attempts INTEGER NOT NULL, at INTEGER NOT NULL
  );
  CREATE TABLE damaged (
    id INTEGER PRIMARY KEY, seq INTEGER NOT NULL, count INTEGER NOT NULL, codec INTEGER NOT NULL, crc INTEGER NOT NULL,
    body BLOB NOT NULL, at INTEGER NOT NULL
  );
  `,
  // 2: segments. store.db keeps its chunks until they are delivered and becomes the home of attributes and newest-only values.
  `
  ALTER TABLE chunks ADD COLUMN class INTEGER NOT NULL DEFAULT 0;
  CREATE TABLE latest (
    seq INTEGER PRIMARY KEY, series INTEGER NOT NULL, ts NOT NULL, type TEXT NOT NULL, value TEXT NOT NULL,
    accepted_at INTEGER NOT NULL
  );
  CREATE TABLE retained (seq INTEGER PRIMARY KEY, acked_at INTEGER NOT NULL, until INTEGER NOT NULL);
  `,
  // 3: the ledger knows class, source and series, and what sources lost before it was accepted; state rows have a checksum.
  `
  ALTER TABLE attributes ADD COLUMN crc INTEGER;
  ALTER TABLE latest ADD COLUMN crc INTEGER;
  ALTER TABLE ledger RENAME TO ledger2;
  CREATE TABLE ledger (
    since INTEGER NOT NULL, span_ms INTEGER NOT NULL, kind TEXT NOT NULL, reason TEXT NOT NULL, lane TEXT NOT NULL,
    class TEXT NOT NULL, source TEXT NOT NULL, until INTEGER NOT NULL, ts_min NOT NULL, ts_max NOT NULL,
    count INTEGER NOT NULL, entries INTEGER NOT NULL, uncounted INTEGER NOT NULL, series_count INTEGER NOT NULL,
    series TEXT NOT NULL, PRIMARY KEY (since, span_ms, kind, reason, lane, class, source)
  ) WITHOUT ROWID;
  INSERT INTO ledger SELECT since, span_ms, kind, reason, lane, '', '', until, ts_min, ts_max, count, 1, 0, 0, '[]' FROM ledger2;
  DROP TABLE ledger2;
  `,
]

export const formatVersion = migrations.length

/** Brings the file to this program's format; refuses a file of a newer program or of another one. */
export function migrate(db: Database): void {
  const owner = db.pragma('application_id', { simple: true })
  const version = Number(db.pragma('user_version', { simple: true }))
  if (owner !== applicationId && (owner !== 0 || version !== 0)) {
    throw new GatewayError(
      'STORE_VERSION',
      `The file ${basename(db.name)} in the data folder was not made by this gateway`,
      {
        retry: 'never',
        hint: 'Move it away or choose another data folder.',
      },
    )
  }
  if (version > formatVersion) {
    throw new GatewayError('STORE_VERSION', 'The stored data was written by a newer version of the gateway', {
      retry: 'never',
      hint: `Install that version again, or choose another data folder. Format of the file: ${version}, of this program: ${formatVersion}.`,
      detail: { found: version, supported: formatVersion },
    })
  }
  if (version === formatVersion) return
  db.transaction(() => {
    for (const sql of migrations.slice(version)) db.exec(sql)
    db.pragma(`application_id = ${applicationId}`)
    db.pragma(`user_version = ${formatVersion}`)
  }).immediate()
  // The tables lie in the file itself and not only in its WAL: a damaged file may borrow the first page (damaged-file.ts).
  db.pragma('wal_checkpoint(PASSIVE)')
}
