import { spawn } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { chromium, type Page } from 'playwright'
import { screens } from '../../renderer/stores/route.ts'
import { findChromium } from '../standin-electron/chromium.ts'
import { ensureBundle } from './bundle.ts'

// `npm run screenshots`: the screens of the README, taken from the running demo plant at the size of a common panel PC.

const folder = resolve(import.meta.dirname, 'screenshots')
/** Long enough for rates, sparklines and a first issue to be there. */
const settleMs = 20_000
/** Letters typed within this time go on with the name that is looked for in the tree. */
const typeAheadMs = 800
/** What the dashboard shows. */
const pinned = [
  ['Motor_01', 'speed'],
  ['Tank_01', 'level'],
  ['Hall_north', 'temperature'],
  ['Motor_02', 'temperature'],
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
  for (const [device, key] of pinned) await pin(page, device, key)
  await lookAtMotor(page)
  await new Promise((done) => setTimeout(done, settleMs))
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    for (const name of screens) await take(page, name, `${name}-${colorScheme}`)
  }
  await browser.close()
} finally {
  gateway.kill('SIGTERM')
}

async function pin(page: Page, device: string, key: string): Promise<void> {
  await page.evaluate((hash) => location.assign(hash), `#/overview/device/${device}`)
  await page.getByRole('button', { name: `Pin ${key} to the dashboard`, exact: true }).click()
  await page.keyboard.press('Escape')
}

/** The Workbench as an integrator has it: a branch open, values watched, a key traced. */
async function lookAtMotor(page: Page): Promise<void> {
  await page.evaluate(() => location.assign('#/workbench'))
  const tree = page.getByRole('tree')
  await tree.getByRole('treeitem', { name: /^Line 1/ }).waitFor()
  await tree.focus()
  for (const name of ['Line 1', 'Motor_01']) {
    await page.keyboard.type(name)
    await page.keyboard.press('ArrowRight')
    await page.waitForTimeout(typeAheadMs)
  }
  for (let row = 0; row < 3; row++) {
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('w')
  }
  await page.keyboard.press('ArrowUp')
  await page.keyboard.press('ArrowUp')
  await page.getByRole('region', { name: 'Inspector' }).getByRole('tab', { name: 'Trace' }).click()
}

async function take(page: Page, screen: string, name: string): Promise<void> {
  await page.evaluate((hash) => location.assign(hash), `#/${screen}`)
  await page.waitForTimeout(2500)
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
