import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Demo, startDemo } from '../../main/demo/demo.ts'
import { type HeadlessHost, startHeadless } from './headless-host.ts'
import { UiPage } from './ui-page.ts'

/** Pinned values and trends. Tests build on one another. */
describe('the dashboard', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tb-gateway-dashboard-'))
  let plant: Demo
  let host: HeadlessHost
  let ui: UiPage

  beforeAll(async () => {
    plant = await startDemo({ folder })
    host = await startHeadless(JSON.parse(readFileSync(plant.configPath, 'utf8')))
    ui = new UiPage(host.page)
    await host.page.getByRole('grid', { name: 'Devices' }).getByText('Motor_01').waitFor({ timeout: 30_000 })
  })
  afterAll(async () => {
    await host?.stop()
    await plant?.stop()
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  })

  const card = (name: string) => host.page.getByRole('article', { name })

  test('an empty one says what it is for', async () => {
    await ui.open('Dashboard')
    await host.page.getByText('Nothing is pinned yet').waitFor()
    await ui.expectAccessible()
  })

  test('a trend is put together from a device and its keys, and draws what is kept and what comes', async () => {
    await ui.button('Add card').click()
    await host.page.getByRole('button', { name: 'Motor_01', exact: true }).click()
    await host.page.getByRole('checkbox', { name: 'speed', exact: true }).check()
    await host.page.getByRole('checkbox', { name: 'temperature', exact: true }).check()
    await ui.expectAccessible()
    await ui.button('Save card').click()
    await card('Motor_01 · speed, temperature')
      .getByRole('img', { name: /^Trend of Motor_01 speed, Motor_01 temperature/ })
      .waitFor()
    await ui.expectAccessible()
  })

  test('a key is pinned from its device, once', async () => {
    await ui.open('Overview')
    await host.page.getByRole('grid', { name: 'Devices' }).getByText('Tank_01').click()
    await ui.button('Pin level to the dashboard').click()
    await ui.button('level is on the dashboard').waitFor()
    expect(await ui.button('level is on the dashboard').isDisabled()).toBe(true)
    await host.page.keyboard.press('Escape')
    await ui.open('Dashboard')
    await card('Tank_01 · level').waitFor()
  })

  test('cards are moved and removed by keyboard, and a reload shows the same', async () => {
    await ui.button('Arrange').press('Enter')
    await ui.button('Move Tank_01 · level forward').press('Enter')
    await expect.poll(() => host.page.getByRole('article').first().getAttribute('aria-label')).toBe('Tank_01 · level')
    await ui.button('Remove Motor_01 · speed, temperature').press('Enter')
    await card('Motor_01 · speed, temperature').waitFor({ state: 'detached' })
    await host.page.reload()
    await card('Tank_01 · level').getByRole('img').waitFor()
    expect(await host.page.getByRole('article').count()).toBe(1)
  })
})
