import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright'
import { OpcuaPlant } from '../../main/demo/opcua-plant.ts'
import { ThingsboardStandIn } from '../../main/demo/thingsboard/stand-in.ts'

// What a first run meets: a plant at one of the ports a gateway looks at, and a ThingsBoard; and the counts of what it takes.

/** Usual ports of OPC UA servers, the least used ones first. */
const usualPorts = [62541, 53530, 48010, 49320, 4841, 4840]

export interface FirstRunWorld {
  readonly plant: OpcuaPlant
  readonly plantUrl: string
  readonly thingsboard: ThingsboardStandIn
  readonly token: string
  readonly stop: () => Promise<void>
}

export async function startWorld(): Promise<FirstRunWorld> {
  const folder = mkdtempSync(join(tmpdir(), 'tb-gateway-first-run-'))
  const plant = new OpcuaPlant(folder)
  const token = 'Xq3kZ9pLw2TT'
  const thingsboard = new ThingsboardStandIn({ port: 0, token })
  await Promise.all([plant.start(await freeUsualPort()), thingsboard.start()])
  return {
    plant,
    plantUrl: plant.endpointUrl,
    thingsboard,
    token,
    async stop() {
      await Promise.all([plant.stop(), thingsboard.stop()])
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

async function freeUsualPort(): Promise<number> {
  for (const port of usualPorts) if (await isFree(port)) return port
  throw new Error('Every usual port of an OPC UA server is taken on this PC')
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', () => resolve(false))
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)))
  })
}

/** Counts what an operator does to the page; typing of a test is no typing of theirs. */
export class Counted {
  readonly page: Page
  clicks = 0
  pastes = 0
  readonly #since = performance.now()

  constructor(page: Page) {
    this.page = page
  }

  get seconds(): number {
    return Math.round((performance.now() - this.#since) / 100) / 10
  }

  async click(role: 'button' | 'link' | 'radio' | 'checkbox', name: string | RegExp): Promise<void> {
    this.clicks++
    const exact = typeof name === 'string' ? { name, exact: true } : { name }
    await this.page.getByRole(role, exact).click({ timeout: 30_000 })
  }

  async paste(field: string, text: string): Promise<void> {
    this.pastes++
    await this.page.getByRole('textbox', { name: field }).fill(text)
  }

  toString(): string {
    return `${this.clicks} clicks, ${this.pastes} pastes, ${this.seconds} s`
  }
}

/** Screens for the eye, only where somebody asks for them: TB_GW_SHOTS names the folder. */
export async function shoot(page: Page, name: string): Promise<void> {
  const folder = process.env['TB_GW_SHOTS']
  if (!folder) return
  mkdirSync(folder, { recursive: true })
  const sizes = [
    { width: 1366, height: 768 },
    { width: 1024, height: 700 },
  ]
  for (const size of sizes) {
    await page.setViewportSize(size)
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      await page.waitForTimeout(200)
      await page.screenshot({ path: join(folder, `${name}-${size.width}-${colorScheme}.png`) })
    }
  }
  await page.emulateMedia({ colorScheme: 'light' })
  await page.setViewportSize(sizes[0] ?? { width: 1366, height: 768 })
}
