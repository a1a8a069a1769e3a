import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Locator } from 'playwright'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Demo, startDemo } from '../../main/demo/demo.ts'
import { type HeadlessHost, startHeadless } from './headless-host.ts'
import { UiPage } from './ui-page.ts'

// What rules make, in the table of devices and keys: rows with values and stages, read-only, that lead to their rule; and
// the exception beside the rule. The demo plant with its motors found by a rule, the real engine.

const folder = mkdtempSync(join(tmpdir(), 'tb-gateway-made-'))
let plant: Demo
let host: HeadlessHost
let ui: UiPage
let grid: Locator

beforeAll(async () => {
  plant = await startDemo({ folder })
  const config = JSON.parse(readFileSync(plant.configPath, 'utf8')) as { connectors: Record<string, unknown>[] }
  const line = config.connectors.find(({ type }) => type === 'opcua')
  Object.assign(line ?? {}, {
    devices: [],
    rules: [
      {
        name: 'Motors',
        select: { path: 'Objects/Line*/Motor_*' },
        device: 'R ${browseName}',
        profile: 'Motor',
        keys: [{ path: 'Speed', unit: 'rpm' }, { path: '*' }],
      },
    ],
  })
  host = await startHeadless(config)
  ui = new UiPage(host.page)
  await ui.open('Workbench')
  grid = host.page.getByRole('treegrid', { name: 'Devices and keys' })
  await grid.getByText('R Motor_01').waitFor({ timeout: 60_000 })
})
afterAll(async () => {
  await host?.stop()
  await plant?.stop()
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
})

const row = (name: string): Locator =>
  grid
    .getByRole('row')
    .filter({ has: host.page.getByText(name, { exact: true }) })
    .first()
/** What the table says of a key: the cells of its row. */
const filter = (text: string): Promise<void> =>
  host.page.getByRole('textbox', { name: 'Filter devices and keys' }).fill(text)

test('a device a rule found has its profile, its keys, live values and stages, and the rule it comes from', async () => {
  const device = row('R Motor_01')
  expect(await device.textContent()).toContain('Motor')
  await device.getByText('Delivering').waitFor({ timeout: 30_000 })
  await device.getByRole('button', { name: 'by rule Motors' }).waitFor()
  await filter('R Motor_01')
  await row('Speed')
    .getByText(/\d+.* rpm/)
    .waitFor({ timeout: 30_000 })
})

test('a made row is not edited but leads to its rule', async () => {
  await row('Speed').getByText('Speed', { exact: true }).first().click()
  await host.page.keyboard.press('Delete')
  await host.page.getByRole('alert').getByText('Change the rule').waitFor()
  await host.page.keyboard.press('Enter')
  await host.page.getByRole('tab', { name: 'Rules', selected: true }).waitFor()
  await host.page.getByRole('textbox', { name: 'Name', exact: true }).waitFor()
  expect(await host.page.getByRole('textbox', { name: 'Name', exact: true }).inputValue()).toBe('Motors')
  await host.page.getByRole('tab', { name: 'Devices' }).click()
})

test('devices of messages are rows of their own, and their trace is shown while another source is on screen', async () => {
  await filter('AGV_1')
  await row('battery')
    .getByText(/\d+.*%/)
    .waitFor({ timeout: 30_000 })
  await row('battery').getByText('battery', { exact: true }).click()
  const inspector = host.page.getByRole('region', { name: 'Inspector' })
  await inspector.getByRole('heading', { name: 'battery' }).waitFor()
  await inspector.getByText('ThingsBoard has acknowledged').waitFor({ timeout: 30_000 })
  expect(await host.page.getByRole('combobox', { name: 'Source' }).first().inputValue()).toContain('OPC UA')
})

test('an exception is a key of its own in the draft, with the fields of the rule, and undo takes it back', async () => {
  await filter('R Motor_02')
  await row('Speed').getByText('Speed', { exact: true }).first().click()
  await ui.button('More for the selected rows').click()
  await host.page.getByRole('menuitem', { name: 'Make an exception: configure by itself' }).click()
  await host.page.getByRole('button', { name: 'Undo: Make exceptions for 1 key' }).waitFor()
  const own = row('Speed')
  await own.getByText('In the draft, not applied yet').waitFor({ state: 'attached' })
  expect(await own.textContent()).toContain('rpm')
  await host.page.keyboard.press('Control+z')
  await host.page.getByRole('button', { name: 'Redo: Make exceptions for 1 key' }).waitFor()
})
