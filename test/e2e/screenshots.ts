import { spawn } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { chromium, type Page } from 'playwright'
import { findChromium } from '../standin-electron/chromium.ts'
import { ensureBundle } from './bundle.ts'

// `npm run screenshots`: the screens of the README, taken from the running demo plant at the size of a common panel PC.

const folder = resolve(import.meta.dirname, 'screenshots')
/** Long enough for rates, sparklines and a first issue to be there. */
const settleMs = 20_000
const screens = [
  ['1', 'overview'],
  ['3', 'sources'],
  ['4', 'delivery'],
  ['5', 'thingsboard'],
  ['6', 'activity'],
  ['7', 'versions'],
] as const

const gateway = spawn(process.execPath, [join(ensureBundle(), 'out/main/tb-gateway.js'), 'demo'], {
  stdio: ['ignore', 'ignore', 'pipe'],
})
try {
  const address = await addressOf(gateway.stderr)
  const browser = await chromium.launch({
    executablePath: await findChromium(),
    args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-sync'],
  })
  mkdirSync(folder, { recursive: true })
  const page = await browser.newPage({ viewport: { width: 1366, height: 768 } })
  await page.goto(address)
  await page.getByRole('grid', { name: 'Devices' }).getByText('Motor_01').waitFor()
  await new Promise((done) => setTimeout(done, settleMs))
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    for (const [key, name] of screens) await take(page, key, `${name}-${colorScheme}`)
  }
  await browser.close()
} finally {
  gateway.kill('SIGTERM')
}

async function take(page: Page, key: string, name: string): Promise<void> {
  await page.keyboard.press(`Control+${key}`)
  await page.waitForTimeout(1500)
  await page.screenshot({ path: join(folder, `${name}.png`) })
}

function addressOf(stream: NodeJS.ReadableStream): Promise<string> {
  let said = ''
  return new Promise((found, failed) => {
    stream.on('data', (part: Buffer) => {
      said += part.toString()
      const match = /UI: (http\S+)/.exec(said)
      if (match?.[1]) found(match[1])
    })
    stream.on('end', () => failed(new Error(`The demo ended before it printed its address: ${said}`)))
  })
}
