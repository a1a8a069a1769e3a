import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Locator, Page } from 'playwright'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Demo, startDemo } from '../../main/demo/demo.ts'
import { type HeadlessHost, startHeadless } from './headless-host.ts'
import { UiPage } from './ui-page.ts'

// An integrator in the Workbench: browse, search, look closely, watch, on the demo plant. Tests build on one another.

const folder = mkdtempSync(join(tmpdir(), 'tb-gateway-workbench-'))
let plant: Demo
let host: HeadlessHost
let ui: UiPage
let page: Page

beforeAll(async () => {
  plant = await startDemo({ folder })
  host = await startHeadless(JSON.parse(readFileSync(plant.configPath, 'utf8')))
  page = host.page
  ui = new UiPage(page)
  await ui.open('Workbench')
})
afterAll(async () => {
  await host?.stop()
  await plant?.stop()
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
})

const tree = (): Locator => page.getByRole('tree')
const row = (name: string | RegExp): Locator => tree().getByRole('treeitem', { name })
const inspector = (): Locator => page.getByRole('region', { name: 'Inspector' })
const watch = (): Locator => page.getByRole('region', { name: 'Watched values' })
const heading = (name: string): Promise<void> => inspector().getByRole('heading', { name, exact: true }).waitFor()

/** Name of the row with the cursor, read at one moment: rows move while branches are read. */
function cursor(): Promise<string> {
  return tree().evaluate((element) => {
    const row = document.getElementById(element.getAttribute('aria-activedescendant') ?? '')
    return row?.querySelector('.wtree-name')?.textContent ?? ''
  })
}

async function chooseSource(name: RegExp): Promise<void> {
  await page.getByRole('combobox', { name: 'Source' }).click()
  await page.getByRole('option', { name }).click()
}

test('the tree opens at Objects with the standard part folded, and rows say where they are', async () => {
  await row(/^Line 1/).waitFor({ timeout: 60_000 })
  expect(await row(/^Server/).getAttribute('aria-expanded')).toBe('false')
  const line = row(/^Line 1/)
  expect(await line.getAttribute('aria-level')).toBe('2')
  const siblings = Number(await line.getAttribute('aria-setsize'))
  expect(siblings).toBeGreaterThan(1)
  expect(Number(await line.getAttribute('aria-posinset'))).toBeLessThanOrEqual(siblings)
  await ui.expectAccessible()
})

test('a motor is reached by its name and arrow keys, its values are live and marked as mapped', async () => {
  await tree().focus()
  await page.keyboard.type('Line 1')
  await page.keyboard.press('ArrowRight')
  await row(/^Motor_01/).waitFor()
  await page.waitForTimeout(800) // what was typed must have ended before another name begins
  await page.keyboard.type('Motor_01')
  await page.keyboard.press('ArrowRight')
  const speed = row(/^Speed/).first()
  await speed.waitFor()
  await expect.poll(() => speed.locator('.live-cell').textContent(), { timeout: 20_000 }).toMatch(/^\d/)
  await speed.getByRole('img', { name: 'Mapped' }).waitFor()
})

test('rows are selected by Space, a range by Shift, a folder covers what is in it', async () => {
  await page.waitForTimeout(800)
  expect(await cursor()).toBe('Motor_01')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Space')
  await page.keyboard.press('Shift+ArrowDown')
  await page.keyboard.press('Shift+ArrowDown')
  const actions = page.getByRole('region', { name: 'What is selected' })
  await actions.getByText('3 selected').waitFor()
  expect(await row(/^Motor_01/).getAttribute('aria-checked')).toBe('mixed')
  await page.keyboard.press('ArrowUp')
  await page.keyboard.press('ArrowUp')
  await page.keyboard.press('ArrowUp')
  expect(await cursor()).toBe('Motor_01')
  await page.keyboard.press('Space')
  await actions.getByText('1 selected').waitFor()
  expect(
    await row(/^Speed/)
      .first()
      .getAttribute('aria-selected'),
  ).toBe('true')
  await page.keyboard.press('Escape')
  await page.keyboard.press('Control+Shift+A')
  await actions.getByText('6 selected').waitFor()
  await page.keyboard.press('Escape')
})

test('a value is looked at closely: now, its attributes, where it leads, and back', async () => {
  await page.keyboard.press('ArrowDown')
  await heading('Speed')
  await inspector().getByText('r/min').first().waitFor()
  await inspector().getByText('Good', { exact: true }).waitFor()
  await inspector().getByRole('tab', { name: 'Attributes' }).click()
  await inspector().getByText('AccessLevel', { exact: true }).waitFor()
  await inspector().getByRole('tab', { name: 'References' }).click()
  await inspector().getByRole('grid', { name: 'References' }).getByText('Motor_01', { exact: true }).click()
  await heading('Motor_01')
  expect(await cursor()).toBe('Motor_01')
  await page.keyboard.press('Alt+ArrowLeft')
  await heading('Speed')
  await page.keyboard.press('Alt+ArrowRight')
  await heading('Motor_01')
  await page.keyboard.press('Alt+ArrowLeft')
  await heading('Speed')
  await ui.expectAccessible()
})

test('a trend is drawn live, and a server without history says so', async () => {
  await inspector().getByRole('tab', { name: 'Trend' }).click()
  await inspector()
    .getByRole('img', { name: /^Trend of Speed/ })
    .waitFor({ timeout: 20_000 })
  await inspector().getByText('1 hour').click()
  await inspector()
    .getByRole('img', { name: /^Trend of Speed/ })
    .or(inspector().getByRole('alert'))
    .or(inspector().getByText('No values in this time'))
    .first()
    .waitFor({ timeout: 30_000 })
  await ui.expectAccessible()
})

test('writing shows its gates in the same place', async () => {
  await inspector().getByRole('tab', { name: 'Write' }).click()
  await inspector()
    .getByRole('button', { name: /^(Allow writing this node|Unlock until this window is closed)$/ })
    .waitFor()
  await inspector().getByRole('tab', { name: 'Value' }).click()
})

test('a value is watched by its key, survives a reload, and can be held', async () => {
  await tree().focus()
  await page.keyboard.press('w')
  await watch().getByRole('rowheader', { name: 'Speed' }).waitFor()
  await expect.poll(() => watch().locator('.live-cell').first().textContent()).toMatch(/^\d/)
  await page.reload()
  await watch().getByRole('row').nth(1).waitFor({ timeout: 30_000 })
  await expect.poll(() => watch().locator('.live-cell').first().textContent(), { timeout: 20_000 }).toMatch(/^\d/)
  await page.keyboard.press('Control+p')
  await page.getByText(/^Paused: [1-9]\d* changes held$/).waitFor({ timeout: 20_000 })
  const held = await watch().locator('.live-cell').first().textContent()
  expect(await watch().locator('.live-cell').first().textContent()).toBe(held)
  await page.keyboard.press('Control+p')
  await page.getByText('Live', { exact: true }).first().waitFor()
  await ui.expectAccessible()
})

test('a row is dragged to the watch list, and removed from it again', async () => {
  await tree().focus()
  await page.keyboard.press('Control+f')
  await page.keyboard.type('motor_02 current')
  await page
    .getByRole('option', { name: /^Current/ })
    .first()
    .waitFor()
  await page.getByRole('listbox', { name: 'Found' }).focus()
  await page.keyboard.press('Enter')
  const current = row(/^Current/).first()
  await current.waitFor()
  await current.dragTo(watch())
  await watch().getByRole('rowheader', { name: 'Current' }).waitFor()
  await ui.button('Stop watching Current').click()
  await watch().getByRole('rowheader', { name: 'Current' }).waitFor({ state: 'detached' })
})

test('an address leads to its node, from anywhere', async () => {
  await ui.open('Overview')
  await page.evaluate(() => {
    location.hash = `#/workbench/line-1/${encodeURIComponent('/Objects/Line1/Motor_03/State')}`
  })
  await heading('State')
  await expect.poll(cursor).toBe('State')
})

test('allowing a node to be written goes into the draft, not to the running gateway', async () => {
  await inspector().getByRole('tab', { name: 'Write' }).click()
  await ui.button('Allow writing this node').click()
  await inspector().getByText('It is in the draft now; apply the draft.').waitFor()
  await ui.expectAccessible()
  await page.keyboard.press('Control+z')
  await inspector().getByRole('tab', { name: 'Value' }).click()
})

test('a search finds while one types, best first, and Enter shows it in the tree', async () => {
  await page.keyboard.press('Control+f')
  await page.keyboard.type('tank_02 lev')
  const found = page.getByRole('listbox', { name: 'Found' })
  await found.getByRole('option').first().waitFor()
  expect(await found.getByRole('option').first().textContent()).toMatch(/^Level.*Tank_02/)
  await ui.expectAccessible()
  await page.keyboard.press('Control+a')
  await page.keyboard.type('Motor_0?/Sp*')
  await expect.poll(() => found.getByRole('option').allTextContents()).toHaveLength(3)
  await expect.poll(() => found.getByRole('option').first().textContent()).toMatch(/^Speed/)
  await found.focus()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await tree().waitFor()
  await expect.poll(cursor).toBe('Speed')
  await heading('Speed')
})

test('a filter narrows to what is not mapped yet', async () => {
  await page.getByRole('button', { name: 'Filter', exact: true }).click()
  await page.getByRole('combobox', { name: 'Mapped' }).click()
  await page.getByRole('option', { name: 'Not mapped yet', exact: true }).click()
  await page.getByRole('combobox', { name: 'Kind' }).click()
  await page.getByRole('option', { name: 'Variables', exact: true }).click()
  const found = page.getByRole('listbox', { name: 'Found' })
  await expect.poll(() => found.getByRole('img', { name: 'Mapped' }).count()).toBe(0)
  await page.getByRole('menuitem', { name: 'Clear filter' }).click()
  await tree().waitFor()
})

test('a typed NodeId is gone to, and what is no address says so', async () => {
  await page.keyboard.press('Control+g')
  const field = page.getByRole('textbox', { name: 'NodeId or browse path' })
  await field.fill('Speed')
  await page.keyboard.press('Enter')
  await page.getByText(/^That is neither a NodeId/).waitFor()
  await field.fill('/Objects/Line1/Tank_01/Level')
  await page.keyboard.press('Enter')
  await expect.poll(cursor).toBe('Level')
  await heading('Level')
  await page.keyboard.press('Control+g')
  await field.fill('i=2258')
  await page.keyboard.press('Enter')
  await expect.poll(cursor, { timeout: 30_000 }).toBe('CurrentTime')
  await page.getByRole('textbox', { name: 'Find nodes or NodeId' }).fill('/Objects/Line1/Tank_02/Level')
  await page.keyboard.press('Enter')
  await expect.poll(cursor, { timeout: 30_000 }).toBe('Level')
  await page.getByRole('textbox', { name: 'Find nodes or NodeId' }).fill('i=2258')
  await page.keyboard.press('Enter')
  await expect.poll(cursor, { timeout: 30_000 }).toBe('CurrentTime')
})

test('panes are resized by keys, the layout survives and is reset; F6 goes round', async () => {
  const bar = page.getByRole('separator', { name: 'Width of the source pane' })
  await bar.focus()
  await page.keyboard.press('ArrowRight')
  expect(await bar.getAttribute('aria-valuenow')).toBe('336')
  await page.getByRole('button', { name: 'Reset layout' }).click()
  expect(await bar.getAttribute('aria-valuenow')).toBe('320')
  await tree().focus()
  await page.keyboard.press('F6')
  expect(await tree().evaluate((element) => element === document.activeElement)).toBe(false)
  await page.keyboard.press('Shift+F6')
  expect(await tree().evaluate((element) => element === document.activeElement)).toBe(true)
})

test('topics of a broker are found for a chosen time and become a tree with the fields of their payloads', async () => {
  await chooseSource(/^Hall sensors/)
  await page.getByRole('textbox', { name: 'Topic filters' }).waitFor()
  await ui.expectAccessible()
  await page.getByRole('button', { name: 'Start', exact: true }).click()
  await page.getByText(/^[4-9] topics/).waitFor({ timeout: 30_000 })
  await page.getByRole('button', { name: 'Stop', exact: true }).click()
  await page.getByText(/^Listened/).waitFor()
  await page.getByRole('button', { name: 'Expand all that is known' }).click()
  const temperature = row(/^temperature/).first()
  await temperature.click()
  await heading('$.temperature')
  await expect.poll(() => temperature.locator('.live-cell').textContent(), { timeout: 20_000 }).toMatch(/^\d/)
  await temperature.getByRole('img', { name: 'Mapped' }).waitFor()
  await inspector().getByText('plant/hall/north/climate').waitFor()
  await ui.expectAccessible()
})

test('it is usable at 1024 × 700 and accessible in the dark', async () => {
  await page.setViewportSize({ width: 1024, height: 700 })
  await page.emulateMedia({ colorScheme: 'dark' })
  await page.getByRole('button', { name: 'Hide the inspector' }).click()
  await chooseSource(/^Line 1/)
  // Where the cursor was before the other source.
  await row(/^CurrentTime/).waitFor({ timeout: 30_000 })
  const wide = await page.evaluate(() => document.documentElement.scrollWidth)
  expect(wide).toBeLessThanOrEqual(1024)
  await ui.expectAccessible()
  await page.getByRole('button', { name: 'Show the inspector' }).click()
  await page.setViewportSize({ width: 1366, height: 768 })
  await page.emulateMedia({ colorScheme: 'light' })
})

test('a server that is gone leaves its tree, with its age', async () => {
  await plant.stop()
  await page.getByText(/^Not connected\. The tree is as of /).waitFor({ timeout: 60_000 })
  await row(/^CurrentTime/).waitFor()
  await page.getByText('No answer: last known values').waitFor({ timeout: 30_000 })
  await ui.expectAccessible()
})
