import { spawnSync } from 'node:child_process'
import { readdirSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '../..')
const rooms = ['main', 'preload', 'renderer', 'shared', 'electron.vite.config.ts', 'package.json']
const products = [
  'out/main/shell.js',
  'out/main/engine-thread.js',
  'out/preload/preload.cjs',
  'out/renderer/index.html',
]

/** Builds out/ when it is missing or older than a source. Returns the application folder. */
export function ensureBundle(): string {
  const built = Math.min(...products.map((path) => modifiedAt(join(root, path))))
  const changed = Math.max(...rooms.map((room) => newestIn(join(root, room))))
  if (built < changed) runTool(join(root, 'node_modules/electron-vite/bin/electron-vite.js'), ['build'])
  return root
}

/** Packages the bundle for Linux, open to the inspector. Returns the executable. */
export function packageForTests(): string {
  ensureBundle()
  const outDir = join(root, '.tmp', 'e2e', 'packaged')
  runTool(join(root, 'test/dist.mjs'), ['--dir', '--linux', '--inspect', '--built', '--out', outDir])
  return join(outDir, 'linux-unpacked', 'thingsboard-gateway')
}

function runTool(path: string, args: readonly string[]): void {
  const { status, stdout, stderr } = spawnSync(process.execPath, [path, ...args], { cwd: root, encoding: 'utf8' })
  if (status !== 0) throw new Error(`${path} ended with ${status}: ${`${stdout}${stderr}`.slice(-4000)}`)
}

/** 0 when it is not there: older than anything. */
function modifiedAt(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0
}

function newestIn(path: string): number {
  if (!statSync(path).isDirectory()) return modifiedAt(path)
  return Math.max(0, ...readdirSync(path).map((name) => newestIn(join(path, name))))
}
