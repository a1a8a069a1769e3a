import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Counted, shoot } from './first-run.ts'
import { type HeadlessHost, startHeadless } from './headless-host.ts'
import { UiPage } from './ui-page.ts'

const fixtures = join(import.meta.dirname, '../unit/import-fixtures')
const clicksLimit = 3
const secondsLimit = 2

let host: HeadlessHost
const folder = mkdtempSync(join(tmpdir(), 'tb-gateway-import-'))

/** A hundred mappings, ten values each, as a real plant's file has them. */
function largeFile(): string {
  const mapping = Array.from({ length: 100 }, (_, i) => ({
    deviceNodePattern: `Root\\.Objects\\.Line${i}`,
    deviceNodeSource: 'path',
    deviceInfo: {
      deviceNameExpression: `Line ${i}`,
      deviceNameExpressionSource: 'constant',
      deviceProfileExpression: 'Line',
      deviceProfileExpressionSource: 'constant',
    },
    attributes: [],
    timeseries: Array.from({ length: 10 }, (_, k) => ({ key: `value${k}`, type: 'path', value: `\${Tag${k}}` })),
    rpc_methods: [],
    attributes_updates: [],
  }))
  const server = { url: 'opc.tcp://127.0.0.1:4840', identity: { type: 'anonymous' }, enableSubscriptions: true }
  const path = join(folder, 'opcua.json')
  writeFileSync(path, JSON.stringify({ server, mapping }, undefined, 2))
  return path
}

beforeAll(async () => {
  host = await startHeadless()
})
afterAll(async () => {
  await host?.stop()
  rmSync(folder, { recursive: true, force: true })
})

test('an opcua.json with a hundred mappings is a reviewed draft three clicks later, and every entry is reported', async () => {
  const { page } = host
  const ui = new UiPage(page)
  const path = largeFile()
  await page.getByRole('heading', { name: 'Send machine data to ThingsBoard' }).waitFor({ timeout: 30_000 })
  const run = new Counted(page)
  await run.click('button', /Bring an existing gateway/)
  const chooser = page.waitForEvent('filechooser')
  await run.click('button', 'Choose files…')
  const from = performance.now()
  await (await chooser).setFiles([path])
  await page.getByText(/^1 source, 100 devices, 1,000 keys/).waitFor()
  const readSeconds = (performance.now() - from) / 1000
  const report = page.getByRole('region', { name: 'Report' })
  // Each mapping: its pattern, name, profile, source and ten values; the server's three fields.
  const all = await report.getByText(/^All /).first().textContent()
  expect(Number((all ?? '').replace(/\D/g, ''))).toBeGreaterThanOrEqual(100 * 14 + 3)
  expect(await report.getByText(/^0 not supported/).count()).toBe(1)
  await ui.expectAccessible()
  await shoot(page, 'import-large')
  const accepting = performance.now()
  await run.click('button', 'Put into the draft and review')
  const review = page.getByRole('dialog')
  await review.waitFor({ timeout: 10_000 })
  const seconds = readSeconds + (performance.now() - accepting) / 1000
  console.log(`import: ${run.clicks} clicks, ${seconds.toFixed(1)} s to the review`)
  expect(run.clicks).toBeLessThanOrEqual(clicksLimit)
  expect(seconds).toBeLessThanOrEqual(secondsLimit)
  await page.keyboard.press('Escape')
}, 120_000)

test('a folder of a gateway shows what is exact, interpreted and not supported, with its lines', async () => {
  const { page } = host
  const ui = new UiPage(page)
  await page.goto(`${page.url().split('#')[0]}#/overview/welcome`)
  await page.getByRole('button', { name: /Bring an existing gateway/ }).click()
  await page.getByRole('button', { name: 'Choose files…' }).waitFor()
  const names = ['tb_gateway.json', 'opcua.json', 'mqtt.json', 'docker-compose.yml']
  await page
    .locator('input[type=file]')
    .first()
    .setInputFiles(names.map((name) => ({ name, mimeType: 'text/plain', buffer: readFileSync(join(fixtures, name)) })))
  await page.getByText(/^2 sources/).waitFor()
  await page.getByText('ThingsBoard at 127.0.0.1:1883').waitFor()
  await page
    .getByText(/not supported/)
    .first()
    .click()
  const grid = page.getByRole('grid', { name: 'Report' })
  await grid.getByText(/mqtt\.json:\d+ dataMapping\[2\]\.topicFilter/).waitFor()
  expect(await grid.textContent()).not.toContain('Xq3kZ9pLw2')
  await ui.expectAccessible()
  await shoot(page, 'import-folder')
}, 60_000)
