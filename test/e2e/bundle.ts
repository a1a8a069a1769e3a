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

/** Packages the bundle, open to the inspector. Returns the executable and what dist.mjs said. */
export function packageForTests(platform: 'linux' | 'win'): { path: string; output: string } {
  ensureBundle()
  const outDir = join(root, '.tmp', 'e2e', 'packaged')
  const dist = join(root, 'test/dist.mjs')
  const output = runTool(dist, ['--dir', `--${platform}`, '--inspect', '--built', '--out', outDir])
  return { path: join(outDir, 'linux-unpacked', 'thingsboard-gateway'), output }
}

function runTool(path: string, args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, [path, ...args], { cwd: root, encoding: 'utf8' })
  const output = `${stdout}${stderr}`
  if (status !== 0) throw new Error(`${path} ended with ${status}: ${output.slice(-4000)}`)
  return output
}

/** 0 when it is not there: older than anything. */
function modifiedAt(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0
}

function newestIn(path: string): number {
  if (!statSync(path).isDirectory()) return modifiedAt(path)
  return Math.max(0, ...readdirSync(path).map((name) => newestIn(join(path, name))))
}
