import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Demo, startDemo } from '../../main/demo/demo.ts'
import { UiPage } from './ui-page.ts'

export interface UiHost {
  readonly page: Page
  readonly stop: () => Promise<void>
}

interface DemoFile {
  readonly thingsboard: { readonly port: number; readonly credentials: { readonly token: string } }
}

/** The operator's first quarter of an hour, the same in the window and in the browser. Tests build on one another. */
export function uiSuite(name: string, start: () => Promise<UiHost>): void {
  describe(name, () => {
    const folder = mkdtempSync(join(tmpdir(), 'tb-gateway-ui-'))
    let plant: Demo
    let host: UiHost
    let ui: UiPage

    beforeAll(async () => {
      plant = await startDemo({ folder })
      host = await start()
      ui = new UiPage(host.page)
    })
    afterAll(async () => {
      await host?.stop()
      await plant?.stop()
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
    })

    test('a first start says that nothing is connected and what to do', async () => {
      await host.page.getByRole('heading', { name: 'Send machine data to ThingsBoard' }).waitFor({ timeout: 30_000 })
      await host.page.getByRole('link', { name: 'Look around first' }).click()
      await host.page.getByRole('heading', { name: 'Nothing connected yet' }).waitFor({ timeout: 30_000 })
      expect(await ui.balance().textContent()).toContain('Balanced')
      await ui.expectAccessible()
    })

    test('a form that is not complete names the fields', async () => {
      await ui.addOpcuaServer({ name: '', url: 'http://wrong' })
      await ui.button('Add to draft').click()
      await host.page.getByText('must look like opc.tcp://host:4840/path').waitFor()
      await host.page.getByText('is needed').waitFor()
      await ui.button('Discard edits').click()
    })

    test('a server that is not there fails its test with the step that stops and a cure', async () => {
      await ui.addOpcuaServer({ name: 'Nobody', url: 'opc.tcp://127.0.0.1:1' })
      expect(await ui.test()).toContain('Stops at')
      await ui.expectAccessible()
      await ui.button('Discard edits').click()
    })

    test('a server is added, tested, and its variables become keys', async () => {
      await ui.addOpcuaServer({ name: 'Line 1', url: plant.opcuaUrl })
      await ui.choose('Security mode', 'None: readable by anybody on the network')
      expect(await ui.test()).not.toContain('Stops at')
      await ui.pickAllVariablesOf('Line 1', 'Motor_01')
      await ui.expectAccessible()
      await ui.save()
    })

    test('ThingsBoard is connected with a token, and the first value is acknowledged', async () => {
      const demoFile = JSON.parse(readFileSync(plant.configPath, 'utf8')) as DemoFile
      const { port, credentials } = demoFile.thingsboard
      await ui.connectThingsboard('127.0.0.1', port, credentials.token)
      expect(await ui.test()).not.toContain('Stops at')
      await ui.save()
      await ui.open('Overview')
      await expect.poll(async () => (await plant.arrived()).datapoints, { timeout: 30_000 }).toBeGreaterThan(0)
      await expect
        .poll(() => ui.stage('Deliver').textContent(), { timeout: 30_000 })
        .toContain('ThingsBoard acknowledges')
      expect(await ui.balance().textContent()).toContain('Balanced')
      await ui.expectAccessible()
    })

    test('a device shows its keys with values that have arrived', async () => {
      const devices = host.page.getByRole('grid', { name: 'Devices' })
      await devices.getByText('Motor_01').waitFor()
      await devices.focus()
      await host.page.keyboard.press('Enter')
      const panel = host.page.getByRole('dialog', { name: 'Motor_01' })
      await panel.getByText('Speed').first().waitFor()
      await host.page.keyboard.press('Escape')
      await panel.waitFor({ state: 'detached' })
    })

    test('the keyboard reaches every screen, and each is accessible in the dark too', async () => {
      await host.page.emulateMedia({ colorScheme: 'dark' })
      for (const [key, landmark] of [
        ['1', 'Pipeline'],
        ['2', 'Mapping'],
        ['3', 'Sources'],
        ['4', 'Delivery'],
        ['5', 'ThingsBoard connection'],
        ['6', 'Activity'],
        ['7', 'Versions'],
        ['8', 'Dashboard'],
        ['9', 'Appearance'],
      ] as const) {
        await host.page.keyboard.press(`Control+${key}`)
        await host.page.getByRole('region', { name: landmark, exact: true }).waitFor()
        await ui.expectAccessible()
      }
      await host.page.keyboard.press('Control+6')
      await host.page.getByRole('tab', { name: 'Log' }).click()
      await host.page.getByRole('grid', { name: 'Log' }).getByRole('row').nth(1).waitFor()
      await ui.expectAccessible()
    })
  })
}
