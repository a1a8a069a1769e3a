import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type Page } from 'playwright'
import { findChromium } from '../standin-electron/chromium.ts'
import { ensureBundle } from './bundle.ts'

export interface HeadlessRun {
  readonly page: Page
  readonly dataDir: string
  readonly stop: () => Promise<void>
}

/** The built gateway without a window and its UI in a browser; with a configuration of its own, or none. */
export async function startHeadless(config?: object): Promise<HeadlessRun> {
  const root = ensureBundle()
  const dataDir = mkdtempSync(join(tmpdir(), 'tb-gateway-ui-data-'))
  if (config) writeFileSync(join(dataDir, 'gateway.json'), JSON.stringify(config))
  const args = [join(root, 'out/main/tb-gateway.js'), 'run', '--data', dataDir, '--ui', '127.0.0.1:0']
  const gateway = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = once(gateway, 'exit')
  let said = ''
  const address = await new Promise<string>((resolve, reject) => {
    gateway.stdout.on('data', (part: Buffer) => {
      said += part.toString()
      const match = /UI: (http\S+)/.exec(said)
      if (match?.[1]) resolve(match[1])
    })
    void ended.then(() => reject(new Error(`The gateway ended before it printed its address: ${said}`)))
  })
  const browser = await chromium.launch({
    executablePath: await findChromium(),
    args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-sync'],
  })
  const page = await browser.newPage({ viewport: { width: 1366, height: 768 } })
  await page.goto(address)
  return {
    page,
    dataDir,
    async stop() {
      await browser.close()
      gateway.kill('SIGTERM')
      await ended
      rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}
