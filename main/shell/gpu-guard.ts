import { app } from 'electron'
import type { Log } from '../engine/observe/log.ts'
import type { SettingsFile } from './settings.ts'

/** Chromium starts a crashed GPU process again by itself; a third time means the driver, not chance. */
const crashesAllowed = 3

/** Old drivers and remote desktops: after repeated crashes drawing moves to the processor, for good, and we start again. */
export function guardGpu(settings: SettingsFile, log: Log, restart: () => void): void {
  let crashes = 0
  app.on('child-process-gone', (_event, details) => {
    if (details.type !== 'GPU' || details.reason === 'clean-exit') return
    crashes++
    log.warn('shell.gpu.crashed', { reason: details.reason, crashes })
    if (crashes !== crashesAllowed || !settings.value.hardwareAcceleration) return
    settings.change({ hardwareAcceleration: false })
    restart()
  })
}
