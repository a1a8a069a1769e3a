import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { _electron, type ElectronApplication } from 'playwright'

// The one place that decides which executable the desktop tests run: a real Electron where there is one, else the stand-in.

const root = resolve(import.meta.dirname, '../..')

export interface DesktopLaunch {
  /** Where the gateway keeps its data, fresh for each test. */
  readonly dataDir: string
  readonly args?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** Folder with package.json and out/; the working tree's own when missing. */
  readonly appDir?: string
  /** Executable of a packaged application; `appDir` is inside it then. */
  readonly packaged?: string
}

export interface ElectronChoice {
  readonly executable: string
  readonly isStandIn: boolean
}

export function electronUnderTest(): ElectronChoice {
  const named = process.env['ELECTRON_EXEC_PATH']
  if (named) return { executable: named, isStandIn: named.includes('standin-electron') }
  const inPackage: Partial<Record<NodeJS.Platform, string>> = {
    darwin: 'Electron.app/Contents/MacOS/Electron',
    win32: 'electron.exe',
  }
  const dist = process.env['ELECTRON_OVERRIDE_DIST_PATH'] ?? join(root, 'node_modules/electron/dist')
  const real = join(dist, inPackage[process.platform] ?? 'electron')
  if (existsSync(real)) return { executable: real, isStandIn: false }
  return { executable: join(root, 'test/standin-electron/electron'), isStandIn: true }
}

/** Command and arguments of one start, for tests that start a process themselves. */
export function desktopCommand({ dataDir, args = [], appDir = root, packaged }: DesktopLaunch): {
  command: string
  args: string[]
} {
  const own = ['--data', dataDir, ...args]
  if (packaged !== undefined) return { command: packaged, args: own }
  return { command: electronUnderTest().executable, args: [appDir, ...own] }
}

export function desktopEnvironment(env: Readonly<Record<string, string>> = {}): Record<string, string> {
  const inherited = Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined)
  return { ...Object.fromEntries(inherited), ...env }
}

export function launchDesktop(launch: DesktopLaunch): Promise<ElectronApplication> {
  const { command, args } = desktopCommand(launch)
  return _electron.launch({ executablePath: command, args, env: desktopEnvironment(launch.env), timeout: 60_000 })
}
