import { X509Certificate } from 'node:crypto'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { causeText } from '../../kit/gateway-error.ts'
import type { Log } from '../../observe/log.ts'

/** A certificate file larger than this is not one. */
const fileLimitBytes = 64 * 1024

/** The certificates of a folder; what is no certificate is logged and left out. */
export async function readFolder(folder: string, log: Log): Promise<X509Certificate[]> {
  const names = await readdir(folder).catch(() => [])
  return readFiles(
    names.map((name) => join(folder, name)),
    log,
  )
}

export async function readFiles(paths: readonly string[], log: Log): Promise<X509Certificate[]> {
  const certificates: X509Certificate[] = []
  for (const path of paths) {
    try {
      if ((await stat(path)).size > fileLimitBytes) continue
      certificates.push(new X509Certificate(await readFile(path)))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT')
        log.warn('certificate-unreadable', { path, cause: causeText(error) })
    }
  }
  return certificates
}
