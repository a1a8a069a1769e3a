import { DataType, type UAObject } from 'node-opcua'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startOpcuaServer, type TestServer } from '../servers/opcua-server.ts'
import { type HeadlessHost, startHeadless } from './headless-host.ts'
import { UiPage } from './ui-page.ts'

// Events and alarms of a server are chosen, corrected and taken away again by somebody at the keyboard. Tests build on one
// another.

let plant: TestServer
let host: HeadlessHost
let ui: UiPage
let mixer: UAObject

beforeAll(async () => {
  plant = await startOpcuaServer({ variables: [{ name: 'Speed', value: { dataType: DataType.Double, value: 1 } }] })
  const space = plant.server.engine.addressSpace!
  mixer = space.getNamespace(plant.namespaceIndex).addObject({
    organizedBy: space.rootFolder.objects,
    notifierOf: space.rootFolder.objects.server,
    eventNotifier: 1,
    browseName: 'Mixer',
    nodeId: `ns=${plant.namespaceIndex};s=Mixer`,
  })
  const keys = [{ key: 'speed', node: '/Objects/Plant/Speed' }]
  host = await startHeadless({
    version: 1,
    name: 'Test plant',
    connectors: [
      {
        type: 'opcua',
        id: 'plant',
        name: 'plant',
        endpointUrl: plant.endpointUrl,
        securityMode: 'None',
        securityPolicy: 'None',
        devices: [{ name: 'Plant', keys }],
      },
    ],
  })
  ui = new UiPage(host.page)
})
afterAll(async () => {
  await host?.stop()
  await plant?.close()
})

function raise(message: string, severity: number): void {
  mixer.raiseEvent(plant.server.engine.addressSpace!.findEventType('BaseEventType')!, {
    message: { dataType: DataType.LocalizedText, value: { text: message } },
    severity: { dataType: DataType.UInt16, value: severity },
  })
}

const form = () => host.page.getByRole('region', { name: 'Events', exact: true })

test('without events there is a sentence and a button; the notifier is picked where the server has it', async () => {
  await ui.open('Sources')
  await host.page.getByRole('link', { name: /^plant/ }).click()
  await host.page.getByRole('tab', { name: 'Events' }).click()
  await host.page.getByText('No events yet').waitFor()
  await ui.expectAccessible()
  // By keyboard alone.
  await ui.button('Add events').focus()
  await host.page.keyboard.press('Enter')
  await form().getByRole('button', { name: 'Pick the notifier on the server' }).focus()
  await host.page.keyboard.press('Enter')
  const dialog = host.page.getByRole('dialog', { name: 'Choose who sends the events' })
  const tree = dialog.getByRole('tree', { name: 'Nodes of the source' })
  await tree.getByRole('treeitem', { name: 'Plant' }).first().waitFor({ timeout: 30_000 })
  await tree.focus()
  await host.page.keyboard.type('Plant')
  await host.page.keyboard.press('Enter')
  const use = dialog.getByRole('button', { name: 'Use as notifier' })
  await dialog.getByRole('heading', { name: 'Plant' }).waitFor()
  expect(await use.isDisabled()).toBe(true)
  await tree.getByRole('treeitem', { name: 'Mixer' }).click()
  await dialog.getByRole('heading', { name: 'Mixer' }).waitFor()
  await ui.expectAccessible()
  await use.click()
  await expect
    .poll(() => form().getByRole('textbox', { name: 'Notifier' }).inputValue())
    .toBe('nsu=urn:test:plant;s=Mixer')
})

test('a mistake is said beside its field and nothing is saved; light and dark can be read', async () => {
  await form().getByRole('textbox', { name: 'At least severity' }).fill('5000')
  await ui.button('Add to draft').click()
  await form().getByText(/1000/).first().waitFor()
  await ui.expectAccessible()
  await host.page.emulateMedia({ colorScheme: 'dark' })
  await ui.expectAccessible()
  await host.page.emulateMedia({ colorScheme: 'light' })
  await form().getByRole('textbox', { name: 'At least severity' }).fill('300')
  await ui.choose('Event type', 'Another type…')
  await form().getByRole('textbox', { name: 'Type of the events' }).fill('nonsense')
  await ui.button('Add to draft').click()
  await form().getByText('is not a NodeId').waitFor()
  await ui.choose('Event type', 'All events')
  await ui.button('Add field').click()
  await form().getByRole('textbox', { name: 'Field 1' }).fill('LocalTime')
  await ui.save()
})

test('the events arrive as keys of the machine they are about', async () => {
  await ui.open('Overview')
  // What the rail says of its entries is gone once one is pressed.
  await expect.poll(() => host.page.getByRole('tooltip').count()).toBe(0)
  const devices = host.page.getByRole('grid', { name: 'Devices' })
  await expect
    .poll(
      () => {
        raise('hot', 500)
        return devices.textContent()
      },
      { timeout: 30_000, interval: 500 },
    )
    .toContain('Mixer')
})

test('what was chosen is taken away again, and then nothing is left', async () => {
  await ui.open('Sources')
  await host.page.getByRole('tab', { name: 'Events' }).click()
  await ui.button('Add events').click()
  const list = host.page.getByRole('navigation', { name: 'Events and alarms' })
  await expect.poll(() => list.getByRole('listitem').count()).toBe(2)
  await ui.button('Remove events').click()
  await expect.poll(() => list.getByRole('listitem').count()).toBe(1)
  await ui.button('Remove events').click()
  await host.page.getByText('No events yet').waitFor()
  await ui.save()
})
