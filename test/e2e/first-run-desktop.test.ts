import type { Page } from 'playwright'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ensureBundle } from './bundle.ts'
import { DesktopRun } from './desktop-run.ts'
import { Counted } from './first-run.ts'

let run: DesktopRun
let page: Page

beforeAll(async () => {
  run = await DesktopRun.start({ appDir: ensureBundle() })
  page = await run.page()
})
afterAll(() => run?.end())

test('the desktop window shows the demo two clicks after the welcome, and comes back from it', async () => {
  await page.getByRole('heading', { name: 'Send machine data to ThingsBoard' }).waitFor({ timeout: 30_000 })
  const counted = new Counted(page)
  await counted.click('button', /Try it with a demo/)
  await page.getByRole('grid', { name: 'Devices' }).getByText('Motor_01').waitFor({ timeout: 30_000 })
  console.log(`demo in the window: ${counted}`)
  expect(counted.clicks).toBeLessThanOrEqual(2)
  await counted.click('button', 'Exit demo')
  await page.getByRole('heading', { name: 'Send machine data to ThingsBoard' }).waitFor({ timeout: 30_000 })
}, 120_000)

test('only the desktop offers to start with the session', async () => {
  const about = await page.evaluate(() => window.gateway.request('app.about', null))
  expect(about).toMatchObject({
    ok: true,
    value: { host: 'desktop', demo: false, keepsRunning: true, autostart: expect.any(Boolean) },
  })
})
