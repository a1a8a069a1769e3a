import { readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { demoConfig } from '../../main/demo/demo-config.ts'
import { MqttPlant } from '../../main/demo/mqtt-plant.ts'
import { ThingsboardStandIn } from '../../main/demo/thingsboard/stand-in.ts'
import type { GatewayConfig } from '../../shared/config/gateway.ts'
import { type HeadlessHost, startHeadless } from './headless-host.ts'
import { UiPage } from './ui-page.ts'

// From an edit to what runs and back, with the real engine, a real broker and a ThingsBoard that answers. Tests build on one
// another.

const token = 'draft-token'
const plant = new MqttPlant()
const thingsboard = new ThingsboardStandIn({ token })
let host: HeadlessHost
let ui: UiPage

beforeAll(async () => {
  await Promise.all([plant.start(), thingsboard.start()])
  const demo = demoConfig({
    opcuaUrl: 'opc.tcp://127.0.0.1:1',
    mqttPort: plant.port,
    thingsboardPort: thingsboard.port,
    token,
  })
  host = await startHeadless({ ...demo, connectors: demo.connectors?.filter((c) => c.type === 'mqtt') })
  ui = new UiPage(host.page)
})
afterAll(async () => {
  await host?.stop()
  await Promise.all([plant.stop(), thingsboard.stop()])
})

const stored = (): readonly unknown[] => [...thingsboard.points('Meter_A', 'power').values()]
const onDisk = (): GatewayConfig =>
  JSON.parse(readFileSync(join(host.dataDir, 'gateway.json'), 'utf8')) as GatewayConfig
const pending = () => host.page.getByRole('region', { name: 'Draft', exact: true })
const versions = () => host.page.getByRole('grid', { name: 'Applied configurations' })

async function rename(name: string): Promise<void> {
  await ui.open('Settings')
  await host.page.getByRole('link', { name: 'Gateway', exact: true }).click()
  await ui.field('Name of this gateway').fill(name)
  await host.page.keyboard.press('Control+s')
}

/** Opens the review and waits until everything was looked at. */
async function reviewed({ undoesItself }: { readonly undoesItself: boolean }): Promise<void> {
  await ui.button('Review & apply').click()
  const box = ui.review().getByRole('checkbox', { name: /^Undo by itself/ })
  await box.waitFor({ timeout: 30_000 })
  await expect
    .poll(() =>
      ui
        .review()
        .getByRole('button', { name: /^Apply/ })
        .isEnabled(),
    )
    .toBe(true)
  await box.setChecked(undoesItself)
}

async function sourceAction(action: string): Promise<void> {
  await ui.open('Sources')
  await host.page.getByRole('button', { name: /^More actions for / }).click()
  await host.page.getByRole('menuitem', { name: action, exact: true }).click()
}

test('an edit changes nothing that runs, is counted on every screen and named by Undo', async () => {
  await expect.poll(() => stored().length, { timeout: 30_000 }).toBeGreaterThan(0)
  await rename('Line 4')
  await pending().getByText('1 change', { exact: true }).waitFor()
  await sourceAction('Disable')
  await pending().getByText('2 changes').waitFor()
  await host.page.getByText('changed', { exact: true }).waitFor()
  await ui.open('Overview')
  await pending()
    .getByRole('button', { name: /^Undo: Disable / })
    .waitFor()
  const before = stored().length
  await expect.poll(() => stored().length, { timeout: 30_000 }).toBeGreaterThan(before)
  expect(onDisk().name).not.toBe('Line 4')
})

test('what was undone can be undone further after the page was loaded anew', async () => {
  await host.page.keyboard.press('Control+z')
  await pending().getByText('1 change', { exact: true }).waitFor()
  await host.page.reload()
  await pending().getByText('1 change', { exact: true }).waitFor({ timeout: 30_000 })
  await host.page.keyboard.press('Control+z')
  await pending().getByText('No changes').waitFor()
  await host.page.keyboard.press('Control+Shift+z')
  await pending().getByText('1 change', { exact: true }).waitFor()
  await host.page.keyboard.press('Control+y')
  await pending().getByText('2 changes').waitFor()
})

test('a source that is removed in the draft still runs, is marked, and is kept with one press', async () => {
  await sourceAction('Remove')
  const list = host.page.getByRole('region', { name: 'Sources', exact: true })
  await list.getByText('removed', { exact: true }).waitFor()
  await ui.expectAccessible()
  await list.getByRole('link').click()
  await ui.button('Keep it').click()
  await list.getByText('removed', { exact: true }).waitFor({ state: 'detached' })
  expect(onDisk().connectors).toHaveLength(1)
  // Two steps back: kept, and removed.
  await host.page.keyboard.press('Control+z')
  await list.getByText('removed', { exact: true }).waitFor()
  await host.page.keyboard.press('Control+z')
  await list.getByText('changed', { exact: true }).waitFor()
})

test('keys of a text field stay with it: undo there takes back what was typed', async () => {
  await ui.open('Settings')
  await host.page.getByRole('link', { name: 'Gateway', exact: true }).click()
  await ui.field('Name of this gateway').press('End')
  await host.page.keyboard.type(' x')
  await host.page.keyboard.press('Control+z')
  await pending().getByText('2 changes').waitFor()
  await ui.field('Name of this gateway').fill('Line 4')
})

test('the review says what will happen, and one change is taken back while the other stays', async () => {
  await ui.button('Review & apply').click()
  const review = ui.review()
  const changes = review.getByRole('grid', { name: 'Changes' })
  await changes.getByText('Gateway settings').waitFor({ timeout: 30_000 })
  await review.getByText('1 source is touched.', { exact: false }).waitFor()
  await ui.expectAccessible()
  await review.getByText('JSON diff', { exact: true }).click()
  await review.locator('.cm-changedLine').first().waitFor({ timeout: 30_000 })
  await ui.expectAccessible()
  await review.getByText('ThingsBoard gateway format', { exact: true }).click()
  await review
    .getByRole('region', { name: 'ThingsBoard gateway format' })
    .getByText(/entries exact/)
    .waitFor({ timeout: 30_000 })
  await review.locator('.cm-changedLine').first().waitFor({ timeout: 30_000 })
  await ui.expectAccessible()
  await review.getByText('Summary', { exact: true }).click()
  await changes.focus()
  await host.page.keyboard.press('ArrowDown')
  await host.page.keyboard.press('Enter')
  await ui.expectAccessible()
  await changes
    .getByRole('button', { name: /^Take back: (?!.*name)/ })
    .first()
    .waitFor()
  await changes
    .getByRole('row', { name: /enabled/ })
    .getByRole('button')
    .click()
  await host.page.getByRole('dialog', { name: 'Review 1 change', exact: true }).waitFor()
  expect(await changes.textContent()).toContain('Line 4')
  await host.page.keyboard.press('Escape')
})

test('by keyboard alone an edit is made, reviewed, noted and applied', async () => {
  await host.page.keyboard.press('Control+k')
  const palette = host.page.getByRole('dialog', { name: 'Search or run a command' })
  await palette.getByRole('option', { name: 'Overview' }).waitFor()
  await ui.expectAccessible()
  await host.page.keyboard.type('review')
  await host.page.keyboard.press('Enter')
  await ui.review().getByRole('grid', { name: 'Changes' }).waitFor({ timeout: 30_000 })
  await host.page.keyboard.type('renamed for the night shift')
  await host.page.keyboard.press('Tab')
  await host.page.keyboard.type('Kim')
  await expect
    .poll(() =>
      ui
        .review()
        .getByRole('button', { name: /^Apply/ })
        .isEnabled(),
    )
    .toBe(true)
  await host.page.keyboard.press('Control+Enter')
  await ui.toast(/^Config #\d+ applied in /).waitFor({ timeout: 30_000 })
  await expect.poll(() => onDisk().name).toBe('Line 4')
  await pending().getByText('No changes').waitFor()
  const trial = host.page.getByRole('region', { name: /is on trial$/ })
  await trial.waitFor({ state: 'detached', timeout: 60_000 })
})

test('a version says who applied it and why, and what it changed', async () => {
  await host.page.keyboard.press('Control+7')
  const newest = versions().getByRole('row').nth(1)
  await expect.poll(() => newest.textContent()).toMatch(/#\d+Running.*Kim.*renamed for the night shift/)
  const detail = host.page.getByRole('region', { name: 'Comparison' })
  await detail.getByText('Line 4', { exact: false }).first().waitFor({ timeout: 30_000 })
  await ui.expectAccessible()
})

test('a version on trial is taken back with one press, and delivery goes on as before', async () => {
  await ui.open('ThingsBoard')
  await ui.field('Port').fill('1')
  await ui.addToDraft()
  await reviewed({ undoesItself: true })
  await host.page.keyboard.press('Control+Enter')
  const trial = host.page.getByRole('region', { name: /is on trial$/ })
  await trial.getByRole('button', { name: 'Keep it' }).waitFor({ timeout: 30_000 })
  await ui.expectAccessible()
  await trial.getByRole('button', { name: 'Take back' }).click()
  await ui.toast(/was taken back/).waitFor({ timeout: 30_000 })
  await expect.poll(() => onDisk().thingsboard?.port).toBe(thingsboard.port)
  const before = stored().length
  await expect.poll(() => stored().length, { timeout: 30_000 }).toBeGreaterThan(before)
  // The draft kept the change that failed.
  await pending().getByText('1 change', { exact: true }).waitFor()
  await host.page.keyboard.press('Control+z')
  await pending().getByText('No changes').waitFor()
})

test('going back to an earlier version takes at most 3 clicks, and delivery is back within 10 s', async () => {
  await sourceAction('Disable')
  await reviewed({ undoesItself: false })
  await host.page.keyboard.press('Control+Enter')
  await ui.toast(/^Config #\d+ applied/).waitFor({ timeout: 30_000 })
  await expect.poll(() => onDisk().connectors[0]?.enabled).toBe(false)
  await ui.open('Overview')

  const clicks = await countClicks()
  const from = stored().length
  const startedAt = Date.now()
  await ui.open('Versions')
  await versions().getByRole('button', { name: 'Restore version #2', exact: true }).click()
  await ui
    .review()
    .getByRole('button', { name: /^Apply/ })
    .click({ timeout: 30_000 })
  await expect.poll(() => stored().length, { timeout: 30_000, interval: 100 }).toBeGreaterThan(from)
  const ms = Date.now() - startedAt
  expect(await clicks()).toBeLessThanOrEqual(3)
  expect(ms).toBeLessThan(10_000)
})

test('an exported version holds no secret, and imported elsewhere it is a proposal that overwrites nothing', async () => {
  await ui.open('Versions')
  const [download] = await Promise.all([
    host.page.waitForEvent('download'),
    host.page.getByRole('button', { name: /^Export version #\d+/ }).click(),
  ])
  const text = readFileSync(await download.path(), 'utf8')
  expect(text).not.toContain(token)
  const config = JSON.parse(text) as GatewayConfig
  expect(config.connectors).toHaveLength(1)

  await rename('Mine')
  await pending().getByText('1 change', { exact: true }).waitFor()
  const file = join(tmpdir(), `tb-gateway-import-${process.pid}.json`)
  writeFileSync(file, JSON.stringify({ ...config, name: 'Theirs' }))
  await ui.open('Versions')
  await host.page.locator('input[type=file]').setInputFiles(file)
  const proposal = host.page.getByRole('region', { name: 'Proposed configuration' })
  await proposal.getByText('One thing was changed differently in your draft', { exact: false }).first().waitFor()
  await ui.expectAccessible()
  await proposal.getByText('Theirs', { exact: true }).click()
  await proposal.getByRole('button', { name: 'Merge into draft' }).click()
  await ui.review().getByText('Theirs', { exact: false }).first().waitFor({ timeout: 30_000 })
  await host.page.keyboard.press('Escape')
})

test('a file that is not a configuration is told beside its name, and nothing waits', async () => {
  await ui.open('Versions')
  const file = join(tmpdir(), `tb-gateway-bad-${process.pid}.json`)
  writeFileSync(file, '{ "version": 1, "nmae": "x" }')
  await host.page.locator('input[type=file]').setInputFiles(file)
  await ui.toast(/was not taken/).waitFor()
  await ui.toast(/nmae/).waitFor()
  await host.page.getByRole('button', { name: 'Dismiss', exact: true }).last().click()
})

/** Counts what an operator would press from here on. */
async function countClicks(): Promise<() => Promise<number>> {
  await host.page.evaluate(() => {
    Object.assign(globalThis, { pressed: 0 })
    const count = (): void => {
      const counter = globalThis as unknown as { pressed: number }
      counter.pressed += 1
    }
    addEventListener('pointerdown', count, { capture: true })
  })
  return () => host.page.evaluate(() => (globalThis as unknown as { pressed: number }).pressed)
}
