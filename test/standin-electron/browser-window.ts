import { EventEmitter } from 'node:events'
import { isAbsolute } from 'node:path'
import type * as Electron from 'electron'
import { app, closing, started } from './app.ts'
import { electronEvent, mustBeReady, type OnlyNamesOf, strict } from './strict.ts'
import { closeRequested, end, setVisibility, WebContents } from './web-contents.ts'

type Options = Electron.BrowserWindowConstructorOptions

const allWindows = new Set<BrowserWindow>()

export class BrowserWindow extends EventEmitter {
  readonly id: number
  readonly webContents: WebContents
  readonly #options: Options
  #visible: boolean
  #destroyed = false
  #minimized = false
  #maximized = false
  static #ids = 0

  constructor(options: Options = {}) {
    super()
    mustBeReady(started.ready, 'Cannot create BrowserWindow')
    this.id = ++BrowserWindow.#ids
    this.#options = options
    this.#visible = options.show !== false
    const { width = 800, height = 600 } = options
    this.webContents = new WebContents({ width, height, preload: checkedPreload(options) })
    this.webContents.once('did-finish-load', () => this.emit('ready-to-show', electronEvent({})))
    this.webContents.on(closeRequested, () => this.close())
    const window = strict('BrowserWindow', this)
    allWindows.add(window)
    // biome-ignore lint/correctness/noConstructorReturn: every window has to be strict, whoever makes it
    return window
  }

  static getAllWindows(): BrowserWindow[] {
    return [...allWindows]
  }

  static fromWebContents(contents: WebContents | undefined): BrowserWindow | null {
    return BrowserWindow.getAllWindows().find((window) => window.webContents === contents) ?? null
  }

  loadURL(url: string): Promise<void> {
    return this.webContents.loadURL(url)
  }

  show(): void {
    if (this.#visible) return
    this.#visible = true
    this.webContents[setVisibility](true)
    this.emit('show', electronEvent({}))
  }

  hide(): void {
    if (!this.#visible) return
    this.#visible = false
    this.webContents[setVisibility](false)
    this.emit('hide', electronEvent({}))
  }

  minimize(): void {
    this.#minimized = true
    this.webContents[setVisibility](false)
    this.emit('minimize', electronEvent({}))
  }

  restore(): void {
    this.#minimized = false
    this.webContents[setVisibility](true)
    this.emit('restore', electronEvent({}))
  }

  maximize(): void {
    this.#maximized = true
  }

  focus(): void {
    this.emit('focus', electronEvent({}))
  }

  isVisible(): boolean {
    return this.#visible
  }

  isMinimized(): boolean {
    return this.#minimized
  }

  isMaximized(): boolean {
    return this.#maximized
  }

  isDestroyed(): boolean {
    return this.#destroyed
  }

  getNormalBounds(): Electron.Rectangle {
    const { x = 0, y = 0, width = 800, height = 600 } = this.#options
    return { x, y, width, height }
  }

  getTitle(): string {
    return this.#options.title ?? started.name
  }

  close(): void {
    if (this.#destroyed) return
    const event = electronEvent({})
    this.emit('close', event)
    if (!event.defaultPrevented) this.destroy()
  }

  destroy(): void {
    if (this.#destroyed) return
    this.#destroyed = true
    for (const window of allWindows) if (window.id === this.id) allWindows.delete(window)
    this.webContents[end]()
    this.emit('closed')
    if (allWindows.size > 0 || started.quitting) return
    if (app.listenerCount('window-all-closed') > 0) app.emit('window-all-closed')
    else app.quit()
  }
}

/** Without a page: the shell keeps one on Windows, to hear of the session's end. */
export class BaseWindow extends EventEmitter {
  constructor() {
    super()
    mustBeReady(started.ready, 'Cannot create BaseWindow')
  }
}

type _Checked = OnlyNamesOf<Electron.BrowserWindow, BrowserWindow>

closing.closeAll = () => {
  for (const window of BrowserWindow.getAllWindows()) window.close()
  return allWindows.size === 0
}

/** The stand-in has only what a safe window needs, and says so to any other. */
function checkedPreload({ webPreferences = {} }: Options): string {
  const { preload, sandbox = true, contextIsolation = true, nodeIntegration = false } = webPreferences
  if (!sandbox || !contextIsolation || nodeIntegration) {
    throw new Error('Electron stand-in: only sandbox and contextIsolation on, nodeIntegration off')
  }
  if (!preload || !isAbsolute(preload)) throw new Error('preload script must have absolute path')
  if (preload.endsWith('.mjs')) throw new Error('Electron stand-in: a sandboxed preload can not be an ES module')
  return preload
}
