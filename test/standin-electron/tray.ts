import { EventEmitter } from 'node:events'
import type * as Electron from 'electron'
import { app, started } from './app.ts'
import type { StandInImage } from './native-image.ts'
import { recorded } from './state.ts'
import { mustBeReady, type OnlyNamesOf } from './strict.ts'

// Recorders: no icon is drawn, tests read what would be shown and press what would be pressed.

export interface StandInMenuItem {
  readonly id: string
  readonly label: string
  readonly type: string
  checked: boolean
  click(): void
}

export class Menu {
  items: StandInMenuItem[] = []

  static buildFromTemplate(template: readonly Electron.MenuItemConstructorOptions[]): Menu {
    const menu = new Menu()
    menu.items = template.map(menuItem)
    return menu
  }

  static setApplicationMenu(_menu: Menu | null): void {}

  getMenuItemById(id: string): StandInMenuItem | null {
    return this.items.find((item) => item.id === id) ?? null
  }
}

function menuItem({
  id = '',
  label = '',
  type = 'normal',
  checked = false,
  click,
  role,
}: MenuTemplate): StandInMenuItem {
  const item: StandInMenuItem = {
    id,
    label,
    type,
    checked,
    click() {
      if (type === 'checkbox') item.checked = !item.checked
      if (role === 'quit') app.quit()
      // The shell's own click handlers use the item only.
      else click?.(item as unknown as Electron.MenuItem, undefined, {} as Electron.KeyboardEvent)
    },
  }
  return item
}

type MenuTemplate = Electron.MenuItemConstructorOptions

export class StandInTray extends EventEmitter {
  #destroyed = false

  constructor(image: StandInImage) {
    super()
    mustBeReady(started.ready, 'Cannot create Tray')
    if (recorded.trays.length > 0)
      throw new Error('Electron stand-in: one tray icon only (StatusNotifierItem on Linux)')
    recorded.trays.push(this)
    this.setImage(image)
  }

  setImage(image: StandInImage): void {
    if (image.isEmpty()) throw new Error('Electron stand-in: an empty tray icon is invisible')
    this.#change({ image })
  }

  setToolTip(tooltip: string): void {
    this.#change({ tooltip })
  }

  setContextMenu(menu: Menu | null): void {
    this.#change({ menu })
  }

  destroy(): void {
    this.#destroyed = true
  }

  isDestroyed(): boolean {
    return this.#destroyed
  }

  #change(part: Shown): void {
    if (this.#destroyed) throw new Error('Tray is destroyed')
    shown.set(this, { ...shownBy(this), ...part })
  }
}

type _Checked = OnlyNamesOf<Electron.Tray, StandInTray> | OnlyNamesOf<Electron.Menu, Menu>

interface Shown {
  readonly image?: StandInImage
  readonly tooltip?: string
  readonly menu?: Menu | null
}

const shown = new WeakMap<StandInTray, Shown>()
const shownBy = (tray: StandInTray): Shown => shown.get(tray) ?? {}

/** For tests: what the one tray icon shows now. */
function trayContent(): { tooltip: string; labels: string[]; press(id: string): void } {
  const tray = recorded.trays[0]
  const { tooltip = '', menu } = tray ? shownBy(tray) : {}
  return {
    tooltip,
    labels: menu?.items.map(({ label }) => label) ?? [],
    press(id) {
      const item = menu?.getMenuItemById(id)
      if (!item) throw new Error(`No menu item ${id}`)
      item.click()
    },
  }
}

Object.assign(globalThis, { standInTray: trayContent })
