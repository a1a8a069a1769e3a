import { join } from 'node:path'
import { app, Menu, protocol, safeStorage, session, shell } from 'electron'
import type { ErrorReport } from '../../shared/errors.ts'
import { startDemo } from '../demo/demo.ts'
import { EngineHost } from '../engine/engine-host.ts'
import type { Log } from '../engine/observe/log.ts'
import { DemoSwitch } from '../host/demo-switch.ts'
import type { LogFile } from '../host/log-file.ts'
import { bundleOrigin, bundleScheme, createBundleHandler } from './app-protocol.ts'
import { autostartOf } from './autostart.ts'
import { Background } from './background.ts'
import { Departure } from './departure.ts'
import { guardGpu } from './gpu-guard.ts'
import { serveWindow } from './ipc-server.ts'
import { watchPower } from './power.ts'
import { askQuit, tellCannotRun } from './questions.ts'
import { isMainFrameOf } from './request-check.ts'
import type { SettingsFile, ShellSettings } from './settings.ts'
import { GatewayTray } from './tray.ts'
import { TrayPresenter } from './tray-presenter.ts'
import { openVaultKey } from './vault-key.ts'
import { lockDownSession, lockDownWebContents } from './web-security.ts'
import { MainWindow } from './window.ts'
import { WindowEvents } from './window-events.ts'
import { chooseShellLanguage } from './words.ts'

// The composition root of the desktop application: builds the parts after Electron is ready and connects them.

export interface DesktopOptions {
  readonly dataDir: string
  readonly hidden: boolean
  /** Collect from the plant to play with, which lives in the data folder, and deliver to its ThingsBoard stand-in. */
  readonly demo: boolean
  readonly settings: SettingsFile
  readonly logFile: LogFile
  readonly log: Log
  /** Folder of the built bundle: holds main/, preload/ and renderer/. */
  readonly bundleDir: string
  /** Address of the development server; undefined = the bundle. */
  readonly developmentUrl: string | undefined
}

export async function openDesktop(options: DesktopOptions): Promise<void> {
  const { settings, log } = options
  const speak = (): void => chooseShellLanguage(settings.value.language ?? app.getLocale())
  speak()
  const departure = new Departure(app, log)
  const page = options.developmentUrl ?? `${bundleOrigin}/`
  const origin = options.developmentUrl ? new URL(options.developmentUrl).origin : bundleOrigin

  const isOwnPage = (url: string): boolean => url === page || url.startsWith(`${origin}/`)
  lockDownSession(session.defaultSession, isOwnPage)
  lockDownWebContents(isOwnPage, (url) => void shell.openExternal(url))
  protocol.handle(bundleScheme, createBundleHandler(join(options.bundleDir, 'renderer')))
  setApplicationMenu()

  const engine = await createEngine(options, departure, (language) => {
    if (language === settings.value.language) return
    settings.change({ language })
    speak()
    presenter.repaint()
  })
  const window: MainWindow = new MainWindow({
    preload: join(options.bundleDir, 'preload', 'preload.cjs'),
    page,
    settings,
    log,
    mayClose: () => {
      if (!departure.isLeaving) background.receive()
      return departure.isLeaving
    },
    onVisible: () => events.resend(),
  })
  const events = new WindowEvents(window)
  const background = new Background(window, settings, departure)
  const tray = new GatewayTray(
    {
      open: () => window.show(),
      quit: () => void quitFromTray(),
      autostart: autostartOf(app, process.platform, process.env),
    },
    process.platform,
  )
  const presenter = new TrayPresenter(engine, tray)
  const quitFromTray = async (): Promise<void> => {
    if (!presenter.isCollecting || (await askQuit(window.window))) app.quit()
  }

  const stopPresenting = presenter.start()
  departure.addStep(async () => {
    stopPresenting()
    tray.destroy()
  })
  events.follow(engine)
  serveWindow(engine, (frame) => isMainFrameOf(frame, origin))
  watchPower(engine, settings.value.keepAwake, process.platform)
  guardGpu(settings, log, () => {
    relaunch()
    app.quit()
  })
  // Without a listener Electron quits when the last window is gone; the tray is the application.
  app.on('window-all-closed', () => {})
  app.on('second-instance', () => window.show())
  app.on('activate', () => window.show())

  if (!options.hidden) window.show()
  await engine.start()
}

async function createEngine(
  options: DesktopOptions,
  departure: Departure,
  setLanguage: (language: ShellSettings['language']) => void,
): Promise<DemoSwitch> {
  const { log, logFile, dataDir } = options
  const demo = options.demo ? await startDemo({ folder: dataDir, broken: demoBroken(log) }) : undefined
  if (demo) departure.addStep(() => demo.stop())
  const vault = await openVaultKey(dataDir, safeStorage, process.platform)
  log[vault.protection === 'system' ? 'info' : 'warn']('vault.opened', {
    protection: vault.protection,
    detail: vault.detail,
  })
  const real = new EngineHost({
    engine: {
      dataDir,
      configPath: demo?.configPath,
      vaultKey: vault.key,
      version: app.getVersion(),
      demo: options.demo,
      logLevel: 'info',
      environment: gatewayEnvironment(process.env),
    },
    onLog: (entry) => logFile.write(entry),
    onFatal: (error, exitCode) => {
      log.error('engine.failed', { code: error.code, reason: error.message })
      giveUpOrTryAgain(error, exitCode, departure)
    },
  })
  const autostart = autostartOf(app, process.platform, process.env)
  const engine = new DemoSwitch({
    real,
    version: app.getVersion(),
    isDemo: options.demo,
    log,
    about: () => ({ host: 'desktop', keepsRunning: true, autostart: autostart.enabled }),
    setAutostart: (enabled) => autostart.set(enabled),
    setLanguage,
  })
  departure.addStep((withinMs) => engine.stop(withinMs))
  return engine
}

/** Storage faults pass (a full disk, a drive that comes late), and nobody may be there to press a button. */
const exitTryAgain = 75
const tryAgainMs = 60_000

function giveUpOrTryAgain(error: ErrorReport, exitCode: number, departure: Departure): void {
  const again = setTimeout(() => {
    if (exitCode !== exitTryAgain) return
    relaunch()
    departure.leave(exitCode)
  }, tryAgainMs)
  void tellCannotRun(error, exitCode === exitTryAgain).then(() => {
    clearTimeout(again)
    departure.leave(exitCode)
  })
}

/** An AppImage runs from a mount that ends with it. */
function relaunch(): void {
  const appImage = process.env['APPIMAGE']
  app.relaunch(appImage ? { execPath: appImage, args: process.argv.slice(1) } : {})
}

function demoBroken(log: Log): (error: Error) => void {
  return (error) => log.error('demo.broken', { reason: error.message })
}

/** macOS needs a menu for Copy, Paste and Quit to work at all; elsewhere there is none. */
function setApplicationMenu(): void {
  const roles = [{ role: 'appMenu' }, { role: 'editMenu' }, { role: 'windowMenu' }] as const
  Menu.setApplicationMenu(process.platform === 'darwin' ? Menu.buildFromTemplate([...roles]) : null)
}

function gatewayEnvironment(environment: NodeJS.ProcessEnv): Record<string, string> {
  const ours = Object.entries(environment).filter(([name]) => name.startsWith('TB_GW_'))
  return Object.fromEntries(ours.map(([name, value]) => [name, value ?? '']))
}
