import { afterAll, beforeAll, expect, test } from 'vitest'
import { MqttPlant } from '../../main/demo/mqtt-plant.ts'
import { ThingsboardStandIn } from '../../main/demo/thingsboard/stand-in.ts'
import { Counted, shoot } from './first-run.ts'
import { type HeadlessHost, startHeadless } from './headless-host.ts'
import { UiPage } from './ui-page.ts'

// The machine of a first run is a broker: its topics are listened to, grouped, previewed and put into service.

const token = 'Xq3kZ9pLw2TT'
let plant: MqttPlant
let thingsboard: ThingsboardStandIn
let host: HeadlessHost

beforeAll(async () => {
  plant = new MqttPlant()
  thingsboard = new ThingsboardStandIn({ port: 0, token })
  await Promise.all([plant.start(), thingsboard.start()])
  host = await startHeadless()
})
afterAll(async () => {
  await host?.stop()
  await Promise.all([plant?.stop(), thingsboard?.stop()])
})

test('topics heard for a chosen time become devices, shown exactly as they will be sent, and delivered', async () => {
  const { page } = host
  const ui = new UiPage(page)
  const run = new Counted(page)
  await run.click('button', /Connect my plant/)
  await run.paste(
    'Paste anything you have',
    `mosquitto_pub -h 127.0.0.1 -p ${thingsboard.port} -t v1/devices/me/telemetry -u "${token}" -m "{a:1}"`,
  )
  await page.getByText(/^(All steps passed|It works)/).waitFor({ timeout: 30_000 })
  await run.click('button', 'Next')

  await page.getByRole('heading', { name: /Which machine/ }).waitFor()
  await page.getByRole('textbox', { name: 'Or type its address' }).fill(`mqtt://127.0.0.1:${plant.port}`)
  await run.click('button', 'Use this address')
  await page.getByText(/^(All steps passed|It works)/).waitFor({ timeout: 30_000 })
  await ui.expectAccessible()
  await shoot(page, 'broker2')
  await run.click('button', 'Next')

  await page.getByRole('textbox', { name: 'Topic filters' }).waitFor()
  await run.click('button', 'Start')
  const halls = page.getByRole('checkbox', { name: 'plant/hall/+/climate: 2 devices, 6 keys' })
  await halls.waitFor({ timeout: 30_000 })
  await halls.hover()
  const preview = page.getByRole('region', { name: 'What ThingsBoard will get' })
  await preview.getByText(/"north":\[\{"ts":\d+,"values":\{.*"temperature":/).waitFor({ timeout: 30_000 })
  expect(await page.getByRole('checkbox', { name: /^plant\/energy: / }).isChecked()).toBe(true)
  await ui.expectAccessible()
  await shoot(page, 'broker3')
  await run.click('button', 'Start delivering')
  await page.getByText(/first value acknowledged by ThingsBoard/).waitFor({ timeout: 60_000 })
  await expect.poll(() => thingsboard.counters().devices, { timeout: 30_000 }).toBeGreaterThanOrEqual(4)
  await expect.poll(() => thingsboard.points('north', 'temperature').size, { timeout: 30_000 }).toBeGreaterThan(0)
}, 180_000)
