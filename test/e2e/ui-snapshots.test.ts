import { afterAll, beforeAll, expect, test } from 'vitest'
import { UiServer } from '../../main/headless/server.ts'
import { ensureBundle } from './bundle.ts'
import { versionRow } from './fixtures/scripted-draft.ts'
import { ScriptedGateway } from './fixtures/scripted-gateway.ts'
import { openPage } from './headless-host.ts'
import { differenceOf, isWriting, toleratedShare } from './snapshot.ts'
import { UiPage } from './ui-page.ts'

// Every screen, calm and in trouble, in both themes, against a committed thumbnail.

const token = 'snapshots-token-0123456789-0123456789-01'
/** Time stands still on the page, so that no age and no clock changes. */
const at = Date.UTC(2026, 5, 1, 12, 0, 0)
const gateway = new ScriptedGateway()
const server = new UiServer({ gateway, token, rendererFolder: `${ensureBundle()}/out/renderer` })
let ui: UiPage
let close: () => Promise<void>

beforeAll(async () => {
  await server.listen('127.0.0.1', 0)
  const opened = await openPage(`${server.origin}/#token=${token}`)
  ui = new UiPage(opened.page)
  close = opened.close
  await ui.page.clock.setFixedTime(at)
})
afterAll(async () => {
  await close?.()
  await server.close()
})

type Show = () => void
const { store, uplink, balance } = gateway.status
const { draft } = gateway

/** Nothing is wrong, little is there. */
const calm: Show = () => {
  gateway.show({ summary: 'delivering', detail: '', store, balance, openIssues: 0, startedAt: at - 3_600_000 })
  gateway.show({ uplink: { ...uplink, state: 'online', since: at - 60_000, lastAckAt: at } })
  draft.versions = []
}

/** ThingsBoard away, the store filling, values refused. */
const troubled: Show = () => {
  gateway.show({
    summary: 'buffering',
    detail: 'ThingsBoard is not reachable',
    store: { ...store, alarm: 'critical', fill: 0.96, secondsToFull: 5400, quarantineRows: 3 },
    uplink: { ...uplink, state: 'waiting', detail: 'Nothing listens at tb.plant.example:1883', since: at - 600_000 },
    balance: { ...balance, accepted: 120_000, delivered: 100_000, pending: 19_997, quarantined: 3 },
    startedAt: at - 3_600_000,
  })
  draft.versions = [2, 1].map((number) => versionRow({ number, at: at - 3_600_000 }))
}

const screens = [
  ['Overview', calm, troubled],
  ['Workbench', calm],
  ['Sources', calm],
  ['Delivery', calm, troubled],
  ['ThingsBoard', calm, troubled],
  ['Activity', calm],
  ['Versions', calm, troubled],
  ['Dashboard', calm],
  ['Settings', calm],
] as const

for (const [screen, ...states] of screens) {
  for (const state of states) {
    const name = `${screen.toLowerCase()}-${state === calm ? 'calm' : 'troubled'}`
    test.each(['light', 'dark'] as const)(`${name} looks as it did, %s`, async (colorScheme) => {
      await ui.page.emulateMedia({ colorScheme })
      state()
      await ui.open('Settings')
      await ui.open(screen)
      await expect
        .poll(() => differenceOf(ui.page, `${name}-${colorScheme}`), { timeout: 15_000, interval: 500 })
        .toBeLessThan(toleratedShare)
    })
  }
}

test.skipIf(isWriting)('a panel that is gone is noticed, and so is the wrong theme; another font is not', async () => {
  await ui.page.emulateMedia({ colorScheme: 'light' })
  calm()
  await ui.open('Delivery')
  await expect
    .poll(() => differenceOf(ui.page, 'delivery-calm-light'), { timeout: 15_000 })
    .toBeLessThan(toleratedShare)
  const style = await ui.page.addStyleTag({ content: '* { font-family: serif !important; letter-spacing: 0.3px }' })
  const otherFont = await differenceOf(ui.page, 'delivery-calm-light')
  expect(otherFont).toBeGreaterThan(0)
  expect(otherFont).toBeLessThan(toleratedShare)
  await style.evaluate((element) => (element as Element).remove())
  await ui.page.evaluate(() => {
    for (const panel of document.querySelectorAll('main .panel')) panel.remove()
  })
  const gone = await differenceOf(ui.page, 'delivery-calm-light')
  expect(gone).toBeGreaterThan(toleratedShare)
  await ui.page.emulateMedia({ colorScheme: 'dark' })
  expect(await differenceOf(ui.page, 'delivery-calm-light')).toBeGreaterThan(0.5)
})
