import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Locator } from 'playwright'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { demoConfig } from '../../main/demo/demo-config.ts'
import { MqttPlant } from '../../main/demo/mqtt-plant.ts'
import { ThingsboardStandIn } from '../../main/demo/thingsboard/stand-in.ts'
import type { QuarantineEntry } from '../../shared/status.ts'
import { type HeadlessHost, startHeadless } from './headless-host.ts'
import { UiPage } from './ui-page.ts'

// A ThingsBoard that refuses one key, an outage, and what an operator does about it. Tests build on one another.

const token = 'delivery-token'
/** What a corrected value looks like: this one is accepted. */
const corrected = '231.5'

const plant = new MqttPlant()
const thingsboard = new ThingsboardStandIn({ token })
let host: HeadlessHost
let ui: UiPage

beforeAll(async () => {
  await Promise.all([plant.start(), thingsboard.start()])
  thingsboard.faults.refuse = (device, key, { text }) => device === 'Meter_A' && key === 'voltage' && text !== corrected
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

const refused = (): Locator => host.page.getByRole('grid', { name: 'Values in quarantine' })
const status = (): Locator => host.page.getByRole('status')

async function openTab(name: RegExp): Promise<void> {
  await host.page.getByRole('tab', { name }).click()
}

function stored(key: string): string[] {
  return [...thingsboard.points('Meter_A', key).values()].map(({ text }) => text)
}

test('a refused value is shown with its payload and reason, while everything else is delivered', async () => {
  await ui.open('Delivery')
  await expect.poll(() => stored('power').length, { timeout: 30_000 }).toBeGreaterThan(1)
  await openTab(/^Quarantine \(\d+\)/)
  await refused().getByText('Meter_A').first().waitFor({ timeout: 30_000 })
  await refused().focus()
  await host.page.keyboard.press('Enter')
  const inspector = host.page.getByRole('region', { name: 'Refused value' })
  await inspector.getByRole('heading', { name: 'Meter_A / voltage' }).waitFor()
  expect(Number(await inspector.getByRole('textbox', { name: 'Payload' }).inputValue())).toBeGreaterThan(0)
  expect(await inspector.textContent()).toMatch(/0x[0-9A-F]{2}/)
  expect(await ui.balance().textContent()).toContain('Balanced')
  await ui.expectAccessible()
})

test('a value that can not be read as its type is told beside the field', async () => {
  const fix = host.page.getByRole('form', { name: 'Correct and send' })
  await fix.getByRole('textbox', { name: 'Value' }).fill('not a number')
  await fix.getByRole('button', { name: 'Send corrected' }).click()
  await fix
    .getByText(/number/i)
    .nth(1)
    .waitFor()
  expect(await fix.getByRole('textbox', { name: 'Value' }).getAttribute('aria-invalid')).toBe('true')
})

test('a corrected value reaches ThingsBoard in place of the refused one', async () => {
  const fix = host.page.getByRole('form', { name: 'Correct and send' })
  await fix.getByRole('textbox', { name: 'Value' }).fill(corrected)
  await host.page.keyboard.press('Control+s')
  await status().getByText('The corrected value waits in the backlog').waitFor()
  await expect.poll(() => stored('voltage'), { timeout: 30_000 }).toContain(corrected)
})

test('the export has every refused value, one JSON object per line', async () => {
  const [download] = await Promise.all([host.page.waitForEvent('download'), ui.button('Export').click()])
  const lines = readFileSync(await download.path(), 'utf8')
    .trimEnd()
    .split('\n')
  const entries = lines.map((line) => JSON.parse(line) as QuarantineEntry)
  expect(entries.length).toBeGreaterThan(0)
  expect(new Set(entries.map(({ device, key }) => `${device} ${key}`))).toEqual(new Set(['Meter_A voltage']))
  expect(download.suggestedFilename()).toMatch(/^quarantine Demo plant .*\.jsonl$/)
})

test('what was selected by keyboard is discarded only after a question, and the ledger says so', async () => {
  await expect.poll(() => refused().getByRole('row').count(), { timeout: 30_000 }).toBeGreaterThan(3)
  await refused().focus()
  await host.page.keyboard.press('Home')
  await host.page.keyboard.press('Space')
  await host.page.keyboard.press('Shift+ArrowDown')
  await status().getByText('2 selected').waitFor()
  await host.page.getByRole('button', { name: 'Discard 2…' }).click()
  const question = host.page.getByRole('dialog', { name: 'Discard 2 values?' })
  await ui.expectAccessible()
  await question.getByRole('button', { name: 'Discard', exact: true }).click()
  await status().getByText('2 values discarded, see the ledger').waitFor()
  await openTab(/^Ledger/)
  await host.page.getByRole('link', { name: 'Discarded by an operator' }).click()
  const ledger = host.page.getByRole('grid', { name: 'Ledger' })
  await expect.poll(() => ledger.getByRole('row').nth(1).textContent()).toMatch(/Discarded by an operator.*2$/)
  await ui.expectAccessible()
})

test('once the cause is gone, retrying all empties the quarantine', async () => {
  thingsboard.faults.refuse = undefined
  await openTab(/^Quarantine/)
  await refused().getByText('Meter_A').first().waitFor()
  await expect
    .poll(
      async () => {
        const retry = host.page.getByRole('button', { name: /^Retry all [1-9]/ })
        if (await retry.isEnabled({ timeout: 100 }).catch(() => false)) await retry.click()
        return host.page.getByText('Nothing in quarantine').isVisible()
      },
      { timeout: 30_000, interval: 1000 },
    )
    .toBe(true)
  await expect.poll(() => stored('voltage').length, { timeout: 30_000 }).toBeGreaterThan(2)
  expect(await ui.balance().textContent()).toContain('Balanced')
})

test('an outage is seen as a growing queue, and its end as an empty one', async () => {
  await openTab(/^Queue/)
  await thingsboard.stop()
  const lanes = host.page.getByRole('region', { name: 'Lanes' })
  const of = async (lane: RegExp): Promise<number> =>
    Number(await lanes.getByRole('row', { name: lane }).getByRole('cell').first().textContent())
  const waiting = async (): Promise<number> => (await of(/^Live/)) + (await of(/^Backlog/))
  await expect.poll(waiting, { timeout: 60_000 }).toBeGreaterThan(10)
  await ui.expectAccessible()
  await thingsboard.start()
  await expect.poll(waiting, { timeout: 60_000 }).toBe(0)
  expect(await ui.balance().textContent()).toContain('Balanced')
})

test('the storage settings say what happens when it is full, and are applied', async () => {
  await openTab(/^Storage/)
  await host.page.getByRole('textbox', { name: 'Keep up to' }).fill('0')
  await host.page.getByText('1 field needs correction').waitFor()
  await host.page.getByRole('textbox', { name: 'Keep up to' }).fill('500')
  await ui.choose('When it is full', 'Sources wait')
  await host.page.getByText('Nothing that was accepted is ever given up.').waitFor()
  await ui.expectAccessible()
  await ui.save()
  const config = JSON.parse(readFileSync(join(host.dataDir, 'gateway.json'), 'utf8')) as {
    storage: { maxBytes: number; whenFull: string }
  }
  expect(config.storage).toMatchObject({ maxBytes: 500_000_000, whenFull: 'block' })
  // Room for journal and index is taken off the limit.
  await openTab(/^Queue/)
  await host.page
    .getByText(/ of 4\d\d MB/)
    .first()
    .waitFor({ timeout: 30_000 })
})

test('every tab is accessible in the dark', async () => {
  await host.page.emulateMedia({ colorScheme: 'dark' })
  for (const name of [/^Queue/, /^Quarantine/, /^Ledger/, /^Storage/]) {
    await openTab(name)
    await ui.expectAccessible()
  }
})
