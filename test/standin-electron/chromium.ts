import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Cdp } from './cdp.ts'

// Finds and starts the browser that draws the windows.

const systemPlaces = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', '/snap/bin/chromium']

export async function findChromium(): Promise<string> {
  const named = process.env['TB_GW_CHROMIUM']
  if (named) return named
  const installed = systemPlaces.find((path) => existsSync(path))
  if (installed) return installed
  const { chromium } = await import('playwright')
  const own = chromium.executablePath()
  if (existsSync(own)) return own
  throw new Error(
    'Electron stand-in: no Chromium found. Name one in TB_GW_CHROMIUM or run: npx playwright install chromium',
  )
}

const flags = [
  '--headless=new',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--no-first-run',
  '--no-startup-window',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-default-apps',
  '--password-store=basic',
  '--disable-features=Translate,MediaRouter,OptimizationHints',
]

/** Playwright waits for the line "DevTools listening on …", so Chromium's own is passed on. */
export async function startChromium(port: number): Promise<Cdp> {
  const profile = mkdtempSync(join(tmpdir(), 'standin-chromium-'))
  const args = [...flags, `--user-data-dir=${profile}`, `--remote-debugging-port=${port}`]
  // detached: a process group of its own, so that its helpers end with it.
  const child = spawn(...endingWithUs(await findChromium(), args), {
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
  })
  process.on('exit', () => {
    try {
      process.kill(-(child.pid ?? 0), 'SIGKILL')
    } catch {
      // Gone already.
    }
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 })
  })
  const address = await listeningAddress(child)
  process.stderr.write(`DevTools listening on ${address}\n`)
  return Cdp.connect(address)
}

/** A test that kills the stand-in must not leave browsers behind; Linux can promise that. */
function endingWithUs(command: string, args: string[]): [command: string, args: string[]] {
  const setpriv = '/usr/bin/setpriv'
  return existsSync(setpriv) ? [setpriv, ['--pdeathsig', 'KILL', command, ...args]] : [command, args]
}

function listeningAddress(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = ''
    child.once('error', reject)
    child.once('exit', (code) => reject(new Error(`Chromium ended with code ${code}: ${said}`)))
    child.stderr?.on('data', (part: Buffer) => {
      said = (said + part.toString()).slice(-10_000)
      const address = /DevTools listening on (ws:\/\/\S+)/.exec(said)?.[1]
      if (address) resolve(address)
    })
  })
}
