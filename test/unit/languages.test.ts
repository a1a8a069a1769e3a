import { globSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { de } from '../../renderer/i18n/de/de.ts'
import { zh } from '../../renderer/i18n/zh/zh.ts'

// The compiler finds an entry that is missing; this finds lists that are too short and sentences nobody translated.

const folder = resolve(import.meta.dirname, '../../renderer/i18n')

async function english(): Promise<Map<string, unknown>> {
  const files = globSync('en-*.ts', { cwd: folder })
  const areas = new Map<string, unknown>()
  for (const file of files) {
    const exported: Readonly<Record<string, unknown>> = await import(join(folder, file))
    for (const [name, catalogue] of Object.entries(exported)) {
      if (name === 'keyHelp') areas.set('keys', catalogue)
      else if (name.endsWith('Text')) areas.set(name.slice(0, -'Text'.length), catalogue)
    }
  }
  return areas
}

/** A sentence with an address, an example or a product in it may be the same everywhere; three words of prose may not. */
const prose = /^\p{L}[\p{L}’]+( [\p{L}’]+){2,}/u
/** Menus of other programs and plain product names. */
const same = /^(ThingsBoard IoT Gateway|Unified Automation)/

test.each([
  ['de', de],
  ['zh', zh],
] as const)('%s says everything English says, and in its own words', async (_name, translations) => {
  const holes: string[] = []
  const compare = (path: string, source: unknown, translation: unknown): void => {
    if (typeof source === 'string') {
      if (typeof translation !== 'string' || (source !== '' && translation === '')) holes.push(`${path}: nothing`)
      else if (source === translation && prose.test(source) && !same.test(source)) holes.push(`${path}: still English`)
    } else if (Array.isArray(source)) {
      const list = Array.isArray(translation) ? translation : []
      if (list.length !== source.length) holes.push(`${path}: ${list.length} entries instead of ${source.length}`)
      else for (const [index, entry] of source.entries()) compare(`${path}[${index}]`, entry, list[index])
    } else if (typeof source === 'object' && source !== null) {
      for (const [key, entry] of Object.entries(source)) {
        compare(`${path}.${key}`, entry, (translation as Record<string, unknown> | undefined)?.[key])
      }
    }
  }
  for (const [area, catalogue] of await english()) {
    compare(area, catalogue, new Map(Object.entries(translations)).get(area))
  }
  expect(holes).toEqual([])
})
