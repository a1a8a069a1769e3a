import { Menu, type MenuItemConstructorOptions, type NativeImage, nativeImage, Tray } from 'electron'
import { type TrayIconState, trayIconPng } from './icons/tray-icon.ts'
import { productTitle } from './product.ts'
import type { TrayView } from './tray-view.ts'
import { shellWords } from './words.ts'

// The icon beside the clock. Keeps the same words in menu and tooltip, because some desktops repaint the icon late or never
// (electron#54152). The menu is built again only when its text changes: over D-Bus a rebuilt menu closes under the pointer.

export interface TrayActions {
  readonly open: () => void
  readonly quit: () => void
  readonly autostart: { readonly enabled: boolean; set(enabled: boolean): void }
}

const iconSize = { darwin: 16, win32: 16, linux: 24 } as const

export class GatewayTray {
  readonly #tray: Tray
  readonly #actions: TrayActions
  readonly #platform: NodeJS.Platform
  #icon: TrayIconState
  #tooltip = ''
  #menuText = ''

  constructor(actions: TrayActions, platform: NodeJS.Platform) {
    this.#actions = actions
    this.#platform = platform
    this.#icon = 'starting'
    this.#tray = new Tray(image('starting', platform))
    // macOS opens the menu on a click; elsewhere a left click is the short way to the window.
    if (platform !== 'darwin') this.#tray.on('click', actions.open)
    this.#tray.on('double-click', actions.open)
    const { starting } = shellWords().states
    this.show({ icon: 'starting', state: starting, issues: [], tooltip: starting })
  }

  show(view: TrayView): void {
    if (view.icon !== this.#icon) {
      this.#icon = view.icon
      this.#tray.setImage(image(view.icon, this.#platform))
    }
    if (view.tooltip !== this.#tooltip) {
      this.#tooltip = view.tooltip
      this.#tray.setToolTip(`${productTitle}\n${view.tooltip}`)
    }
    const autostart = this.#actions.autostart.enabled
    const text = JSON.stringify([view.state, view.issues, autostart, shellWords().tag])
    if (text === this.#menuText) return
    this.#menuText = text
    this.#tray.setContextMenu(Menu.buildFromTemplate(this.#template(view, autostart)))
  }

  destroy(): void {
    if (!this.#tray.isDestroyed()) this.#tray.destroy()
  }

  #template(view: TrayView, autostart: boolean): MenuItemConstructorOptions[] {
    const { open, quit } = this.#actions
    const words = shellWords()
    return [
      { id: 'state', label: label(view.state), click: open },
      ...view.issues.map((issue, at) => ({ id: `issue-${at}`, label: label(issue), click: open })),
      { type: 'separator' },
      { id: 'open', label: words.open(productTitle), click: open },
      {
        id: 'autostart',
        label: words.autostart,
        type: 'checkbox',
        checked: autostart,
        click: (item) => this.#actions.autostart.set(item.checked),
      },
      { type: 'separator' },
      { id: 'quit', label: words.quit, click: quit },
    ]
  }
}

/** A single & would underline the next letter. */
function label(text: string): string {
  return text.replaceAll('&', '&&')
}

function image(state: TrayIconState, platform: NodeJS.Platform): NativeImage {
  const size = platform === 'darwin' || platform === 'win32' ? iconSize[platform] : iconSize.linux
  const icon = nativeImage.createFromBuffer(trayIconPng(state, size), { width: size, height: size })
  for (const scaleFactor of [1.25, 1.5, 2, 3]) {
    const buffer = trayIconPng(state, Math.round(size * scaleFactor))
    icon.addRepresentation({ scaleFactor, width: size, height: size, buffer })
  }
  // macOS colours the icon itself and needs the outline only.
  if (platform === 'darwin') icon.setTemplateImage(true)
  return icon
}
