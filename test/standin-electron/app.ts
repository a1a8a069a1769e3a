import { EventEmitter } from 'node:events'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { isAbsolute, join } from 'node:path'
import type * as Electron from 'electron'
import { recorded } from './state.ts'
import { electronEvent, type Members, strict } from './strict.ts'

/** Filled in by boot.ts before the application's first line runs. */
export const started = { appPath: '', name: '', version: '', ready: false, quitting: false, ended: false }

const paths = new Map<string, string>()
const emitter = new EventEmitter()
const whenReady = Promise.withResolvers<void>()
/** The windows that a quit has to close first; set by browser-window.ts. */
export const closing = { closeAll: (): boolean => true }

const members = {
  get isPackaged() {
    return process.env['TB_GW_STANDIN_ASAR'] !== undefined
  },
  whenReady: () => whenReady.promise,
  isReady: () => started.ready,
  enableSandbox: () => beforeReady('app.enableSandbox'),
  disableHardwareAcceleration() {
    beforeReady('app.disableHardwareAcceleration')
    recorded.hardwareAcceleration = false
  },
  getAppPath: () => started.appPath,
  getName: () => started.name,
  getVersion: () => started.version,
  // Chromium's command line would choose it; the tests speak English.
  getLocale: () => 'en-US',
  getPath,
  setPath(name: string, path: string) {
    if (!isAbsolute(path)) throw new Error('Path must be absolute')
    paths.set(name, path)
  },
  setAppUserModelId() {},
  getLoginItemSettings: () => ({ ...recorded.loginItem }) as Electron.LoginItemSettings,
  setLoginItemSettings({ openAtLogin }: Electron.Settings) {
    // Does nothing on Linux (electron, shell/browser/browser_linux.cc).
    if (process.platform !== 'linux') recorded.loginItem.openAtLogin = openAtLogin === true
  },
  requestSingleInstanceLock,
  relaunch() {
    recorded.relaunches++
  },
  quit,
  exit,
} satisfies Members<Electron.App>

export const app = strict(
  'app',
  Object.defineProperties(emitter, Object.getOwnPropertyDescriptors(members)),
) as EventEmitter & typeof members

export function becomeReady(): void {
  started.ready = true
  emitter.emit('will-finish-launching', electronEvent({}))
  emitter.emit('ready', electronEvent({}), {})
  whenReady.resolve()
}

function beforeReady(what: string): void {
  if (started.ready) throw new Error(`${what} can only be called before app is ready`)
}

function getPath(name: string): string {
  const set = paths.get(name)
  if (set !== undefined) return set
  const appData = process.env['XDG_CONFIG_HOME'] || join(homedir(), '.config')
  const userData = join(appData, started.name)
  const known: Record<string, string> = { home: homedir(), appData, userData, sessionData: userData, temp: tmpdir() }
  const path = known[name]
  if (path === undefined) throw new Error(`Failed to get '${name}' path`)
  return path
}

/** The first process keeps its number in the data folder; a second one rings it with SIGUSR2. */
function requestSingleInstanceLock(): boolean {
  const folder = getPath('userData')
  mkdirSync(folder, { recursive: true })
  const file = join(folder, 'SingletonLock.standin')
  const holder = runningHolder(file)
  if (holder !== undefined) {
    process.kill(holder, 'SIGUSR2')
    return false
  }
  process.on('SIGUSR2', () => {
    void whenReady.promise.then(() => emitter.emit('second-instance', electronEvent({}), [], process.cwd(), null))
  })
  writeFileSync(file, String(process.pid))
  process.on('exit', () => rmSync(file, { force: true }))
  return true
}

function runningHolder(file: string): number | undefined {
  try {
    const pid = Number(readFileSync(file, 'utf8'))
    process.kill(pid, 0)
    return pid
  } catch {
    return undefined
  }
}

function quit(): void {
  if (started.ended) return
  const before = electronEvent({})
  emitter.emit('before-quit', before)
  if (before.defaultPrevented) return
  started.quitting = true
  if (!closing.closeAll()) {
    started.quitting = false
    return
  }
  const will = electronEvent({})
  emitter.emit('will-quit', will)
  if (will.defaultPrevented) started.quitting = false
  else exit(0)
}

function exit(code = 0): void {
  if (started.ended) return
  started.ended = true
  emitter.emit('quit', electronEvent({}), code)
  if (started.ready) setImmediate(() => process.exit(code))
  else process.exit(code)
}
