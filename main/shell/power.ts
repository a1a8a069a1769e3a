import { app, BaseWindow, powerMonitor, powerSaveBlocker } from 'electron'
import type { EnginePort } from './engine-port.ts'

// Sleep, shutdown and logoff. The engine hears of sleep because its connections are dead afterwards and its clock has jumped.

/** Windows ends the process right after the event; only what takes no time helps. */
const sessionEndMs = 1000

export function watchPower(engine: EnginePort, keepAwake: boolean, platform: NodeJS.Platform): void {
  powerMonitor.on('suspend', () => engine.setPower('suspend'))
  powerMonitor.on('resume', () => engine.setPower('resume'))
  if (keepAwake) powerSaveBlocker.start('prevent-app-suspension')
  if (platform === 'win32') watchSessionEnd(engine)
  else {
    // Delays the shutdown for the moment that draining takes. Electron passes an event that its types do not mention.
    const onShutdown = (event: { preventDefault(): void }): void => {
      event.preventDefault()
      app.quit()
    }
    powerMonitor.on('shutdown', onShutdown as () => void)
  }
}

/** Windows says "the session ends" to windows only, and ours may be destroyed: an invisible one stays for the whole life. */
let listeningWindow: BaseWindow | undefined

function watchSessionEnd(engine: EnginePort): void {
  listeningWindow = new BaseWindow({ show: false, width: 1, height: 1, skipTaskbar: true })
  // Typed for BrowserWindow only. The question before it (`query-session-end`) is left alone: a shutdown is never blocked, and
  // one that is called off must find the engine running.
  const onSessionEnd = listeningWindow.on.bind(listeningWindow) as (event: string, listener: () => void) => unknown
  onSessionEnd('session-end', () => void engine.stop(sessionEndMs))
}
