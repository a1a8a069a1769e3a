import { spawnSync } from 'node:child_process'
import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { type PackageFolder, problemsOf } from './check-package.ts'
import { writeStandInDist } from './standin-dist.ts'

// Builds the bundle, packages it and looks at the result. Without a real Electron it can make unpacked folders (`--dir`) for
// Linux and Windows around the stand-in, offline; installers need a real Electron and the tools electron-builder downloads.

const root = resolve(import.meta.dirname, '../..')

/** One wrong pattern lets thousands of files through. */
const problemsShown = 10

const usage = `Usage: npm run dist -- [--dir] [--linux] [--win] [--inspect] [--built] [--out DIR]
  --dir      unpacked folders only, without installers
  --linux, --win  these systems; default: both with --dir, else the system this runs on
  --inspect  for tests: the package may be driven through the inspector
  --built    out/ is fresh; do not build it again
  --out DIR  where to write; default: dist`

type Platform = 'linux' | 'win'

interface Plan {
  readonly dir: boolean
  readonly platforms: readonly Platform[]
  readonly inspect: boolean
  readonly built: boolean
  readonly outDir: string
  /** No real Electron here: package the stand-in. */
  readonly standIn: boolean
}

/** Returns the exit code of the process. */
export function dist(args: readonly string[]): number {
  const plan = readPlan(args)
  if (plan === undefined) return 64
  if (plan.standIn && !plan.dir) {
    say('There is no Electron here, so installers can not be made. `npm run dist -- --dir` builds with the stand-in.')
    return 1
  }
  if (plan.standIn) {
    say('There is no Electron here: the packages are built around the test stand-in. Do not ship them.')
  }
  if (!plan.built && !run('electron-vite', ['build'])) return 1
  return plan.platforms.every((platform) => buildAndCheck(plan, platform)) ? 0 : 1
}

function readPlan(args: readonly string[]): Plan | undefined {
  try {
    const flag = { type: 'boolean', default: false } as const
    const options = {
      dir: flag,
      linux: flag,
      win: flag,
      inspect: flag,
      built: flag,
      out: { type: 'string' },
    } as const
    const { values } = parseArgs({ args: [...args], options })
    const chosen: Platform[] = [
      ...(values.linux ? (['linux'] as const) : []),
      ...(values.win ? (['win'] as const) : []),
    ]
    const here: Platform = process.platform === 'win32' ? 'win' : 'linux'
    return {
      dir: values.dir,
      platforms: chosen.length > 0 ? chosen : values.dir ? ['linux', 'win'] : [here],
      inspect: values.inspect,
      built: values.built,
      outDir: resolve(values.out ?? join(root, 'dist')),
      standIn: !hasElectron(),
    }
  } catch (error) {
    say(`${error instanceof Error ? error.message : String(error)}\n${usage}`)
    return undefined
  }
}

const electronDist = process.env['ELECTRON_OVERRIDE_DIST_PATH'] ?? join(root, 'node_modules/electron/dist')
const executables: Readonly<Record<Platform, string>> = { linux: 'electron', win: 'electron.exe' }

function hasElectron(): boolean {
  return Object.values(executables).some((name) => existsSync(join(electronDist, name)))
}

/** electron-builder makes one folder for each architecture; without installers the usual one is enough. */
function buildAndCheck(plan: Plan, platform: Platform): boolean {
  const output = join(plan.outDir, platform === 'linux' ? 'linux-unpacked' : 'win-unpacked')
  rmSync(output, { recursive: true, force: true })
  const args = [`--${platform}`, '--x64', '--config', configuration(plan, platform)]
  if (!run('electron-builder', plan.dir ? [...args, '--dir'] : args)) return false
  const result: PackageFolder = {
    folder: output,
    executable: platform === 'linux' ? 'thingsboard-gateway' : 'ThingsBoardGateway.exe',
    platform: platform === 'linux' ? 'linux' : 'win32',
    arch: 'x64',
    inspect: plan.inspect,
  }
  const problems = problemsOf(result)
  for (const problem of problems.slice(0, problemsShown)) say(`${relative(root, output)}: ${problem}`)
  if (problems.length > problemsShown) say(`… and ${problems.length - problemsShown} more`)
  if (problems.length === 0) say(`${relative(root, output)} is complete.`)
  return problems.length === 0
}

/** What differs from electron-builder.yml, as a configuration that extends it. */
function configuration({ outDir, inspect, standIn }: Plan, platform: Platform): string {
  const own: Record<string, unknown> = { extends: join(root, 'electron-builder.yml'), directories: { output: outDir } }
  if (inspect) own['electronFuses'] = { enableNodeCliInspectArguments: true }
  if (standIn) {
    const folder = join(root, '.tmp', 'standin-dist', platform)
    writeStandInDist(platform, folder)
    own['electronDist'] = folder
  } else if (existsSync(join(electronDist, executables[platform]))) {
    // The installed one; for another system electron-builder downloads its own.
    own['electronDist'] = electronDist
  }
  const path = join(root, '.tmp', `electron-builder-${platform}.json`)
  writeFileSync(path, JSON.stringify(own))
  return path
}

function run(tool: string, args: readonly string[]): boolean {
  const { status } = spawnSync(process.execPath, [toolPath(tool), ...args], { cwd: root, stdio: ['ignore', 2, 2] })
  if (status !== 0) say(`${tool} failed (${status}).`)
  return status === 0
}

function toolPath(tool: string): string {
  const files: Record<string, string> = {
    'electron-vite': 'node_modules/electron-vite/bin/electron-vite.js',
    'electron-builder': 'node_modules/electron-builder/cli.js',
  }
  return join(root, files[tool] ?? '')
}

function say(text: string): void {
  process.stderr.write(`${text}\n`)
}
