import type { StandInTray } from './tray.ts'

// What the stand-in has seen, for tests: `electronApp.evaluate(() => globalThis.standInElectron)`.

export interface Recorded {
  readonly trays: StandInTray[]
  readonly dialogs: Array<{ readonly kind: string; readonly message: string; readonly buttons: readonly string[] }>
  /** Answers for coming message boxes; without one the default button is pressed. */
  readonly answers: number[]
  readonly opened: string[]
  readonly powerSaveBlockers: Map<number, string>
  relaunches: number
  hardwareAcceleration: boolean
  loginItem: { openAtLogin: boolean }
}

export const recorded: Recorded = {
  trays: [],
  dialogs: [],
  answers: [],
  opened: [],
  powerSaveBlockers: new Map(),
  relaunches: 0,
  hardwareAcceleration: true,
  loginItem: { openAtLogin: false },
}

Object.assign(globalThis, { standInElectron: recorded })
