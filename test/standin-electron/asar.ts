import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

// Reads an asar archive: a Chromium pickle with a JSON directory, then the files one after the other.

export interface AsarFile {
  readonly path: string
  readonly size: number
  /** Lies beside the archive in `app.asar.unpacked`. */
  readonly unpacked: boolean
  readonly offset: number
}

type Entry = { files: Record<string, Entry> } | { size: number; offset?: string; unpacked?: boolean }

export function listAsar(archive: Buffer): AsarFile[] {
  const files: AsarFile[] = []
  const walk = (entry: Entry, path: string): void => {
    if ('files' in entry) {
      for (const [name, child] of Object.entries(entry.files)) walk(child, join(path, name))
    } else {
      const { size, offset = '0', unpacked = false } = entry
      files.push({ path, size, unpacked, offset: contentStart(archive) + Number(offset) })
    }
  }
  walk(JSON.parse(archive.toString('utf8', 16, 16 + archive.readUInt32LE(12))) as Entry, '')
  return files
}

/** The second number is the size of the pickled directory that follows the first two. */
function contentStart(archive: Buffer): number {
  return 8 + archive.readUInt32LE(4)
}

export function extractAsar(archivePath: string, folder: string): void {
  const archive = readFileSync(archivePath)
  for (const { path, size, unpacked, offset } of listAsar(archive)) {
    const target = join(folder, path)
    mkdirSync(dirname(target), { recursive: true })
    if (unpacked) copyFileSync(join(`${archivePath}.unpacked`, path), target)
    else writeFileSync(target, archive.subarray(offset, offset + size))
  }
}
