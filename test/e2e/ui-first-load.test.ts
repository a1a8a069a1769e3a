import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { UiServer } from '../../main/headless/server.ts'
import { ensureBundle } from './bundle.ts'
import { ScriptedGateway } from './fixtures/scripted-gateway.ts'
import { openPage } from './headless-host.ts'
import { UiPage } from './ui-page.ts'

// What the window loads before the operator's first screen stands, and what it leaves for later.

const token = 'first-load-token-0123456789-0123456789-01'
const rendererFolder = `${ensureBundle()}/out/renderer`
const server = new UiServer({ gateway: new ScriptedGateway(), token, rendererFolder })
let ui: UiPage
let close: () => Promise<void>

beforeAll(async () => {
  await server.listen('127.0.0.1', 0)
  const opened = await openPage(`${server.origin}/#token=${token}`)
  ui = new UiPage(opened.page)
  close = opened.close
  await ui.balance().waitFor()
})
afterAll(async () => {
  await close?.()
  await server.close()
})

async function loadedScripts(): Promise<readonly string[]> {
  const urls = await ui.page.evaluate(() => performance.getEntriesByType('resource').map((entry) => entry.name))
  return [...new Set(urls.filter((url) => url.endsWith('.js')).map((url) => basename(new URL(url).pathname)))]
}

const textOf = (name: string): string => readFileSync(join(rendererFolder, 'assets', name), 'utf8')

test('the first screen needs at most 350 kB of script, compressed', async () => {
  const scripts = await loadedScripts()
  expect(scripts.length).toBeGreaterThan(3)
  const bytes = scripts.reduce((sum, name) => sum + gzipSync(textOf(name)).length, 0)
  process.stdout.write(`first load: ${scripts.length} scripts, ${Math.round(bytes / 1000)} kB compressed\n`)
  expect(bytes).toBeLessThan(350_000)
})

test('charts, the drawing of the topology and the code editor come when they are looked at', async () => {
  const large = { uPlot: /u-legend/, 'React Flow': /react-flow__/, CodeMirror: /cm-editor/ }
  const early = (await loadedScripts()).map(textOf)
  for (const mark of Object.values(large)) expect(early.filter((text) => mark.test(text))).toEqual([])
  await ui.open('Dashboard')
  await expect.poll(async () => (await loadedScripts()).map(textOf).some((text) => large.uPlot.test(text))).toBe(true)
})
