import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Vault } from '../../main/engine/config/vault.ts'

let folder: string
let path: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tbgw-vault-'))
  path = join(folder, 'vault.json')
})
afterEach(() => rm(folder, { recursive: true, force: true }))

async function open(fill = 1): Promise<Vault> {
  const vault = new Vault({ path, key: new Uint8Array(32).fill(fill) })
  await vault.open()
  return vault
}

test('with another key the vault is locked, says so, tells nothing and leaves the file alone', async () => {
  await (await open()).set('a.password', 'secret')
  const before = await readFile(path, 'utf8')
  const vault = await open(2)
  expect(vault.state).toMatchObject({ kind: 'locked', detail: expect.stringContaining('another key') })
  expect(vault.get('a.password')).toBeUndefined()
  expect(await readFile(path, 'utf8')).toBe(before)
})

test.each(['', '{', '{"version":1}', '{"version":2,"check":{},"records":{}}'])(
  'a damaged file %j locks the vault',
  async (text) => {
    await writeFile(path, text)
    expect((await open()).state).toMatchObject({ kind: 'locked', detail: expect.stringContaining('damaged') })
  },
)

test('records that were swapped are noticed', async () => {
  const vault = await open()
  await vault.set('a', 'one')
  await vault.set('b', 'two')
  const file = JSON.parse(await readFile(path, 'utf8'))
  ;[file.records.a, file.records.b] = [file.records.b, file.records.a]
  await writeFile(path, JSON.stringify(file))
  expect((await open()).state.kind).toBe('locked')
})

test('a secret entered into a locked vault starts a new one and keeps the old file', async () => {
  await (await open()).set('a', 'old')
  const vault = await open(2)
  await vault.set('a', 'new')
  expect(vault.state.kind).toBe('open')
  expect((await open(2)).get('a')).toBe('new')
  expect((await readdir(folder)).some((name) => name.startsWith('vault.json.locked-'))).toBe(true)
})

test('secrets survive a restart, are not readable in the file, and the file is for its owner only', async () => {
  const vault = await open()
  await vault.set('a.password', 'pässword')
  await vault.set('b', 'x')
  await vault.delete('b')
  expect(await readFile(path, 'utf8')).not.toContain('pässword')
  expect((await stat(path)).mode & 0o777).toBe(0o600)
  const again = await open()
  expect(again.get('a.password')).toBe('pässword')
  expect(again.names()).toEqual(['a.password'])
})
