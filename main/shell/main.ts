import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { app, dialog, protocol } from 'electron'
import { causeText, isGatewayError } from '../engine/kit/gateway-error.ts'
import { LogBook } from '../engine/observe/log.ts'
import { LogFile, lineOf } from '../host/log-file.ts'
import { bundlePrivileges } from './app-protocol.ts'
import { parseArguments, type ShellArguments } from './command-line.ts'
import { openDesktop } from './desktop.ts'
import { appId, nodeVersionProblem, productTitle } from './product.ts'
import { SettingsFile } from './settings.ts'

// First lines of the desktop application. What Electron takes only before it is ready happens here, synchronously and in this
// order: sandbox, scheme, data folder, one instance, graphics. The rest is desktop.ts.

const exitConfiguration = 2
const exitUsage = 64
const exitBug = 70
const exitStorage = 75

app.enableSandbox()
protocol.registerSchemesAsPrivileged([bundlePrivileges])
const shellArguments = parseArguments(process.argv.slice(1), process.env, process.cwd())
const problem =
  nodeVersionProblem(process.versions.node) ?? (typeof shellArguments === 'string' ? shellArguments : undefined)

if (problem !== undefined || typeof shellArguments === 'string') {
  giveUp(problem ?? '', exitUsage)
} else {
  try {
    launch(shellArguments)
  } catch (error) {
    giveUp(`The gateway can not use its data folder. ${asText(error)}`, exitStorage)
  }
}

function launch(shellArguments: ShellArguments): void {
  const dataDir = dataFolder(shellArguments)
  app.setPath('userData', dataDir)
  // Chromium's own files stay out of the gateway's.
  const chromiumDir = join(dataDir, 'window')
  mkdirSync(chromiumDir, { recursive: true })
  app.setPath('sessionData', chromiumDir)
  if (!app.requestSingleInstanceLock()) {
    // The running instance shows its window; see 'second-instance'.
    process.stderr.write('The gateway is running already; its window is being shown.\n')
    app.exit(0)
    return
  }
  const settings = new SettingsFile(join(dataDir, 'shell.json'))
  if (!settings.value.hardwareAcceleration) app.disableHardwareAcceleration()
  app.setAppUserModelId(appId)

  const logFile = new LogFile(join(dataDir, 'log'))
  const book = new LogBook(Date.now)
  book.onEntry((entry) => {
    logFile.write(entry)
    if (!app.isPackaged) process.stderr.write(lineOf(entry))
  })
  const log = book.logger('shell')
  endOnBugs((reason) => {
    log.error('shell.bug', { reason })
    logFile.flushNow()
  })
  app.on('quit', () => logFile.flushNow())
  log.info('shell.started', { version: app.getVersion(), dataDir, hidden: shellArguments.hidden })

  const opening = app.whenReady().then(() =>
    openDesktop({
      dataDir,
      hidden: shellArguments.hidden,
      demo: shellArguments.demo,
      settings,
      logFile,
      log,
      bundleDir: join(import.meta.dirname, '..'),
      developmentUrl: app.isPackaged ? undefined : process.env['ELECTRON_RENDERER_URL'],
    }),
  )
  opening.catch((error: unknown) => {
    if (!isGatewayError(error)) throw error
    log.error('shell.open.failed', { reason: causeText(error) })
    giveUp(`${error.message}. ${error.hint}`, exitConfiguration)
  })
}

/** The demo never touches a real folder: what waits there must not reach its ThingsBoard stand-in, nor the other way round. */
function dataFolder({ dataDir, demo }: ShellArguments): string {
  if (dataDir === undefined && demo) {
    const folder = mkdtempSync(join(tmpdir(), 'tb-gateway-demo-'))
    app.on('quit', () => removeQuietly(folder))
    return folder
  }
  const chosen = dataDir ?? app.getPath('userData')
  const folder = demo ? join(chosen, 'demo') : chosen
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  return folder
}

function removeQuietly(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true })
  } catch {
    // Chromium may still hold a file of it; the system's temporary folder is emptied in time.
  }
}

/** Before Electron is ready this is a box on Windows and macOS, a line on stderr on Linux. */
function giveUp(text: string, exitCode: number): void {
  dialog.showErrorBox(productTitle, text)
  app.exit(exitCode)
}

/** A bug in the main process ends it: a modal error box, Electron's own answer, would leave a dead gateway looking alive. */
function endOnBugs(lastWords: (reason: string) => void): void {
  const end = (error: unknown): void => {
    lastWords(asText(error))
    process.stderr.write(`${asText(error)}\n`)
    app.exit(exitBug)
  }
  process.on('uncaughtException', end)
  process.on('unhandledRejection', end)
}

function asText(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
