import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DesktopRun, isStandIn } from './desktop-run.ts'
import { buildFixtureApp } from './fixtures/fixture-app.ts'

// The stand-in is only worth something if it says no where Electron says no.

describe.skipIf(!isStandIn)('the stand-in for Electron', () => {
  let run: DesktopRun

  beforeAll(async () => {
    run = await DesktopRun.start({ appDir: await buildFixtureApp('standin') })
    await run.page()
  })
  afterAll(() => run?.end())

  const said = (use: (electron: typeof import('electron')) => unknown): Promise<string> =>
    run.app.evaluate(use).then(
      () => 'nothing',
      (error: Error) => error.message,
    )

  test('fails loudly on a name it does not have', async () => {
    expect(await said(({ app }) => app.setBadgeCount(1))).toContain('app.setBadgeCount is not there')
    expect(await said(({ dialog }) => dialog.showOpenDialog({}))).toContain('dialog.showOpenDialog is not there')
    const ofWindow = said(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.flashFrame(true))
    expect(await ofWindow).toContain('BrowserWindow.flashFrame is not there')
  })

  test('refuses after ready what Electron takes only before', async () => {
    expect(await said(({ protocol }) => protocol.registerSchemesAsPrivileged([]))).toContain('before app is ready')
    expect(await said(({ app }) => app.disableHardwareAcceleration())).toContain('before app is ready')
  })

  test('refuses a preload that a sandbox can not run, and a window without a sandbox', async () => {
    const esm = said(({ BrowserWindow }) => new BrowserWindow({ webPreferences: { preload: '/preload.mjs' } }))
    expect(await esm).toContain('can not be an ES module')
    const open = said(
      ({ BrowserWindow }) => new BrowserWindow({ webPreferences: { preload: '/p.cjs', sandbox: false } }),
    )
    expect(await open).toContain('only sandbox')
  })

  test('refuses a second handler and answers a missing one as Electron does', async () => {
    expect(await said(({ ipcMain }) => ipcMain.handle('gateway:request', () => 1))).toContain(
      "Attempted to register a second handler for 'gateway:request'",
    )
  })

  test('clones over the bridge what structured clone clones and refuses what it refuses', async () => {
    const page = await run.page()
    const refused = await page.evaluate(() =>
      Promise.resolve()
        .then(() => window.gateway.request('config.validate', { config: Symbol('no') }))
        .then(
          () => 'nothing',
          (error: Error) => error.message,
        ),
    )
    expect(refused).toContain('could not be cloned')
    await run.app.evaluate(({ ipcMain }) => {
      ipcMain.removeHandler('gateway:request')
      ipcMain.handle('gateway:request', (_event, _channel, input) => input)
    })
    const kept = await page.evaluate(async () => {
      const sent = {
        date: new Date(7),
        map: new Map([[1, new Set(['x'])]]),
        bytes: new Uint8Array([1, 2]),
        big: 5n,
        no: undefined,
      }
      const back = (await window.gateway.request('status.get', sent)) as unknown as typeof sent
      return [back.date.getTime(), [...(back.map.get(1) ?? [])], [...back.bytes], String(back.big), 'no' in back]
    })
    expect(kept).toEqual([7, ['x'], [1, 2], '5', true])
  })
})
