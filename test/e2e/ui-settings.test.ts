import { readFileSync } from 'node:fs'
import { inflateRawSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type HeadlessHost, startHeadless } from './headless-host.ts'
import { UiPage } from './ui-page.ts'

// The settings of the window, and what is handed to whoever helps.

const secret = 'token-nobody-may-see'
let host: HeadlessHost
let ui: UiPage

beforeAll(async () => {
  host = await startHeadless({
    version: 1,
    name: 'Line 3',
    thingsboard: { host: '127.0.0.1', port: 1, credentials: { type: 'token', token: secret } },
  })
  ui = new UiPage(host.page)
})
afterAll(() => host?.stop())

test('the time of day is shown in the chosen way, and the choice outlives the page', async () => {
  await ui.open('Settings')
  const now = host.page.getByText(/^Now: /)
  expect(await now.textContent()).toMatch(/^Now: \d\d:\d\d:\d\d$/)
  await host.page.getByText('12 hours', { exact: true }).click()
  await expect.poll(() => now.textContent()).toMatch(/[ap]m$/i)
  await host.page.reload()
  await expect.poll(() => now.textContent(), { timeout: 30_000 }).toMatch(/[ap]m$/i)
  await host.page.getByText('24 hours', { exact: true }).click()
  await expect.poll(() => now.textContent()).toMatch(/^Now: \d\d:\d\d:\d\d$/)
})

test('the support bundle has state, log, configuration and versions, and no secret', async () => {
  await ui.open('Settings')
  await host.page.getByRole('link', { name: 'Diagnostics', exact: true }).click()
  const [download] = await Promise.all([host.page.waitForEvent('download'), ui.button('Save support bundle').click()])
  const text = readFileSync(await download.path(), 'utf8')
  expect(text).not.toContain(secret)
  const bundle = JSON.parse(text) as Record<string, { rows?: unknown[]; entries?: unknown[]; config?: unknown }>
  expect(bundle['log']?.entries?.length).toBeGreaterThan(0)
  expect(bundle['versions']?.rows?.length).toBe(1)
  expect(bundle['config']?.config).toBeDefined()
})

test('what runs is saved as the files of a ThingsBoard gateway, with the report and without the secret', async () => {
  await ui.open('Settings')
  await host.page.getByRole('link', { name: 'Gateway', exact: true }).click()
  const [download] = await Promise.all([host.page.waitForEvent('download'), ui.button('Save as ZIP archive').click()])
  expect(download.suggestedFilename()).toBe('Line 3 ThingsBoard gateway.zip')
  const archive = readFileSync(await download.path())
  const [general, report] = ['tb_gateway.json', 'report.txt'].map((name) => unpacked(archive, name))
  expect(JSON.parse(general ?? '')).toMatchObject({ thingsboard: { host: '127.0.0.1', port: 1 }, connectors: [] })
  expect(report).toContain('thingsboard.host: exact: 127.0.0.1')
  expect(`${general}${report}`).not.toContain(secret)
  await expect.poll(() => host.page.getByText(/^Saved: \d+ exact, \d+ interpreted/).count()).toBe(1)
})

/** The content of one file, found by its local header. */
function unpacked(archive: Buffer, name: string): string {
  const begin = archive.indexOf(name) - 30
  expect(archive.readUInt32LE(begin)).toBe(0x04034b50)
  const content = begin + 30 + name.length
  return inflateRawSync(archive.subarray(content, content + archive.readUInt32LE(begin + 18))).toString()
}

test('every section of the settings is accessible in both themes and all densities, and rows get their height', async () => {
  await ui.open('Settings')
  for (const [density, height] of [
    ['Compact', 24],
    ['Touch', 44],
    ['Normal', 32],
  ] as const) {
    await host.page.getByRole('link', { name: 'Appearance', exact: true }).click()
    await host.page.getByText(density, { exact: true }).click()
    await ui.expectAccessible()
    await ui.open('Versions')
    const row = await host.page
      .getByRole('grid', { name: 'Applied configurations' })
      .getByRole('row')
      .nth(1)
      .boundingBox()
    expect(row?.height).toBe(height)
    await ui.open('Settings')
  }
  for (const scheme of ['dark', 'light'] as const) {
    await host.page.emulateMedia({ colorScheme: scheme })
    for (const section of ['Appearance', 'Gateway', 'Storage', 'Security', 'Startup', 'Diagnostics', 'About']) {
      await host.page.getByRole('link', { name: section, exact: true }).click()
      await host.page.getByRole('region', { name: section, exact: true }).waitFor()
      await ui.expectAccessible()
    }
  }
})
