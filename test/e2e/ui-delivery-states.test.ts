import { afterAll, beforeAll, expect, test } from 'vitest'
import { UiServer } from '../../main/headless/server.ts'
import type { QuarantineEntry } from '../../shared/status.ts'
import { ensureBundle } from './bundle.ts'
import { ScriptedGateway } from './fixtures/scripted-gateway.ts'
import { openPage } from './headless-host.ts'
import { UiPage } from './ui-page.ts'

// What the Delivery screen says in states the real engine can not be brought into on demand.

const token = 'delivery-states-token-0123456789-0123456789'
const gateway = new ScriptedGateway()
const server = new UiServer({ gateway, token, rendererFolder: `${ensureBundle()}/out/renderer` })
let ui: UiPage
let close: () => Promise<void>

beforeAll(async () => {
  await server.listen('127.0.0.1', 0)
  const opened = await openPage(`${server.origin}/#token=${token}`)
  ui = new UiPage(opened.page)
  close = opened.close
  await ui.open('Delivery')
})
afterAll(async () => {
  await close?.()
  await server.close()
})

const region = (name: string) => ui.page.getByRole('region', { name, exact: true })

test('with nothing queued the screen says so, and an empty quarantine and ledger say what belongs there', async () => {
  await region('Queue').getByText('Nothing queued: every value is delivered as it comes.').waitFor()
  await region('Not delivered, by cause').getByText('Every accepted value was delivered').waitFor()
  await ui.page.getByRole('tab', { name: 'Quarantine' }).click()
  await ui.page.getByRole('heading', { name: 'Nothing in quarantine' }).waitFor()
  await ui.expectAccessible()
  await ui.page.getByRole('tab', { name: 'Ledger' }).click()
  await ui.page.getByRole('heading', { name: 'Nothing was ever given up' }).waitFor()
  await ui.expectAccessible()
  await ui.page.getByRole('tab', { name: 'Queue' }).click()
})

test('each fill alarm has its own word and the time that is left', async () => {
  const { store } = gateway.status
  for (const [alarm, fill, word] of [
    ['filling', 0.71, 'Filling'],
    ['nearly-full', 0.86, 'Nearly full'],
    ['critical', 0.96, 'Critical'],
  ] as const) {
    gateway.show({ store: { ...store, alarm, fill, secondsToFull: 5400, salvaging: 1 } })
    await region('Queue').getByText(word, { exact: true }).waitFor()
  }
  const facts = await region('Queue').textContent()
  expect(facts).toContain('1 h 30 min')
  expect(facts).toContain('1 damaged file')
  await ui.expectAccessible()
})

test('the Overview names the alarm and the refused values although no issue is open', async () => {
  gateway.show({ store: { ...gateway.status.store, quarantineRows: 3 } })
  await ui.open('Overview')
  const attention = region('Needs attention')
  await attention.getByText('The storage is 96 % full and has no room in 1 h 30 min.').waitFor()
  await attention.getByText('3 values are in quarantine.').waitFor()
  expect(await ui.stage('Queue').textContent()).toContain('The storage is 96 % full')
  await attention.getByRole('link', { name: 'Show' }).nth(1).click()
  await ui.page.getByRole('tab', { name: 'Quarantine (3)', selected: true }).waitFor()
})

test('a backlog that drains says how fast and when it is gone', async () => {
  const { store, uplink } = gateway.status
  gateway.show({
    store: {
      ...store,
      alarm: 'none',
      fill: 0.1,
      secondsToFull: undefined,
      quarantineRows: 0,
      lanes: { ...store.lanes, backlog: { pending: 18_204, bytes: 400_000, oldestSeconds: 3600 } },
    },
    uplink: { ...uplink, backlogPerSecond: 2000, backlogSecondsLeft: 9 },
  })
  await ui.open('Overview')
  await ui.stage('Queue').getByText('Backlog of 18,204 values is sent at 2,000/s, gone in 9 s').first().waitFor()
  await ui.open('Delivery')
  const row = region('Lanes').getByRole('row', { name: /^Backlog/ })
  await expect.poll(() => row.textContent()).toMatch(/18,204.*400 kB.*1 h.*2,000\/s.*9 s/)
})

test('a balance that does not hold is an alarm with the missing number', async () => {
  const { balance } = gateway.status
  gateway.show({ balance: { ...balance, accepted: 100, delivered: 88 } })
  await ui.balance().getByRole('alert').getByText('Does not balance: 12 values unexplained').waitFor()
  await ui.expectAccessible()
  gateway.show({ balance })
})

test('only the visible rows of a hundred thousand exist, and all of them can be retried at once', async () => {
  gateway.quarantine = Array.from({ length: 100_000 }, (_, i) => entry(i + 1))
  await ui.page.getByRole('tab', { name: /^Quarantine/ }).click()
  const grid = ui.page.getByRole('grid', { name: 'Values in quarantine' })
  await grid.getByText('Press_0').first().waitFor()
  expect(await grid.getByRole('row').count()).toBeLessThan(60)
  await ui.page.getByText('The quarantine is nearly full.').waitFor()
  await grid.focus()
  await ui.page.keyboard.press('Control+a')
  await ui.page.getByRole('status').getByText('100,000 selected').waitFor()
  await ui.page.getByRole('textbox', { name: 'Filter by device, key or reason' }).fill('Press_7')
  await ui.button('Retry all 10,000').click()
  await ui.page.getByRole('status').getByText('10,000 values wait in the backlog again').waitFor()
  expect(gateway.asked.findLast(({ channel }) => channel === 'quarantine.retry')?.input).toEqual({
    all: true,
    filter: 'Press_7',
  })
})

test('a payload of a megabyte is shown in part and says so', async () => {
  gateway.quarantine = [{ ...entry(1), type: 'string', value: 'x'.repeat(1_000_000) }]
  await ui.page.getByRole('textbox', { name: 'Filter by device, key or reason' }).fill('')
  const grid = ui.page.getByRole('grid', { name: 'Values in quarantine' })
  await grid.getByText('xxxx').first().click()
  await region('Refused value').getByText('First 20,000 characters; the export has all of it.').waitFor()
})

test('what a source lost stands in the ledger with source, series, time and an honest number; replaced values alarm nobody', async () => {
  const at = Date.now()
  const row = {
    lane: '',
    class: '',
    source: 'plc',
    since: at - 60_000,
    until: at,
    tsMin: at - 90_000,
    tsMax: at,
  } as const
  const series = [{ name: 'Line / speed', count: 0 }]
  const gap = { ...row, kind: 'gap', reason: 'the line was down', count: 0, entries: 2, uncounted: 2 } as const
  gateway.ledger = [
    { ...gap, series, seriesCount: 3 },
    {
      ...gap,
      kind: 'overflow',
      reason: 'a queue was full',
      tsMin: 0,
      count: 7,
      entries: 2,
      uncounted: 1,
      series,
      seriesCount: 1,
    },
  ]
  const { balance } = gateway.status
  const replaced = { ...balance, accepted: balance.accepted + 12, dropped: 12, droppedByReason: { superseded: 12 } }
  gateway.show({ balance: { ...replaced, delivered: replaced.accepted - 12, pending: 0, inFlight: 0, quarantined: 0 } })
  await ui.open('Delivery')
  await ui.page.getByRole('tab', { name: 'Ledger' }).click()
  const grid = ui.page.getByRole('grid', { name: 'Ledger' })
  await expect.poll(() => grid.getByRole('row').nth(1).textContent()).toMatch(/Lost at the source.*The line was down/)
  const first = await grid.getByRole('row').nth(1).textContent()
  expect(first).toContain('plc')
  expect(first).toContain('Line / speed and 2 more')
  expect(first).toMatch(/unknown$/)
  expect(await grid.getByRole('row').nth(2).textContent()).toMatch(/Source overflowed.*unknown – .*≥ 7$/)
  expect(await region('By cause').textContent()).toContain('2 times')
  await ui.expectAccessible()
  await ui.open('Overview')
  const line = ui.page.getByRole('region', { name: 'Delivery balance' })
  await line.getByText('replaced by newer').waitFor()
  // Delivery has a line of that name too, and goes when the Overview has come.
  await expect.poll(() => line.textContent()).toMatch(/0 given up.*12 replaced by newer/)
  expect(await line.locator('.tone-warn').count()).toBe(0)
  await ui.open('Delivery')
})

test('offline the last known figures stay, marked as such', async () => {
  await ui.page.getByRole('tab', { name: 'Queue' }).click()
  await server.close()
  await ui.page.getByText(/^Offline: showing what was known at/).waitFor({ timeout: 20_000 })
  await region('Queue').getByText('Waiting, on disk').waitFor()
  await ui.expectAccessible()
})

function entry(id: number): QuarantineEntry {
  return {
    id,
    device: `Press_${id % 10}`,
    key: 'Recipe',
    kind: 'telemetry',
    ts: 1_770_000_000_000 + id,
    type: 'double',
    value: String(id),
    reasonCode: 0x99,
    reason: 'ThingsBoard can not read it',
    attempts: 1,
    at: 1_770_000_000_000 + id,
  }
}
