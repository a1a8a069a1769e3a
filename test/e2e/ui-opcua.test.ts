import { readFileSync } from 'node:fs'
import { DataType, type ISessionContext, StatusCodes, Variant } from 'node-opcua'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startOpcuaServer, type TestServer } from '../servers/opcua-server.ts'
import { type HeadlessHost, startHeadless } from './headless-host.ts'
import { UiPage } from './ui-page.ts'

// What an engineer does with an OPC UA server through the UI: look, select, write, read history, settle trust. Real servers,
// the real engine. Tests build on one another.

const recorded = 120
let plant: TestServer
let wary: TestServer
let host: HeadlessHost
let ui: UiPage

beforeAll(async () => {
  plant = await startOpcuaServer({
    variables: [
      { name: 'Speed', value: { dataType: DataType.Double, value: 1480 } },
      { name: 'Setpoint', value: { dataType: DataType.Double, value: 55 } },
      { name: 'Recorded', value: { dataType: DataType.Double, value: 20 }, history: true },
    ],
    prepare: (server) => {
      const space = server.engine.addressSpace
      const namespace = space?.getNamespace('urn:test:plant')
      const machine = namespace?.addObject({ browseName: 'Machine', organizedBy: space?.rootFolder.objects ?? '' })
      // A second place for one node.
      machine?.addReference({ referenceType: 'Organizes', nodeId: `ns=${namespace?.index};s=Setpoint` })
      const add = machine && namespace?.addMethod(machine, sumMethod)
      add?.bindMethod(async ([a, b]: Variant[], _context: ISessionContext) => ({
        statusCode: StatusCodes.Good,
        outputArguments: [new Variant({ dataType: DataType.Double, value: Number(a?.value) + Number(b?.value) })],
      }))
    },
  })
  const from = Date.now() - 30 * 60_000
  for (let i = 0; i < recorded; i++) {
    const value = 20 + 5 * Math.sin(i / 9)
    plant.set('Recorded', { dataType: DataType.Double, value }, StatusCodes.Good, new Date(from + i * 10_000))
  }
  wary = await startOpcuaServer({
    variables: [{ name: 'Speed', value: { dataType: DataType.Double, value: 1 } }],
    security: ['SignAndEncrypt'],
    trustsClients: false,
  })
  host = await startHeadless({
    version: 1,
    name: 'Test plant',
    connectors: [
      connector('plant', plant, { securityMode: 'None', securityPolicy: 'None', samplingIntervalMs: 7 }),
      connector('wary', wary, {}),
    ],
  })
  ui = new UiPage(host.page)
})
afterAll(async () => {
  await host?.stop()
  await plant?.close()
  await wary?.close()
})

const sumMethod = {
  browseName: 'Add',
  inputArguments: ['a', 'b'].map((name) => ({ name, dataType: DataType.Double, description: { text: '' } })),
  outputArguments: [{ name: 'sum', dataType: DataType.Double, description: { text: '' } }],
}

function connector(id: string, server: TestServer, settings: object): object {
  const keys = [
    { key: 'speed', node: '/Objects/Plant/Speed' },
    { key: 'ghost', node: '/Objects/Plant/Ghost' },
  ]
  return { type: 'opcua', id, name: id, endpointUrl: server.endpointUrl, devices: [{ name: id, keys }], ...settings }
}

async function openTab(source: string, tab: string): Promise<void> {
  await ui.open('Sources')
  await host.page.getByRole('link', { name: new RegExp(`^${source}`) }).click()
  await host.page.getByRole('tab', { name: tab, exact: true }).click()
}

test('tags show what was asked for beside what the server granted, and only the problems on demand', async () => {
  await openTab('plant', 'Tags')
  const tags = host.page.getByRole('grid', { name: 'Tags' })
  await tags.getByText('Watched').waitFor({ timeout: 30_000 })
  await expect.poll(() => tags.textContent()).toMatch(/7 → \d+/)
  expect(await tags.textContent()).toContain('s=Speed')
  await host.page.getByText('Problems', { exact: true }).click()
  await expect.poll(() => tags.getByRole('row').count()).toBe(2)
  expect(await tags.textContent()).toContain('ghost')
  await tags.getByText('ghost', { exact: true }).click()
  await host.page.getByRole('region', { name: 'Chosen tag' }).getByText('/Objects/Plant/Ghost').first().waitFor()
  await ui.expectAccessible()
})

test('a rule shows what it finds while it is typed, and what nearly matched', async () => {
  await openTab('plant', 'Rules')
  await ui.button('Add rule').first().click()
  await host.page.getByLabel('Nodes at this path').fill('Objects/plant')
  const preview = host.page.getByRole('region', { name: 'What this rule finds now' })
  await preview.getByText('Nearly matched').waitFor({ timeout: 30_000 })
  expect(await preview.textContent()).toContain('/Objects/Plant')
  await host.page.getByLabel('Nodes at this path').fill('Objects/Plant')
  await preview.getByText('1 devices, 3 keys').waitFor({ timeout: 30_000 })
  await ui.expectAccessible()
  await ui.button('Discard edits').click()
})

const inspector = () => host.page.getByRole('region', { name: 'Inspector' })
const search = () => host.page.getByRole('textbox', { name: 'Find nodes or NodeId' })

/** Types an address where one searches, and goes there. */
async function goTo(address: string, heading: string): Promise<void> {
  await search().fill(address)
  await host.page.keyboard.press('Enter')
  await inspector().getByRole('heading', { name: heading, exact: true }).waitFor({ timeout: 30_000 })
}

test('the page of a source leads to its nodes in the Workbench, and so does an address from before', async () => {
  await openTab('wary', 'Tags')
  await openTab('plant', 'Tags')
  await host.page.getByRole('link', { name: 'Open in the Workbench' }).click()
  const source = host.page.getByRole('combobox', { name: 'Source' })
  await expect.poll(() => source.inputValue()).toBe('plant')
  const node = encodeURIComponent('nsu=urn:test:plant;s=Speed')
  await host.page.evaluate((hash) => location.assign(hash), `#/sources/plant/nodes/${node}`)
  await inspector().getByRole('heading', { name: 'Speed', exact: true }).waitFor({ timeout: 30_000 })
  await expect.poll(() => host.page.evaluate(() => location.hash)).toBe('#/workbench')
})

test('a node is found by typing, seen in detail, and its references are travelled', async () => {
  await search().fill('setp')
  await host.page
    .getByRole('listbox', { name: 'Found' })
    .getByRole('option', { name: /^Setpoint/ })
    .first()
    .dblclick({ timeout: 60_000 })
  await inspector().getByRole('heading', { name: 'Setpoint' }).waitFor()
  await inspector().getByText('Below several parents: 1 more path').click()
  await ui.expectAccessible()
  await inspector().getByRole('button', { name: '/Objects/Machine/Setpoint' }).click()
  const tree = host.page.getByRole('tree', { name: 'Nodes of the source' })
  await tree.getByRole('treeitem', { name: /^Machine/ }).waitFor()
  await expect.poll(() => tree.getByRole('treeitem', { name: /^Machine/ }).getAttribute('aria-expanded')).toBe('true')
  await inspector().getByRole('tab', { name: 'References' }).click()
  await inspector().getByRole('grid', { name: 'References' }).getByText('Plant', { exact: true }).click()
  await inspector().getByRole('heading', { name: 'Plant' }).waitFor()
  await inspector().getByRole('button', { name: /^Back/ }).click()
  await inspector().getByRole('heading', { name: 'Setpoint' }).waitFor()
})

test('nothing is written before the node is allowed, applied, unlocked and confirmed', async () => {
  await inspector().getByRole('tab', { name: 'Write' }).click()
  await inspector().getByText('May not be written from here').waitFor()
  await ui.button('Allow writing this node').click()
  await inspector().getByText('It is in the draft now').waitFor()
  await ui.apply()
  await ui.button('Unlock until this window is closed').click({ timeout: 30_000 })
  await inspector().getByLabel('New value').fill('abc')
  await inspector().getByRole('button', { name: 'Write…' }).click()
  await ui.button('Write now').click()
  await inspector().getByRole('alert').getByText('was not written').waitFor()
  await inspector().getByLabel('New value').fill('61.5')
  await inspector().getByRole('button', { name: 'Write…' }).click()
  expect(await host.page.getByRole('dialog').textContent()).toMatch(/55.*61\.5/s)
  await ui.expectAccessible()
  await ui.button('Write now').click()
  await inspector().getByText('Written and read back').waitFor()
  expect(plant.variable('Setpoint').readValue().value.value).toBe(61.5)
})

test('a method is called with its arguments and shows what it returned', async () => {
  await goTo('/Objects/Machine/Add', 'Add')
  await inspector().getByRole('tab', { name: 'Call' }).click()
  await ui.button('Allow calling this method').click()
  await inspector().getByText('It is in the draft now').waitFor()
  await ui.apply()
  await inspector().getByLabel('a (Double)').fill('2', { timeout: 30_000 })
  await inspector().getByLabel('b (Double)').fill('3.5')
  await inspector().getByRole('button', { name: 'Call…' }).click()
  await ui.button('Call now').click()
  await inspector().getByText('5.5', { exact: true }).waitFor()
  await ui.expectAccessible()
})

test('the history of a node is a line and a table, as recorded or summarised; a node without one says so', async () => {
  await goTo('nsu=urn:test:plant;s=Recorded', 'Recorded')
  await inspector().getByRole('tab', { name: 'Trend' }).click()
  await inspector().getByText('1 hour', { exact: true }).click()
  await inspector()
    .getByRole('img', { name: /^Trend of Recorded, between 15/ })
    .waitFor()
  // And the one it began with.
  await inspector()
    .getByText(`${recorded + 1} values`)
    .waitFor()
  const table = inspector().getByRole('grid', { name: 'Values of the history' })
  await table.getByText('20', { exact: true }).first().waitFor()
  await ui.expectAccessible()
  await ui.choose('Values', 'Average')
  await inspector()
    .getByRole('img', { name: /^Trend of Recorded/ })
    .or(inspector().getByRole('alert'))
    .first()
    .waitFor()
  await goTo('nsu=urn:test:plant;s=Setpoint', 'Setpoint')
  await inspector().getByText('1 hour', { exact: true }).click()
  await inspector().getByRole('alert').waitFor()
})

test('the picker adds a variable that was found, and one that was gone to and looked at', async () => {
  await openTab('plant', 'Devices and keys')
  await ui.button('Pick nodes…').first().click()
  const dialog = host.page.getByRole('dialog')
  await dialog.getByRole('textbox', { name: 'Find nodes or NodeId' }).fill('Plant/Recorded')
  const found = dialog.getByRole('listbox', { name: 'Found' })
  await found.getByRole('option', { name: /^Recorded/ }).waitFor({ timeout: 60_000 })
  await found.focus()
  await host.page.keyboard.press('Space')
  await dialog.getByRole('button', { name: 'Add 1 key' }).waitFor()
  await ui.expectAccessible()
  await dialog.getByRole('textbox', { name: 'Find nodes or NodeId' }).fill('/Objects/Plant/Setpoint')
  await host.page.keyboard.press('Enter')
  await dialog.getByText('Node in detail').click()
  await dialog.getByRole('heading', { name: 'Setpoint' }).waitFor()
  await dialog.getByRole('button', { name: 'Add to selection' }).click()
  await ui.expectAccessible()
  await dialog.getByRole('button', { name: 'Add 2 keys' }).click()
  const keys = host.page.getByRole('grid', { name: 'Devices and keys' })
  await keys.getByText('Recorded').first().waitFor()
  await keys.getByText('Setpoint').first().waitFor()
  await ui.button('Discard edits').click()
})

test('a server that refuses us is named with its cure, and connects by itself once it trusts us', async () => {
  await openTab('wary', 'Connection')
  await host.page.getByText('The gateway does not trust this server yet').waitFor({ timeout: 30_000 })
  await host.page.getByRole('link', { name: 'Look at it and decide' }).click()
  await host.page
    .getByRole('button', { name: /^Trust / })
    .first()
    .click()
  await openTab('wary', 'Connection')
  const note = host.page.getByText('This server does not trust the gateway yet').first()
  await note.waitFor({ timeout: 60_000 })
  await ui.expectAccessible()
  const file = host.page.waitForEvent('download')
  await ui.button('Export our certificate').first().click()
  const pem = readFileSync(await (await file).path(), 'utf8')
  expect(pem).toMatch(/^-----BEGIN CERTIFICATE-----/)
  expect(await ui.test()).toContain('Stops at')
  await host.page.getByText('This test is repeated by itself').waitFor()
  await ui.expectAccessible()
  const der = Buffer.from(pem.replace(/-----[^-]+-----|\s/g, ''), 'base64')
  await wary.server.serverCertificateManager.trustCertificate(der)
  await host.page
    .getByText('All steps passed.')
    .or(host.page.getByText('It works; look'))
    .first()
    .waitFor({ timeout: 60_000 })
  await note.waitFor({ state: 'detached', timeout: 60_000 })
})

test('the own certificate says how long it is good, and is renewed by one decision', async () => {
  await ui.open('Activity')
  await host.page.getByRole('tab', { name: 'Certificates' }).click()
  const own = host.page.getByRole('region', { name: 'Our certificate' })
  await own.getByText(/^Valid for [\d,]+ more days$/).waitFor()
  const before = await own.locator('dd.mono').textContent()
  await own.getByRole('button', { name: 'Renew…' }).click()
  await ui.button('Renew now').click()
  await own.getByText(/^Renewed\./).waitFor()
  await expect.poll(() => own.locator('dd.mono').textContent()).not.toBe(before)
  await host.page.emulateMedia({ colorScheme: 'dark' })
  await ui.expectAccessible()
})
