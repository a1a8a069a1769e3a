import { afterAll, beforeAll, expect, test } from 'vitest'
import { ThingsboardStandIn } from '../../main/demo/thingsboard/stand-in.ts'
import { shoot } from './first-run.ts'
import { type HeadlessHost, startHeadless } from './headless-host.ts'
import { UiPage } from './ui-page.ts'

const token = 'PlainDeviceToken'
let thingsboard: ThingsboardStandIn
let host: HeadlessHost

beforeAll(async () => {
  thingsboard = new ThingsboardStandIn({ port: 0, accounts: [{ name: 'Plain device', gateway: false, token }] })
  await thingsboard.start()
  host = await startHeadless()
})
afterAll(async () => {
  await host?.stop()
  await thingsboard?.stop()
})

test('a text without an address says what is missing, and a device that is no gateway shows where to tick it', async () => {
  const { page } = host
  const ui = new UiPage(page)
  await page.getByRole('button', { name: /Connect my plant/ }).click({ timeout: 30_000 })
  const field = page.getByRole('textbox', { name: 'Paste anything you have' })
  await field.fill(token)
  await page.getByText('There is a token in this text but no address').waitFor()
  await field.fill(
    `services:\n  gw:\n    environment:\n      - TB_GW_HOST=host.docker.internal\n      - TB_GW_PORT=${thingsboard.port}\n      - TB_GW_ACCESS_TOKEN=${token}\n`,
  )
  const found = page.getByRole('region', { name: 'Found' })
  await found.getByText('127.0.0.1').waitFor()
  await page.getByText(/the PC that runs the container/).waitFor()
  await page
    .getByRole('heading', { name: 'Signed in, but this device is not marked as a gateway' })
    .waitFor({ timeout: 60_000 })
  await page.getByText('Tick “Is gateway” and press the check mark to save.').waitFor()
  expect(await page.getByRole('button', { name: 'Check again' }).isVisible()).toBe(true)
  expect(await page.getByRole('button', { name: 'Go on anyway' }).isVisible()).toBe(true)
  await ui.expectAccessible()
  await shoot(page, 'not-gateway')
}, 120_000)
