import { createHash } from 'node:crypto'
import { EventEmitter } from 'node:events'
import type * as Electron from 'electron'
import { started } from './app.ts'
import { recorded } from './state.ts'
import { type Members, mustBeReady, strict } from './strict.ts'

// The smaller modules: they record what they were told and answer what a usual desktop answers.

export const dialog = strict('dialog', {
  async showMessageBox(first: unknown, second?: Electron.MessageBoxOptions): Promise<Electron.MessageBoxReturnValue> {
    mustBeReady(started.ready, 'dialog.showMessageBox')
    const { message, buttons = ['OK'], defaultId = 0, type = 'none' } = second ?? (first as Electron.MessageBoxOptions)
    recorded.dialogs.push({ kind: type, message, buttons })
    return { response: recorded.answers.shift() ?? defaultId, checkboxChecked: false }
  },
  showErrorBox(title: string, content: string) {
    recorded.dialogs.push({ kind: 'error', message: content, buttons: [] })
    process.stderr.write(`${title}: ${content}\n`)
  },
} satisfies Members<Electron.Dialog>)

export const powerMonitor = strict('powerMonitor', new EventEmitter())

let blockers = 0
export const powerSaveBlocker = strict('powerSaveBlocker', {
  start(type: 'prevent-app-suspension' | 'prevent-display-sleep') {
    mustBeReady(started.ready, 'powerSaveBlocker.start')
    recorded.powerSaveBlockers.set(++blockers, type)
    return blockers
  },
} satisfies Members<Electron.PowerSaveBlocker>)

/** TB_GW_STANDIN_KEYRING=basic_text plays a Linux desktop without a keyring. */
const backend = process.env['TB_GW_STANDIN_KEYRING'] ?? 'gnome_libsecret'
/** Not protection: it only makes a wrapped text differ from a plain one. */
const mask = createHash('sha256').update('stand-in').digest()
const masked = (bytes: Buffer): Buffer => Buffer.from(bytes.map((byte, at) => byte ^ (mask[at % mask.length] ?? 0)))

export const safeStorage = strict('safeStorage', {
  getSelectedStorageBackend: () => backend as ReturnType<Electron.SafeStorage['getSelectedStorageBackend']>,
  // True with basic_text as well, as in Electron: only the backend's name tells.
  isAsyncEncryptionAvailable: async () => started.ready,
  async encryptStringAsync(plain: string) {
    mustBeReady(started.ready, 'safeStorage can not be used')
    return Buffer.concat([Buffer.from('v11'), masked(Buffer.from(plain))])
  },
  async decryptStringAsync(wrapped: Buffer) {
    mustBeReady(started.ready, 'safeStorage can not be used')
    if (wrapped.subarray(0, 3).toString() !== 'v11') throw new Error('Ciphertext does not appear to be encrypted.')
    return { result: masked(wrapped.subarray(3)).toString(), shouldReEncrypt: false }
  },
} satisfies Members<Electron.SafeStorage>)

const defaultSession = Object.assign(new EventEmitter(), {
  setPermissionRequestHandler() {},
  setPermissionCheckHandler() {},
  setDevicePermissionHandler() {},
} satisfies Members<Electron.Session>)

export const session = strict('session', { defaultSession: strict('session', defaultSession) })

export const shell = strict('shell', {
  async openExternal(url: string) {
    recorded.opened.push(url)
  },
} satisfies Members<Electron.Shell>)

export const nativeTheme = strict(
  'nativeTheme',
  Object.assign(new EventEmitter(), { shouldUseDarkColors: false } satisfies Members<Electron.NativeTheme>),
)

const workArea = { x: 0, y: 0, width: 1920, height: 1040 }
export const screen = strict(
  'screen',
  Object.assign(new EventEmitter(), {
    getAllDisplays() {
      mustBeReady(started.ready, 'The "screen" module can not be used')
      return [{ workArea } as Electron.Display]
    },
  } satisfies Members<Electron.Screen>),
)
