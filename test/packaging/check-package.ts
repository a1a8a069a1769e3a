import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { listAsar } from '../standin-electron/asar.ts'
import { type FuseName, readFuses } from './fuses.ts'

export interface PackageFolder {
  readonly folder: string
  readonly executable: string
  /** As in the names of better-sqlite3's binaries. */
  readonly platform: 'linux' | 'win32'
  readonly arch: string
  /** Built for tests: the inspector is allowed. */
  readonly inspect: boolean
}

/** Everything wrong with an unpacked package, as sentences; empty when it may be shipped. */
export function problemsOf({ folder, executable, platform, arch, inspect }: PackageFolder): string[] {
  const archive = join(folder, 'resources', 'app.asar')
  if (!existsSync(archive)) return [`${archive} is missing`]
  const packed = listAsar(readFileSync(archive)).map(({ path, unpacked }) => ({ path: slashes(path), unpacked }))
  return [
    ...nativeProblems(packed, `${archive}.unpacked`, `${platform}-${arch}.node`),
    ...contentProblems(packed.map(({ path }) => path)),
    ...fuseProblems(readFuses(readFileSync(join(folder, executable))), inspect),
  ]
}

type Packed = ReadonlyArray<{ readonly path: string; readonly unpacked: boolean }>

function nativeProblems(packed: Packed, unpackedFolder: string, expected: string): string[] {
  const wanted = `node_modules/better-sqlite3/prebuilds/${expected}`
  const natives = packed.filter(({ path }) => path.endsWith('.node'))
  const problems: string[] = []
  if (natives.length !== 1 || natives[0]?.path !== wanted) {
    problems.push(`native files are ${natives.map(({ path }) => path).join(', ') || 'none'}, expected only ${wanted}`)
  }
  const outside = readdirSync(unpackedFolder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  )
  if (outside.length !== 1) problems.push(`${outside.length} files lie outside the archive, expected the native one`)
  return problems
}

const needed = ['package.json', 'out/main/shell.js', 'out/preload/preload.cjs', 'out/renderer/index.html']
const allowed = [
  /^package\.json$/,
  /^LICENSE$/,
  /^out\//,
  /^node_modules\/better-sqlite3\/(package\.json$|LICENSE$|lib\/|prebuilds\/)/,
]

function contentProblems(paths: readonly string[]): string[] {
  const missing = needed.filter((path) => !paths.includes(path)).map((path) => `${path} is missing`)
  const strange = paths.filter((path) => !allowed.some((pattern) => pattern.test(path)))
  const sources = paths.filter((path) => /\.(ts|tsx|map)$/.test(path))
  return [...missing, ...[...strange, ...sources].map((path) => `${path} does not belong into the package`)]
}

const shippedFuses: Readonly<Record<FuseName, boolean>> = {
  runAsNode: false,
  enableCookieEncryption: true,
  enableNodeOptionsEnvironmentVariable: false,
  enableNodeCliInspectArguments: false,
  enableEmbeddedAsarIntegrityValidation: true,
  onlyLoadAppFromAsar: true,
  loadBrowserProcessSpecificV8Snapshot: false,
  grantFileProtocolExtraPrivileges: false,
}

function fuseProblems(fuses: Readonly<Record<FuseName, boolean>>, inspect: boolean): string[] {
  const expected = { ...shippedFuses, enableNodeCliInspectArguments: inspect }
  return (Object.keys(expected) as FuseName[])
    .filter((name) => fuses[name] !== expected[name])
    .map((name) => `the fuse ${name} is ${fuses[name] ? 'on' : 'off'}`)
}

function slashes(path: string): string {
  return path.replaceAll('\\', '/')
}
