import { app, BrowserWindow, type BrowserWindowConstructorOptions, nativeImage, nativeTheme, screen } from 'electron'
import type { Log } from '../engine/observe/log.ts'
import { appIcon } from './icons/app-icon.ts'
import { encodePng } from './icons/image-formats.ts'
import { productTitle } from './product.ts'
import type { SettingsFile, WindowBounds } from './settings.ts'
import { fitToDisplays } from './window-bounds.ts'

// The one window. It can be destroyed and made again at any time: it holds no state that the engine does not have. Hidden for
// a while, it is destroyed, which frees its renderer; the engine does not notice.

export interface MainWindowOptions {
  readonly preload: string
  /** Address of the page: app://bundle/, or the development server. */
  readonly page: string
  readonly settings: SettingsFile
  readonly log: Log
  /** The user closed the window. True = let it go, false = `onClosed` decided otherwise and the window stays. */
  readonly mayClose: () => boolean
  /** The page has become visible and wants the newest state. */
  readonly onVisible: () => void
}

const background = { dark: '#1a1b1e', light: '#ffffff' } as const
/** A page that dies again and again is left dead: a loop of restarts would eat the PC. The next "Open" tries again. */
const reloadsPerWindow = 3

export class MainWindow {
  readonly #options: MainWindowOptions
  #window: BrowserWindow | undefined
  #undoGrace: () => void = () => {}
  #reloads = 0
  /** Whether the window is to be seen. A page that finishes loading after its window was closed must not bring it back. */
  #wanted = false
  /** Whether the window has been on the screen with its page: before that its state is not the user's choice. */
  #presented = false

  constructor(options: MainWindowOptions) {
    this.#options = options
  }

  /** The window while it exists, shown or hidden. */
  get window(): BrowserWindow | undefined {
    return this.#window && !this.#window.isDestroyed() ? this.#window : undefined
  }

  get isVisible(): boolean {
    const window = this.window
    return window?.isVisible() === true && !window.isMinimized()
  }

  /** Makes the window if there is none, and brings it to the front. */
  show(): void {
    this.#undoGrace()
    this.#wanted = true
    if (process.platform === 'darwin') void app.dock?.show()
    const window = this.window
    if (!window) {
      this.#create()
      return
    }
    if (window.isMinimized()) window.restore()
    this.#present(window)
    window.focus()
  }

  /** Out of sight now, gone after the grace period. */
  hide(): void {
    this.#wanted = false
    const window = this.window
    if (!window) return
    this.#remember(window)
    window.hide()
    if (process.platform === 'darwin') app.dock?.hide()
    this.#undoGrace()
    const timer = setTimeout(() => this.destroy(), this.#options.settings.value.hiddenWindowSeconds * 1000)
    this.#undoGrace = () => clearTimeout(timer)
  }

  minimize(): void {
    this.window?.minimize()
  }

  destroy(): void {
    this.#undoGrace()
    this.window?.destroy()
    this.#window = undefined
  }

  /** Only to a window somebody sees: a hidden page would queue what it can not show. */
  send(channel: string, ...args: readonly unknown[]): void {
    const window = this.window
    if (!window || !this.isVisible || window.webContents.isDestroyed()) return
    window.webContents.send(channel, ...args)
  }

  #create(): void {
    const { mayClose, onVisible, page, log } = this.#options
    const window = new BrowserWindow(this.#windowOptions())
    this.#window = window
    this.#presented = false
    const present = (): void => {
      if (this.#wanted && !this.#presented && this.window === window) this.#present(window)
    }
    window.once('ready-to-show', present)
    // Some drivers never paint a hidden window, and then ready-to-show does not come.
    window.webContents.once('did-finish-load', present)
    window.on('show', onVisible)
    window.on('restore', onVisible)
    window.webContents.on('did-finish-load', onVisible)
    window.on('close', (event) => {
      this.#remember(window)
      if (!mayClose()) event.preventDefault()
    })
    window.on('closed', () => {
      if (this.#window === window) this.#window = undefined
    })
    window.webContents.on('render-process-gone', (_event, details) => this.#revive(window, details.reason))
    window.loadURL(page).catch((error: unknown) => log.error('window.load.failed', { reason: String(error) }))
  }

  #present(window: BrowserWindow): void {
    if (!this.#presented && this.#options.settings.value.window?.maximized) window.maximize()
    this.#presented = true
    window.show()
  }

  #windowOptions(): BrowserWindowConstructorOptions {
    const { settings, preload } = this.#options
    const stored = settings.value.window
    const place = stored ? fitToDisplays(stored, screen.getAllDisplays()) : { width: 1280, height: 800 }
    return {
      ...place,
      minWidth: 800,
      minHeight: 560,
      show: false,
      title: productTitle,
      backgroundColor: nativeTheme.shouldUseDarkColors ? background.dark : background.light,
      autoHideMenuBar: true,
      icon: nativeImage.createFromBuffer(encodePng(appIcon(256))),
      webPreferences: {
        preload,
        contextIsolation: true,
        sandbox: true,
        nodeIntegration: false,
        webviewTag: false,
        spellcheck: false,
      },
    }
  }

  #remember(window: BrowserWindow): void {
    if (!this.#presented) return
    const bounds: WindowBounds = { ...window.getNormalBounds(), maximized: window.isMaximized() }
    try {
      this.#options.settings.change({ window: bounds })
    } catch (error) {
      this.#options.log.warn('settings.write.failed', { reason: String(error) })
    }
  }

  #revive(window: BrowserWindow, reason: string): void {
    this.#options.log.error('window.page.gone', { reason })
    if (window.isDestroyed() || reason === 'clean-exit') return
    if (this.isVisible && this.#reloads < reloadsPerWindow) {
      this.#reloads++
      window.webContents.reload()
    } else {
      this.#reloads = 0
      this.destroy()
    }
  }
}
