import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ElectronApplication, Page } from 'playwright'
import { expect } from 'vitest'
import type { Result } from '../../shared/errors.ts'
import type { Recorded } from '../standin-electron/state.ts'
import {
  type DesktopLaunch,
  desktopCommand,
  desktopEnvironment,
  electronUnderTest,
  launchDesktop,
} from './electron-under-test.ts'

// One running desktop application with a data folder of its own, and the few things tests do with it.

interface Bridge {
  request(channel: string, input: unknown): Promise<Result<unknown>>
  on(channel: string, listener: (payload: unknown) => void): () => void
}

declare global {
  interface Window {
    readonly gateway: Bridge
  }
}

export type Target = Pick<DesktopLaunch, 'appDir' | 'packaged'>

export class DesktopRun {
  readonly app: ElectronApplication
  readonly dataDir: string
  readonly process: ChildProcess
  readonly #launch: DesktopLaunch
  /** Everything it said on stderr, the end of it. */
  said = ''

  /** `settings` is written to shell.json first; by default nobody is asked at the first close. */
  static async start(
    target: Target,
    options: { args?: string[]; env?: Record<string, string>; settings?: object } = {},
  ): Promise<DesktopRun> {
    const dataDir = mkdtempSync(join(tmpdir(), 'tb-gateway-e2e-'))
    writeFileSync(join(dataDir, 'shell.json'), JSON.stringify({ closeExplained: true, ...options.settings }))
    const launch = { ...target, dataDir, args: options.args ?? [], env: options.env ?? {} }
    return new DesktopRun(await launchDesktop(launch), launch)
  }

  private constructor(app: ElectronApplication, launch: DesktopLaunch) {
    this.app = app
    this.dataDir = launch.dataDir
    this.#launch = launch
    this.process = app.process()
    this.process.stderr?.on('data', (part: Buffer) => {
      this.said = (this.said + part.toString()).slice(-100_000)
    })
  }

  /** The page once the bridge is there. */
  async page(): Promise<Page> {
    const page = await this.app.firstWindow()
    await page.waitForFunction(() => window.gateway !== undefined)
    return page
  }

  /** The newest page: another one than before, when the window was destroyed in between. */
  async currentPage(): Promise<Page> {
    await expect.poll(() => this.app.windows().length, { timeout: 20_000 }).toBeGreaterThan(0)
    const page = this.app.windows().at(-1) as Page
    await page.waitForFunction(() => window.gateway !== undefined)
    return page
  }

  /** Waits until the engine answers. */
  async running(page: Page): Promise<void> {
    await expect
      .poll(async () => (await request(page, 'status.get', null)).ok, { timeout: 30_000, interval: 200 })
      .toBe(true)
  }

  /** Whether asking for the window has an effect yet: the shell listens once it is built. */
  canOpen(): Promise<boolean> {
    return this.app.evaluate(({ app }) => app.listenerCount('activate') > 0)
  }

  windowStates(): Promise<boolean[]> {
    return this.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().map((window) => window.isVisible()))
  }

  async closeWindow(): Promise<void> {
    await this.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close())
  }

  /** A second start with the same data folder. Resolves with its exit code. */
  async startSecond(): Promise<number | null> {
    const { command, args } = desktopCommand(this.#launch)
    // Chromium's sandbox refuses root; Playwright adds the same for the first instance.
    const child = spawn(command, [...args, '--no-sandbox'], {
      env: desktopEnvironment(this.#launch.env),
      stdio: 'ignore',
    })
    const [code] = (await once(child, 'exit')) as [number | null]
    return code
  }

  log(): string {
    return readFileSync(join(this.dataDir, 'log', 'gateway.log'), 'utf8')
  }

  /** Exit code of the process, once it has ended by itself. */
  async ended(): Promise<number | null> {
    if (this.process.exitCode !== null) return this.process.exitCode
    const [code] = (await once(this.process, 'exit')) as [number | null]
    return code
  }

  async end(): Promise<void> {
    if (this.process.exitCode === null && this.process.signalCode === null) {
      const ended = once(this.process, 'exit')
      await this.app.close().catch(() => this.process.kill('SIGKILL'))
      await ended
    }
    rmSync(this.dataDir, { recursive: true, force: true, maxRetries: 5 })
  }
}

export function request(page: Page, channel: string, input: unknown): Promise<Result<unknown>> {
  return page.evaluate(([name, value]) => window.gateway.request(name as string, value), [channel, input])
}

export const isStandIn = electronUnderTest().isStandIn

/** What the tray shows; only the stand-in can tell. */
export function trayContent(run: DesktopRun): Promise<{ tooltip: string; labels: string[] }> {
  return run.app.evaluate(() => {
    const { tooltip, labels } = (globalThis as unknown as StandInGlobals).standInTray()
    return { tooltip, labels }
  })
}

/** Presses a tray menu item. A real Electron can not be asked to, so there the same action is reached another way. */
export function pressTray(run: DesktopRun, id: 'open' | 'quit'): Promise<void> {
  if (isStandIn)
    return run.app.evaluate((_, item) => (globalThis as unknown as StandInGlobals).standInTray().press(item), id)
  return run.app.evaluate(({ app }, item) => void (item === 'open' ? app.emit('activate') : app.quit()), id)
}

export interface StandInGlobals {
  standInTray(): { tooltip: string; labels: string[]; press(id: string): void }
  standInElectron: Recorded
}
