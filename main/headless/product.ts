import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Both this file (main/headless) and its bundle (out/main) lie two folders below package.json. */
const root = join(import.meta.dirname, '..', '..')

export function productVersion(): string {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
  return version
}

/** The built UI. */
export const rendererFolder = join(root, 'out', 'renderer')
