import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'

/** Damaged files kept for support; the oldest folder goes first. */
const keptBytes = 1 << 30
const keptFolders = 20

/** Moves a damaged file with its WAL into `quarantine/<utc>/`. Returns where it is now. */
export function setAside(folder: string, path: string, at: number): string {
  const place = freeName(join(folder, 'quarantine', new Date(at).toISOString().replace(/[:.]/g, '-')))
  mkdirSync(place, { recursive: true })
  for (const ending of ['', '-wal', '-shm']) {
    if (existsSync(path + ending)) renameSync(path + ending, join(place, basename(path) + ending))
  }
  return join(place, basename(path))
}

/** Folders of damaged files, oldest first. */
export function asideFolders(folder: string): string[] {
  const place = join(folder, 'quarantine')
  if (!existsSync(place)) return []
  return readdirSync(place)
    .sort()
    .map((name) => join(place, name))
    .filter((path) => statSync(path).isDirectory())
}

/** The damaged database in one of these folders. */
export function damagedFileIn(folder: string): string | undefined {
  const name = readdirSync(folder).find((file) => file.endsWith('.db') && !/^(salvage|rescue)\.db$/.test(file))
  return name && join(folder, name)
}

/** Deletes the oldest of those whose salvage is done when there are too many. */
export function trimAside(folder: string, done: (place: string) => boolean): void {
  const places = asideFolders(folder)
  let bytes = 0
  for (const [index, place] of places.reverse().entries()) {
    for (const file of readdirSync(place)) bytes += statSync(join(place, file)).size
    if ((bytes > keptBytes || index >= keptFolders) && done(place)) rmSync(place, { recursive: true, force: true })
  }
}

function freeName(path: string): string {
  for (let n = 1; ; n++) {
    const candidate = n === 1 ? path : `${path}-${n}`
    if (!existsSync(candidate)) return candidate
  }
}
