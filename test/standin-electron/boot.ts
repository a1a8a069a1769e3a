import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { app, becomeReady, started } from './app.ts'
import { startChromium } from './chromium.ts'
import './electron.ts'
import { browser } from './web-contents.ts'

// Starts an application as Electron does: find it, run its main file to the end of its top level, then become ready. Pages
// run in a headless Chromium (TB_GW_CHROMIUM names one), main code in this Node. Not here: BoringSSL, the sandbox, native
// looks, fuses, the asar file system, everything of Windows and macOS. TB_GW_STANDIN_KEYRING=basic_text plays a desktop
// without a keyring.

const args = process.argv.slice(2)
const asar = process.env['TB_GW_STANDIN_ASAR']
const folder =
  asar === undefined ? resolve(args.find((argument) => !argument.startsWith('-')) ?? '.') : await unpack(asar)
const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Record<string, string>

Object.assign(started, {
  appPath: folder,
  name: manifest['productName'] ?? manifest['name'],
  version: manifest['version'],
})
// Electron's own executable is what an application sees, not Node's.
process.execPath = process.env['TB_GW_STANDIN_EXECUTABLE'] ?? process.execPath
process.argv = [process.execPath, ...args]
Object.defineProperty(process.versions, 'electron', { value: '45.0.0-standin' })
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => app.quit())
process.on('uncaughtException', (error) => {
  // Electron shows a modal box unless the application listens itself; a test run must not hang in one.
  if (process.listenerCount('uncaughtException') > 1) return
  console.error('A JavaScript error occurred in the main process', error)
  process.exit(1)
})

await import(pathToFileURL(join(folder, manifest['main'] ?? 'index.js')).href)
if (!started.ended) {
  browser.cdp = await startChromium(remoteDebuggingPort())
  becomeReady()
}

function remoteDebuggingPort(): number {
  const argument = args.find((one) => one.startsWith('--remote-debugging-port='))
  return Number(argument?.split('=')[1] ?? 0)
}

async function unpack(archive: string): Promise<string> {
  const { extractAsar } = await import('./asar.ts')
  const target = mkdtempSync(join(tmpdir(), 'standin-app-'))
  process.on('exit', () => rmSync(target, { recursive: true, force: true }))
  extractAsar(archive, target)
  return target
}
