import type { Departure } from './departure.ts'
import { askKeepRunning } from './questions.ts'
import type { SettingsFile } from './settings.ts'
import type { MainWindow } from './window.ts'

/** Where a closed window goes while the gateway runs on: to the tray, explained once, or to the task bar. */
export class Background {
  readonly #window: MainWindow
  readonly #settings: SettingsFile
  readonly #departure: Departure
  #asking = false

  constructor(window: MainWindow, settings: SettingsFile, departure: Departure) {
    this.#window = window
    this.#settings = settings
    this.#departure = departure
  }

  receive(): void {
    const { onClose, closeExplained } = this.#settings.value
    if (onClose === 'minimize') this.#window.minimize()
    else if (closeExplained) this.#window.hide()
    else if (!this.#asking) void this.#explain()
  }

  async #explain(): Promise<void> {
    this.#asking = true
    const keepRunning = await askKeepRunning(this.#window.window)
    this.#asking = false
    if (!keepRunning) return this.#departure.leave(0)
    this.#window.hide()
    this.#settings.change({ closeExplained: true })
  }
}
