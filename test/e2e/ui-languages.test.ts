import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Demo, startDemo } from '../../main/demo/demo.ts'
import { plantNamespaceUri } from '../../main/demo/plant-names.ts'
import { de } from '../../renderer/i18n/de/de.ts'
import type { Language } from '../../renderer/i18n/locale.ts'
import { zh } from '../../renderer/i18n/zh/zh.ts'
import { screens } from '../../renderer/stores/route.ts'
import { type HeadlessHost, startHeadless } from './headless-host.ts'
import { clippedWords, unmarkedWords } from './ui-audit.ts'
import { UiPage } from './ui-page.ts'

const speed = `nsu=${plantNamespaceUri};s=Line1.Motor_01.Speed`

/** Every address that shows something of its own. */
const places = [
  ...screens,
  'overview/device/Motor_01',
  'overview/welcome',
  'overview/connect/1',
  'overview/connect/2',
  'overview/import',
  `workbench/line-1/${encodeURIComponent(speed)}`,
  'sources/line-1',
  'sources/line-1/devices',
  'sources/line-1/rules',
  'sources/line-1/events',
  'sources/line-1/tags',
  'sources/hall-sensors',
  'sources/hall-sensors/topics',
  'delivery/quarantine',
  'delivery/ledger',
  'delivery/storage',
  'activity/log',
  'activity/changes',
  'activity/certificates',
  'versions/1',
  'settings/gateway',
  'settings/storage',
  'settings/security',
  'settings/startup',
  'settings/diagnostics',
  'settings/about',
  // Begins a source; the form of it follows.
  'sources/new/opcua',
  'sources/new/mqtt',
] as const

/** What opens over a screen, by its key. */
const overlays = ['Control+k', 'F1', 'Control+Enter'] as const

const sizes = [
  { width: 1366, height: 768 },
  { width: 1024, height: 700 },
] as const

/** Names the operator or a maker gave, and those that are the same in every language. */
const data = [
  'React Flow',
  'thingsboard.example.com',
  '${',
  '$.',
  '://',
  'plant/',
  'broker.plant.local',
  'default',
  'Demo plant',
  'Line 1',
  'Hall sensors',
  'Motor_',
  'Tank_',
  'Meter_',
  'ThingsBoard IoT Gateway',
]

describe('languages', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tb-gateway-languages-'))
  let plant: Demo
  let host: HeadlessHost
  let ui: UiPage

  beforeAll(async () => {
    plant = await startDemo({ folder })
    host = await startHeadless(JSON.parse(readFileSync(plant.configPath, 'utf8')))
    ui = new UiPage(host.page)
    await host.page.getByRole('grid', { name: 'Devices' }).getByText('Motor_01').waitFor({ timeout: 30_000 })
    // Something for the review to show.
    await ui.open('Settings')
    await host.page.getByRole('link', { name: 'Gateway', exact: true }).click()
    await ui.field('Name of this gateway').fill('Demo plant 2')
    await host.page.keyboard.press('Control+s')
    await host.page.getByText('1 change', { exact: true }).waitFor()
  })
  afterAll(async () => {
    await host?.stop()
    await plant?.stop()
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  })

  const speak = async (language: Language): Promise<void> => {
    await host.page.evaluate((name) => localStorage.setItem('tb-gateway.language', name), language)
    await host.page.reload()
    await host.page.locator('.pill-part').first().waitFor()
  }

  const show = async (place: string): Promise<void> => {
    await host.page.evaluate((hash) => {
      location.hash = hash
    }, `#/${place}`)
    await settled()
  }

  /** Until the same words stand there twice in a row: lists are loaded, nothing slides in any more. */
  const settled = async (): Promise<void> => {
    let before = -1
    await expect
      .poll(
        async () => {
          const now = await host.page.locator('body').evaluate((body) => body.querySelectorAll('*').length)
          const same = now === before
          before = now
          return same
        },
        { timeout: 10_000, interval: 150 },
      )
      .toBe(true)
  }

  test.each([
    { language: 'de', words: de, tag: 'de-DE', thousands: /\d\.\d{3}/ },
    { language: 'zh', words: zh, tag: 'zh-CN', thousands: /\d,\d{3}/ },
  ] as const)('$language is on every screen, with its numbers, and accessible', async (chosen) => {
    const { language, words, tag, thousands } = chosen
    await host.page.setViewportSize(sizes[0])
    await speak(language)
    expect(await host.page.evaluate(() => document.documentElement.lang)).toBe(tag)
    const rail = await host.page.locator('.rail-label').allTextContents()
    expect(rail).toEqual(screens.map((screen) => words.frame?.screens[screen]))
    const told: Readonly<Record<string, string | undefined>> = {
      overview: words.overview?.devices.delivered,
      'sources/line-1': words.sources?.tabs.connection,
      delivery: words.delivery?.lanes.title,
      'delivery/quarantine': words.quarantine?.empty,
      thingsboard: words.thingsboard?.signIn,
      'activity/changes': words.activity?.changes.columns.subject,
      versions: words.versions?.columns.author,
      dashboard: words.dashboard?.empty,
      settings: words.settings?.density,
    }
    for (const [place, text] of Object.entries(told)) {
      await show(place)
      await host.page
        .getByText(text ?? 'no catalogue', { exact: true })
        .first()
        .waitFor({ timeout: 10_000 })
    }
    await show('delivery/quarantine')
    expect(await host.page.locator('.screen').innerText()).toMatch(thousands)
    await ui.expectAccessible()
    await show('overview')
    await ui.expectAccessible()
  })

  test.each(['de', 'zh'] as const)('no word of %s is cut on any screen', async (language) => {
    await speak(language)
    expect(await offenders(() => clippedWords(host.page, { strict: true }), sizes.slice(0, 1))).toEqual([])
    expect(await offenders(() => clippedWords(host.page, { strict: false }), sizes.slice(1))).toEqual([])
  })

  test('words of 40 % more length are cut on no screen', async () => {
    await speak('pseudo')
    expect(await offenders(() => clippedWords(host.page, { strict: false }))).toEqual([])
  })

  test('every word comes from a catalogue', async () => {
    await speak('pseudo')
    expect(await offenders(() => unmarkedWords(host.page, data), sizes.slice(0, 1))).toEqual([])
  })

  /** The Workbench shows its parts under tabs that have no address. */
  const throughTabs = async (place: string, note: (place: string) => Promise<void>): Promise<void> => {
    const tabs = host.page.locator('.screen [role=tab]:not([aria-selected=true]):not([disabled])')
    for (const tab of await tabs.elementHandles()) {
      const name = await tab.textContent()
      await tab.click()
      await note(`${place} › ${name}`)
    }
  }

  /** All of them at once, each with where it was seen. */
  const offenders = async (look: () => Promise<string[]>, at: readonly (typeof sizes)[number][] = sizes) => {
    const seen = new Map<string, string>()
    for (const size of at) {
      await host.page.setViewportSize(size)
      const note = async (place: string): Promise<void> => {
        await settled()
        const once = await look()
        if (once.length === 0) return
        // What stands there for the blink of a layout is no offender.
        await settled()
        const still = await look()
        for (const offender of once.filter((one) => still.includes(one))) {
          if (!seen.has(offender)) seen.set(offender, `${place} at ${size.width}: ${offender}`)
        }
      }
      for (const place of places) {
        await show(place)
        await note(place)
        if (place.startsWith('workbench')) await throughTabs(place, note)
      }
      for (const key of overlays) {
        await host.page.keyboard.press(key)
        const dialog = host.page.getByRole('dialog')
        await dialog.waitFor()
        await note(key)
        await host.page.keyboard.press('Escape')
        await dialog.waitFor({ state: 'detached' })
      }
    }
    return [...seen.values()]
  }
})
