import { readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Counted, shoot } from './first-run.ts'
import { type HeadlessHost, startHeadless } from './headless-host.ts'
import { UiPage } from './ui-page.ts'

let host: HeadlessHost

beforeAll(async () => {
  host = await startHeadless()
})
afterAll(() => host?.stop())

const demoFolders = () => readdirSync(tmpdir()).filter((name) => name.startsWith('tb-gateway-demo-'))

test('the demo shows data two clicks after the welcome, and leaving it keeps nothing', async () => {
  const { page } = host
  const ui = new UiPage(page)
  const before = demoFolders()
  await page.getByRole('heading', { name: 'Send machine data to ThingsBoard' }).waitFor({ timeout: 30_000 })
  const run = new Counted(page)
  await run.click('button', /Try it with a demo/)
  await page.getByRole('grid', { name: 'Devices' }).getByText('Motor_01').waitFor({ timeout: 30_000 })
  console.log(`demo: ${run}`)
  expect(run.clicks).toBeLessThanOrEqual(2)
  await page.getByText('Demo: nothing leaves this PC.').waitFor()
  await expect.poll(() => ui.stage('Deliver').textContent(), { timeout: 30_000 }).toContain('ThingsBoard acknowledges')
  await ui.expectAccessible()
  await shoot(page, 'demo')
  await run.click('button', 'Exit demo')
  await page.getByRole('heading', { name: 'Send machine data to ThingsBoard' }).waitFor({ timeout: 30_000 })
  await expect.poll(() => demoFolders().filter((name) => !before.includes(name)), { timeout: 20_000 }).toEqual([])
  expect(await page.getByText('Demo: nothing leaves this PC.').count()).toBe(0)
}, 120_000)
