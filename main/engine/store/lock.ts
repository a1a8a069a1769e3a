import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { GatewayError } from '../kit/gateway-error.ts'
import { openLock } from './sqlite.ts'

/**
 * One instance per data folder. The lock is a file lock of the operating system, held through SQLite: it ends with the
 * process, also after `kill -9`, so there is no stale lock to clear. The pid beside it is only for the message.
 * Returns the release.
 */
export function lockFolder(folder: string): () => void {
  const pidPath = join(folder, 'lock.pid')
  const lock = openLock(join(folder, 'lock.db'))
  if (!lock) {
    const pid = holder(pidPath)
    throw new GatewayError('STORE_LOCKED', 'Another gateway uses this data folder already', {
      retry: 'never',
      hint: `Stop the other gateway${pid ? ` (process ${pid})` : ''} or choose another data folder.`,
      detail: { folder, ...(pid ? { pid } : {}) },
    })
  }
  writeFileSync(pidPath, String(process.pid))
  return () => lock.close()
}

function holder(pidPath: string): number | undefined {
  try {
    return Number.parseInt(readFileSync(pidPath, 'utf8'), 10) || undefined
  } catch {
    return undefined
  }
}
