import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import {
  DesktopRun,
  isStandIn,
  pressTray,
  request,
  type StandInGlobals,
  type Target,
  trayContent,
} from './desktop-run.ts'

/** What the desktop application promises around its UI, whatever carries it: working tree or package, stand-in or Electron. */
export function desktopSuite(name: string, target: () => Promise<Target>): void {
  describe(name, () => {
    describe('an open window', () => windowPromises(target))
    describe('a life', () => lifePromises(target))
  })
}

function windowPromises(target: () => Promise<Target>): void {
  let run: DesktopRun
  let page: Page

  beforeAll(async () => {
    run = await DesktopRun.start(await target())
    page = await run.page()
  })
  afterAll(() => run?.end())

  test('shows the bundled page and nothing from anywhere else', async () => {
    const url = await run.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.getURL())
    expect(url).toMatch(/^app:\/\/bundle\//)
    const origins = await page.evaluate(() =>
      performance.getEntriesByType('resource').map((entry) => new URL(entry.name).origin === location.origin),
    )
    expect(origins.every(Boolean)).toBe(true)
  })

  test('sends a policy that allows only own scripts, and it holds', async () => {
    const headers = await page.evaluate(async () => Object.fromEntries((await fetch('/')).headers))
    expect(headers['content-security-policy']).toContain("script-src 'self'")
    expect(headers['content-security-policy']).not.toContain('unsafe-eval')
    expect(headers['x-content-type-options']).toBe('nosniff')
    const violated = await page.evaluate(
      () =>
        new Promise((resolve) => {
          document.addEventListener('securitypolicyviolation', (event) => resolve(event.violatedDirective))
          const script = document.createElement('script')
          script.textContent = 'window.injected = true'
          document.head.append(script)
        }),
    )
    expect(violated).toMatch(/^script-src/)
    expect(await page.evaluate(() => 'injected' in window)).toBe(false)
  })

  test('answers 400 to a path that leaves the bundle and 404 to one that is not in it', async () => {
    const statuses = await page.evaluate(async () => {
      const paths = ['/..%2f..%2fpackage.json', '/%2e%2e%5c%2e%2e%5cpackage.json', '/%', '/no-such-file.js']
      return Promise.all(paths.map(async (path) => (await fetch(path)).status))
    })
    expect(statuses).toEqual([400, 400, 400, 404])
  })

  test('opens no second window and hands no unknown address to the browser', async () => {
    const opened = await page.evaluate(() =>
      ['https://example.com/', 'file:///etc/passwd'].map((url) => window.open(url)),
    )
    expect(opened).toEqual([null, null])
    expect(await run.windowStates()).toHaveLength(1)
    if (isStandIn) expect(await run.app.evaluate(standInOpened)).toEqual([])
  })

  test('does not navigate away', async () => {
    const prevented = run.app.evaluate(
      ({ BrowserWindow }) =>
        new Promise((resolve) => {
          const contents = BrowserWindow.getAllWindows()[0]?.webContents
          contents?.once('will-navigate', (event) => setImmediate(() => resolve(event.defaultPrevented)))
        }),
    )
    await page.evaluate(() => {
      location.href = 'https://example.com/'
    })
    expect(await prevented).toBe(true)
    expect(await page.evaluate(() => typeof window.gateway.request)).toBe('function')
  })

  test('gives the page two frozen functions and nothing of Node or Electron', async () => {
    const seen = await page.evaluate(() => ({
      names: Object.keys(window.gateway),
      kinds: Object.values(window.gateway).map((value) => typeof value),
      frozen: Object.isFrozen(window.gateway),
      node: ['require', 'process', 'module', 'Buffer', 'ipcRenderer'].filter((name) => name in window),
    }))
    expect(seen).toEqual({ names: ['request', 'on'], kinds: ['function', 'function'], frozen: true, node: [] })
  })

  test('refuses a channel that is not in the contract', async () => {
    const refused = await page.evaluate(() =>
      window.gateway.request('app.quit', null).then(
        (result) => JSON.stringify(result),
        (error: Error) => error.message,
      ),
    )
    expect(refused).toContain('Unknown request channel')
  })

  test('refuses malformed input and names the field', async () => {
    const result = await request(page, 'devices.page', { offset: -1, limit: 10, filter: '' })
    expect(result).toMatchObject({
      ok: false,
      error: { code: 'CONFIG_INVALID', message: expect.stringContaining('offset') },
    })
  })

  test('gets answers from the engine', async () => {
    await run.running(page)
    expect(await request(page, 'status.get', null)).toMatchObject({ ok: true })
  })
}

function lifePromises(target: () => Promise<Target>): void {
  let run: DesktopRun | undefined
  const start = async (options?: Parameters<typeof DesktopRun.start>[1]): Promise<DesktopRun> => {
    run = await DesktopRun.start(await target(), options)
    return run
  }
  afterEach(async () => {
    await run?.end()
    run = undefined
  })

  test('goes to the tray when the window is closed, frees it, and comes back with the same engine', async () => {
    const desktop = await start({ settings: { hiddenWindowSeconds: 0.2 } })
    const first = await desktop.page()
    await desktop.running(first)
    const before = await startedAt(first)
    await expect.poll(() => desktop.windowStates(), { timeout: 15_000 }).toEqual([true])
    await desktop.closeWindow()
    await expect.poll(() => desktop.windowStates(), { timeout: 10_000 }).toEqual([])
    expect(JSON.parse(readFileSync(join(desktop.dataDir, 'shell.json'), 'utf8')).window.width).toBeGreaterThan(300)

    await pressTray(desktop, 'open')
    const second = await desktop.currentPage()
    await expect.poll(() => desktop.windowStates(), { timeout: 15_000 }).toEqual([true])
    await desktop.running(second)
    expect(await startedAt(second)).toBe(before)
  })

  test('explains the tray at the first close and never again', async () => {
    const desktop = await start({ settings: { closeExplained: false } })
    await desktop.page()
    await desktop.app.evaluate(({ dialog }) => {
      const asked: string[] = []
      Object.assign(globalThis, { asked })
      dialog.showMessageBox = async (...args: unknown[]) => {
        asked.push((args.at(-1) as { message: string }).message)
        return { response: 0, checkboxChecked: false }
      }
    })
    const asked = (): Promise<string[]> =>
      desktop.app.evaluate(() => (globalThis as unknown as { asked: string[] }).asked)
    await desktop.closeWindow()
    await expect.poll(() => desktop.windowStates(), { timeout: 15_000 }).toEqual([false])
    expect(await asked()).toEqual([expect.stringContaining('keeps collecting')])
    await pressTray(desktop, 'open')
    await expect.poll(() => desktop.windowStates(), { timeout: 15_000 }).toEqual([true])
    await desktop.closeWindow()
    await expect.poll(() => desktop.windowStates(), { timeout: 15_000 }).toEqual([false])
    expect(await asked()).toHaveLength(1)
  })

  test('stays closed when it is closed while its page still loads, and opens when it is asked to', async () => {
    const desktop = await start({ args: ['--hidden'] })
    await expect.poll(() => desktop.canOpen(), { timeout: 15_000 }).toBe(true)
    await desktop.app.evaluate(
      ({ app, BrowserWindow }) =>
        new Promise<void>((resolve) => {
          app.emit('activate')
          const window = BrowserWindow.getAllWindows()[0]
          window?.webContents.once('did-finish-load', () => setImmediate(() => resolve()))
          window?.close()
        }),
    )
    expect(await desktop.windowStates()).toEqual([false])
    await pressTray(desktop, 'open')
    await expect.poll(() => desktop.windowStates(), { timeout: 15_000 }).toEqual([true])
  })

  test('shows its window when it is started a second time', async () => {
    const desktop = await start({ args: ['--hidden'] })
    expect(await desktop.windowStates()).toEqual([])
    expect(await desktop.startSecond()).toBe(0)
    await expect.poll(() => desktop.windowStates(), { timeout: 10_000 }).toEqual([true])
  })

  test.skipIf(!isStandIn)('says in the tray how it is, in words', async () => {
    const desktop = await start({ args: ['--hidden'] })
    // Before the first menu there is no label at all.
    await expect
      .poll(async () => (await trayContent(desktop)).labels[0] ?? '', { timeout: 30_000 })
      .toMatch(/^(?!Starting)\S/)
    const { labels, tooltip } = await trayContent(desktop)
    expect(labels).toContain('Open ThingsBoard IoT Gateway')
    expect(labels.at(-1)).toBe('Quit and stop collecting data…')
    expect(tooltip).toMatch(/^ThingsBoard IoT Gateway\n\S/)
  })

  test.skipIf(!isStandIn)('the tray speaks the language chosen in the window, also after the next start', async () => {
    const desktop = await start()
    const window = await desktop.page()
    await desktop.running(window)
    await expect.poll(async () => (await trayContent(desktop)).labels.at(-1)).toBe('Quit and stop collecting data…')
    await window.evaluate(() => localStorage.setItem('tb-gateway.language', 'de'))
    await window.reload()
    await expect.poll(async () => (await trayContent(desktop)).labels.at(-1)).toBe('Beenden und nichts mehr erfassen…')
    const { labels } = await trayContent(desktop)
    expect(labels[0]).toBe('Im Leerlauf: ThingsBoard ist noch nicht eingerichtet')
    expect(readFileSync(join(desktop.dataDir, 'shell.json'), 'utf8')).toContain('"language": "de"')
    const hidden = await start({ args: ['--hidden'], settings: { language: 'zh' } })
    await expect.poll(async () => (await trayContent(hidden)).labels.at(-1)).toBe('退出并停止采集…')
  })

  test('drains and ends with 0 when it is quit', async () => {
    const desktop = await start()
    await desktop.running(await desktop.page())
    const code = desktop.ended()
    await desktop.app.close()
    expect(await code).toBe(0)
    expect(desktop.log()).toContain('shell.quitting')
  })

  test.skipIf(process.platform === 'win32')('drains and ends with 0 on SIGTERM', async () => {
    const desktop = await start()
    await desktop.running(await desktop.page())
    const code = desktop.ended()
    desktop.process.kill('SIGTERM')
    expect(await code).toBe(0)
    expect(desktop.log()).toContain('shell.quitting')
  })

  test('ends with 70 on a bug, with the reason in the log and no dialog', async () => {
    const desktop = await start()
    await desktop.page()
    const code = desktop.ended()
    await desktop.app
      .evaluate(() => void setImmediate(() => Promise.reject(new Error('a bug for the test'))))
      .catch(() => undefined)
    expect(await code).toBe(70)
    expect(desktop.log()).toContain('a bug for the test')
  })

  test.skipIf(!isStandIn)('keeps the key of its vault in the system store where there is one', async () => {
    const desktop = await start()
    await desktop.running(await desktop.page())
    expect(existsSync(join(desktop.dataDir, 'vault.key'))).toBe(false)
    expect(existsSync(join(desktop.dataDir, 'vault.key.json'))).toBe(true)
  })

  test.skipIf(!isStandIn)('keeps it in a private file where there is none, and says so', async () => {
    const desktop = await start({ env: { TB_GW_STANDIN_KEYRING: 'basic_text' } })
    await desktop.running(await desktop.page())
    expect(statSync(join(desktop.dataDir, 'vault.key')).mode & 0o777).toBe(0o600)
    await expect.poll(() => desktop.log()).toContain('protected only by the permissions')
  })
}

async function startedAt(page: Page): Promise<number> {
  const result = await request(page, 'status.get', null)
  if (!result.ok) throw new Error(result.error.message)
  return (result.value as { startedAt: number }).startedAt
}

function standInOpened(): string[] {
  return (globalThis as unknown as StandInGlobals).standInElectron.opened
}
