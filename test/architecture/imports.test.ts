import { globSync, readFileSync } from 'node:fs'
import { dirname, join, normalize, resolve } from 'node:path'
import { expect, test } from 'vitest'

// house.md, "Who may import whom", read from the import statements themselves, so that a weakened lint rule is noticed.

const root = resolve(import.meta.dirname, '../..')

interface Import {
  readonly from: string
  /** Path from the root for a relative import, else the package (with subpath). */
  readonly to: string
  readonly relative: boolean
}

const files = globSync('{shared,preload,renderer,main}/**/*.{ts,tsx,mjs}', { cwd: root }).map((f) =>
  f.replaceAll('\\', '/'),
)
const imports = files.flatMap(importsOf)

function importsOf(file: string): Import[] {
  const source = readFileSync(join(root, file), 'utf8')
  const statement =
    /(?:^|\n)\s*(?:import|export)\s[^'"`]*?from\s*['"]([^'"]+)['"]|(?:^|\n)\s*import\s*['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]/g
  return [...source.matchAll(statement)].map((match) => {
    const target = match[1] ?? match[2] ?? match[3] ?? ''
    const relative = target.startsWith('.')
    const to = relative ? normalize(join(dirname(file), target)).replaceAll('\\', '/') : target
    return { from: file, to, relative }
  })
}

/** Imports below `room` that `forbidden` matches, as readable lines. */
function violations(room: RegExp, forbidden: (i: Import) => boolean): string[] {
  return imports.filter((i) => room.test(i.from) && forbidden(i)).map((i) => `${i.from} -> ${i.to}`)
}

const packageOf = (name: string): string =>
  name
    .split('/')
    .slice(0, name.startsWith('@') ? 2 : 1)
    .join('/')

test('sees the whole house', () => {
  expect(files.length).toBeGreaterThan(90)
  expect(imports.length).toBeGreaterThan(300)
})

test('shared knows nobody but zod', () => {
  expect(violations(/^shared\//, (i) => (i.relative ? !i.to.startsWith('shared/') : i.to !== 'zod'))).toEqual([])
})

test('main and renderer never know each other', () => {
  expect(violations(/^main\//, (i) => i.relative && !/^(main|shared)\//.test(i.to))).toEqual([])
  expect(violations(/^renderer\//, (i) => i.relative && !/^(renderer|shared)\//.test(i.to))).toEqual([])
  expect(violations(/^renderer\//, (i) => /^(node:|electron)/.test(i.to))).toEqual([])
})

test('preload knows the channel names and electron only', () => {
  expect(violations(/^preload\//, (i) => i.to !== 'shared/api/channels.ts' && i.to !== 'electron')).toEqual([])
})

test('engine and demo never know electron or the hosts, and the hosts not each other', () => {
  const hosts = /^main\/(host|shell|headless)\//
  expect(violations(/^main\/(engine|demo)\//, (i) => packageOf(i.to) === 'electron' || hosts.test(i.to))).toEqual([])
  const strangers = /^main\/(shell|headless)\//
  expect(violations(/^main\/host\//, (i) => packageOf(i.to) === 'electron' || strangers.test(i.to))).toEqual([])
  expect(violations(/^main\/shell\//, (i) => i.to.startsWith('main/headless/'))).toEqual([])
  expect(violations(/^main\/engine\//, (i) => i.to.startsWith('main/demo/'))).toEqual([])
  expect(
    violations(/^main\/headless\//, (i) => packageOf(i.to) === 'electron' || i.to.startsWith('main/shell/')),
  ).toEqual([])
})

test('collectors, store and uplink do not know one another', () => {
  const parts = ['collect/opcua', 'collect/mqtt', 'store', 'uplink'].map((p) => `main/engine/${p}/`)
  for (const part of parts) {
    const others = parts.filter((p) => p !== part)
    const room = new RegExp(`^${part}`)
    expect(violations(room, (i) => others.some((o) => i.to.startsWith(o)))).toEqual([])
    expect(violations(room, (i) => i.to === 'main/engine/pipeline/pipeline.ts')).toEqual([])
  }
})

test('only the composition root names concrete stages', () => {
  const concrete =
    /^main\/engine\/(store\/store|uplink\/uplink|collect\/opcua\/opcua-collector|collect\/mqtt\/mqtt-collector)\.ts$/
  const own = /^main\/engine\/(store|uplink|collect)\//
  expect(
    violations(/^main\//, (i) => concrete.test(i.to) && !own.test(i.from) && i.from !== 'main/engine/engine.ts'),
  ).toEqual([])
})

test('each protocol or database library lives in exactly one folder', () => {
  const homes: Readonly<Record<string, RegExp>> = {
    'better-sqlite3': /^main\/engine\/store\/sqlite\.ts$/,
    'node-opcua-client': /^main\/engine\/collect\/opcua\//,
    'node-opcua-certificate-manager': /^main\/engine\/collect\/opcua\//,
    'node-opcua': /^main\/demo\//,
    aedes: /^main\/demo\//,
    'mqtt-packet': /^main\/demo\/thingsboard\//,
    // One client library, two protocols spoken with it: brokers and ThingsBoard.
    mqtt: /^main\/engine\/(collect\/mqtt|uplink)\//,
    ws: /^main\/headless\//,
    electron: /^(main\/shell|preload)\//,
  }
  for (const [name, home] of Object.entries(homes)) {
    const strangers = imports.filter((i) => !i.relative && packageOf(i.to) === name && !home.test(i.from))
    expect(strangers.map((i) => `${i.from} -> ${i.to}`)).toEqual([])
  }
})
