import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DataType } from 'node-opcua'
import type { Locator } from 'playwright'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Demo, startDemo } from '../../main/demo/demo.ts'
import { startOpcuaServer, type TestServer } from '../servers/opcua-server.ts'
import { type HeadlessHost, startHeadless } from './headless-host.ts'
import { UiPage } from './ui-page.ts'

// An integrator at the Workbench: nodes become devices by key and by drag, cells are edited in place, every command is one
// edit that undo takes back, and payload, sample and trace say what becomes of it. The demo plant and a hall of 50 machines,
// the real engine. Tests build on one another.

const machines = 50
const meters = 100
const folder = mkdtempSync(join(tmpdir(), 'tb-gateway-mapping-'))
let plant: Demo
let hall: TestServer
let host: HeadlessHost
let ui: UiPage
let grid: Locator
let tree: Locator

beforeAll(async () => {
  plant = await startDemo({ folder })
  hall = await startOpcuaServer({ prepare: furnish })
  const config = JSON.parse(readFileSync(plant.configPath, 'utf8')) as { connectors: object[] }
  const server = { type: 'opcua', id: 'hall', name: 'Hall', endpointUrl: hall.endpointUrl, securityMode: 'None' }
  host = await startHeadless({ ...config, connectors: [server, ...config.connectors] })
  ui = new UiPage(host.page)
  await host.page.getByRole('navigation', { name: 'Screens' }).getByRole('link', { name: 'Workbench' }).click()
  grid = host.page.getByRole('treegrid', { name: 'Devices and keys' })
  tree = host.page.getByRole('tree')
  await grid.getByText('Motor_01').waitFor({ timeout: 30_000 })
})
afterAll(async () => {
  await host?.stop()
  await hall?.close()
  await plant?.stop()
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
})

function furnish(server: TestServer['server']): void {
  const space = server.engine.addressSpace
  const namespace = space?.getNamespace('urn:test:plant')
  if (!space || !namespace) throw new Error('the server has no address space yet')
  const add = (parent: object, name: string): void => {
    const options = { componentOf: parent as never, browseName: name, nodeId: `s=${String(Math.random()).slice(2)}` }
    namespace.addVariable({ ...options, dataType: DataType.Double, value: { dataType: DataType.Double, value: 7 } })
  }
  const line = namespace.addObject({ browseName: 'Line1', organizedBy: space.rootFolder.objects })
  for (let n = 1; n <= machines; n++) {
    const machine = namespace.addObject({ browseName: `M${String(n).padStart(2, '0')}`, componentOf: line })
    for (const name of ['Speed', 'Temp']) add(machine, name)
  }
  const room = namespace.addObject({ browseName: 'Meters', organizedBy: space.rootFolder.objects })
  for (let n = 1; n <= meters; n++) add(room, `V${String(n).padStart(3, '0')}`)
}

/** Each call is one thing a person does: a click, a key, a drag. */
let interactions = 0
async function click(target: Locator): Promise<void> {
  interactions += 1
  await target.click()
}
async function press(key: string): Promise<void> {
  interactions += 1
  await host.page.keyboard.press(key)
}

/** Once the engine has answered the edit before: an edit shows sooner than it can be undone. */
async function undo(label: string): Promise<void> {
  await host.page.getByRole('button', { name: `Undo: ${label}` }).waitFor()
  await host.page.keyboard.press('Control+z')
}

const item = (name: string): Locator => tree.getByRole('treeitem', { name: new RegExp(`^${name}\\b`) }).first()
const row = (name: string): Locator =>
  grid
    .getByRole('row')
    .filter({ has: host.page.getByText(name, { exact: true }) })
    .first()
const columns = ['Key', 'Kind', 'Value', 'Report', 'Type', 'Unit', 'Scale']
const cell = (name: string, column: string): Locator => row(name).getByRole('gridcell').nth(columns.indexOf(column))
const choose = (name: string): Promise<void> => row(name).getByText(name, { exact: true }).click()
const total = (): Locator => host.page.getByRole('status').filter({ hasText: /devices?, .*keys?/ })

async function openObjects(): Promise<void> {
  await item('Objects').waitFor({ timeout: 30_000 })
  if ((await item('Meters').count()) > 0) return
  await tree.focus()
  await host.page.keyboard.press('Home')
  await host.page.keyboard.press('ArrowRight')
  await item('Meters').waitFor({ timeout: 30_000 })
}

test('100 variables become one device in three interactions, and undo takes them back as one', async () => {
  await openObjects()
  const before = await total().textContent()
  interactions = 0
  await click(item('Meters'))
  await press('m')
  const dialog = host.page.getByRole('dialog', { name: 'Map Meters' })
  await dialog.getByText(`Meters with ${meters} keys`).waitFor()
  await press('Enter')
  expect(interactions).toBeLessThanOrEqual(3)
  await dialog.waitFor({ state: 'detached' })
  await row('Meters').getByText(`${meters} keys`).waitFor()
  await undo(`Map ${meters} keys to Meters`)
  await expect.poll(() => total().textContent()).toBe(before)
})

test('50 like machines become 50 devices in five interactions', async () => {
  interactions = 0
  await click(item('Line1'))
  await press('m')
  const dialog = host.page.getByRole('dialog', { name: 'Map Line1' })
  await dialog.getByText(`${machines} devices with ${machines * 2} keys in all`).waitFor()
  await ui.expectAccessible()
  await click(dialog.getByRole('radio', { name: 'One device per child' }))
  await press('Enter')
  expect(interactions).toBeLessThanOrEqual(5)
  await dialog.waitFor({ state: 'detached' })
  await row('M01').waitFor()
  await expect.poll(() => total().textContent()).toContain(`${11 + machines} devices`)
})

test('a cell is edited in place; what is wrong with a text is said beside it; Tab goes on', async () => {
  await choose('M01')
  await host.page.keyboard.press('ArrowDown')
  await host.page.keyboard.press('F2')
  await host.page.getByLabel('Key of Speed').fill('rpm')
  await host.page.keyboard.press('Enter')
  await row('rpm').waitFor()
  for (const _ of ['kind', 'value', 'report']) await host.page.keyboard.press('ArrowRight')
  await host.page.keyboard.press('Enter')
  const report = host.page.getByLabel('Report of rpm')
  await report.fill('every now and then')
  await grid.getByRole('alert').getByText('at most that often').waitFor()
  await ui.expectAccessible()
  await report.fill('Δ 5 ≤ 60 s')
  await host.page.keyboard.press('Tab')
  await host.page.getByLabel('Type of rpm').waitFor()
  await host.page.keyboard.press('Tab')
  await host.page.getByLabel('Unit of rpm').fill('1/min')
  await host.page.keyboard.press('Enter')
  await row('rpm').getByText('Δ 5 ≤ 60 s').waitFor()
  await row('rpm').getByText('1/min').waitFor()
})

test('one field is set for all selected keys at once, and undone at once', async () => {
  await host.page.getByLabel('Filter devices and keys').fill('Temp')
  await expect.poll(() => row('Temp').count()).toBe(1)
  await grid.focus()
  await host.page.keyboard.press('Home')
  await host.page.keyboard.press('ArrowDown')
  await host.page.keyboard.press('Control+a')
  await cell('Temp', 'Scale').dblclick()
  const field = host.page.getByLabel(/^Scale of \d+ keys$/)
  const label = (await field.getAttribute('aria-label')) ?? ''
  expect(Number(/\d+/.exec(label)?.[0])).toBeGreaterThanOrEqual(machines)
  await field.fill('0.1')
  await host.page.keyboard.press('Enter')
  await expect.poll(() => grid.getByText('0.1', { exact: true }).count()).toBeGreaterThan(5)
  await grid.focus()
  await undo(label)
  await expect.poll(() => grid.getByText('0.1', { exact: true }).count()).toBe(0)
  await host.page.getByLabel('Filter devices and keys').fill('')
})

test('a dragged node says what a drop would do, and does it', async () => {
  await host.page.getByLabel('Filter devices and keys').fill('M50')
  await row('M50').waitFor()
  await openObjects()
  await item('Meters').click()
  await host.page.keyboard.press('ArrowRight')
  const meter = item('V001')
  await meter.waitFor()
  const [from, to] = [await meter.boundingBox(), await row('M50').getByText('M50', { exact: true }).boundingBox()]
  if (!from || !to) throw new Error('nothing to drag')
  await host.page.mouse.move(from.x + 60, from.y + from.height / 2)
  await host.page.mouse.down()
  await host.page.mouse.move(to.x + 10, to.y + 60, { steps: 6 })
  await host.page.mouse.move(to.x + 10, to.y + to.height / 2, { steps: 3 })
  await host.page.getByText('Add 1 key to M50').waitFor()
  await host.page.mouse.up()
  await row('M50').getByText('3 keys').waitFor()
  await host.page.getByLabel('Filter devices and keys').fill('')
})

test('a rule from a machine shows what it takes while one types, and joins the draft as one edit', async () => {
  await item('Line1').click()
  await tree.focus()
  await host.page.keyboard.press('r')
  const matches = host.page.getByRole('region', { name: 'Matches now' })
  await host.page.getByLabel('Nodes at this path').fill('Objects/Meters')
  await matches.getByText(`1 device · ${meters} keys`).waitFor({ timeout: 30_000 })
  await ui.expectAccessible()
  await ui.button('Keep in the draft').click()
  await expect.poll(() => ui.button('Keep in the draft').isDisabled()).toBe(true)
  await undo('Add rule Line1')
})

test('a topic opens the rule that takes it; a typed message shows what it becomes and where it is wrong', async () => {
  await host.page
    .getByRole('combobox', { name: /source/i })
    .first()
    .click()
  await host.page.getByRole('option', { name: /MQTT/ }).click()
  await host.page.getByRole('button', { name: 'Start', exact: true }).first().click()
  await item('plant').waitFor({ timeout: 30_000 })
  await host.page.getByLabel('Find topics').fill('climate')
  await host.page
    .getByRole('option', { name: /north.*climate|climate/ })
    .first()
    .click({ timeout: 20_000 })
  await host.page.keyboard.press('m')
  await host.page.getByLabel('Topic filter').waitFor()
  expect(await host.page.getByLabel('Topic filter').inputValue()).toBe('plant/hall/+/climate')
  const matches = host.page.getByRole('region', { name: 'Matches now' })
  await matches.getByText('Hall_north').first().waitFor({ timeout: 20_000 })
  await matches.getByRole('button', { name: 'Type a message' }).click()
  await matches.getByLabel('Message').fill('{"temperature": 20,')
  await matches.getByText(/it ends too early|not JSON/).waitFor()
  await matches.getByLabel('Message').fill('{"temperature": 20.5}')
  await matches.getByRole('gridcell', { name: '20.5' }).waitFor()
})

test('the payload is the exact message, with what the draft changes marked', async () => {
  await host.page.getByRole('tab', { name: 'Devices' }).click()
  await host.page.getByRole('tab', { name: 'Payload' }).click()
  await host.page.getByLabel('Filter devices and keys').fill('Motor_01')
  await choose('Motor_01')
  const payload = host.page.getByRole('region', { name: 'Messages of Motor_01' })
  await payload.getByText('Exactly what runs now.').waitFor()
  await payload.getByText(/"speed":\d/).waitFor()
  await cell('speed', 'Scale').dblclick()
  await host.page.getByLabel('Scale of speed').fill('10')
  await host.page.keyboard.press('Enter')
  await payload.locator('mark', { hasText: '"speed":' }).waitFor()
  await ui.expectAccessible()
})

test('a sample shows what it becomes, and where it is wrong', async () => {
  await host.page.getByRole('tab', { name: 'Test', exact: true }).click()
  await ui.field('Value').fill('150')
  await host.page.getByRole('region', { name: 'Result' }).getByRole('cell', { name: '1500.0' }).waitFor()
  await ui.field('Value').fill('15x')
  await host.page.getByRole('region', { name: 'Result' }).getByText('Line 1, character 3').waitFor()
  await ui.expectAccessible()
})

test('the trace follows the selected key through all stages, and names the one that is broken', async () => {
  await host.page
    .getByRole('combobox', { name: /source/i })
    .first()
    .click()
  await host.page.getByRole('option', { name: /Line 1/ }).click()
  await host.page.getByLabel('Filter devices and keys').fill('Motor_02')
  await choose('Motor_02')
  await host.page.keyboard.press('ArrowDown')
  await host.page.getByRole('tab', { name: 'Trace' }).click()
  const trace = host.page.getByRole('region', { name: 'Trace' })
  await trace.getByText('Every stage works').waitFor({ timeout: 30_000 })
  await ui.expectAccessible()
  await plant.stop()
  await trace.getByText('It stops at Read').waitFor({ timeout: 60_000 })
  await trace.getByRole('button', { name: 'Try now' }).waitFor()
  await ui.expectAccessible()
})
