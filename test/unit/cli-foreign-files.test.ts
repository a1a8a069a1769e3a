import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { foreignFiles, signatureOf } from '../../main/headless/foreign-files.ts'

// Which files of a folder are a ThingsBoard gateway's configuration: what its own file names, and nothing else.

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tbgw-files-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const opcua = (url: string) => ({ server: { url, identity: { type: 'anonymous' } }, mapping: [] })
const general = (...configurations: string[]) => ({
  thingsboard: { host: 'h', security: { accessToken: 't' } },
  connectors: configurations.map((configuration) => ({ type: 'opcua', name: configuration, configuration })),
})

async function put(name: string, content: object | string): Promise<void> {
  const at = join(folder, name)
  await mkdir(join(at, '..'), { recursive: true })
  await writeFile(at, typeof content === 'string' ? content : JSON.stringify(content))
}
const namesOf = async (path = folder): Promise<string[]> => (await foreignFiles(path)).files.map(({ name }) => name)

test('files come in the order of the list; samples and backups stay out', async () => {
  await put('config/tb_gateway.json', general('b.json', 'a.json'))
  await put('config/a.json', opcua('opc.tcp://a'))
  await put('config/b.json', opcua('opc.tcp://b'))
  await put('config/sample.json', opcua('opc.tcp://sample'))
  await put('config/backup/tb_gateway.json', general('sample.json'))
  await put('config/logs.json', { loggers: {} })
  const found = await foreignFiles(folder)
  expect(found.files.map(({ name }) => name)).toEqual(['config/tb_gateway.json', 'config/b.json', 'config/a.json'])
  expect(found.unlisted).toEqual(['config/sample.json'])
})

test('the .json counts beside an older .yaml, also when it is broken', async () => {
  await put('tb_gateway.yaml', 'thingsboard:\n  host: old\nconnectors: []\n')
  await put('tb_gateway.json', general())
  expect(await namesOf()).toEqual(['tb_gateway.json'])
  await put('tb_gateway.json', '{"thingsboard":')
  expect(await namesOf()).toContain('tb_gateway.json')
})

test('a name that leads out of the folder is not followed', async () => {
  await put('secret.json', opcua('opc.tcp://outside'))
  await put('conf/tb_gateway.json', general('../secret.json', '/etc/hostname', 'a.json'))
  await put('conf/a.json', opcua('opc.tcp://a'))
  expect(await namesOf(join(folder, 'conf'))).toEqual(['tb_gateway.json', 'a.json'])
  expect(await namesOf(join(folder, 'conf', 'tb_gateway.json'))).toEqual(['tb_gateway.json', 'a.json'])
})

test('without a file of its own everything that is there is read', async () => {
  await put('one.json', opcua('opc.tcp://one'))
  await put('two.json', opcua('opc.tcp://two'))
  expect(await namesOf()).toEqual(['one.json', 'two.json'])
  expect(await namesOf(join(folder, 'one.json'))).toEqual(['one.json'])
  expect(await namesOf(join(folder, 'nowhere'))).toEqual([])
})

test('a file that is far too large is named, not read', async () => {
  await put('tb_gateway.json', general('a.json'))
  await put('a.json', ' '.repeat(9_000_000))
  const { unreadable } = await foreignFiles(folder)
  expect(unreadable).toEqual([{ file: 'a.json', message: 'has 9000000 bytes, too much for a configuration' }])
})

test.skipIf(process.platform === 'win32')(
  'files mounted by Kubernetes are read through their links, and a swap is noticed',
  async () => {
    const mount = async (version: string, host: string): Promise<void> => {
      await put(`${version}/tb_gateway.json`, { ...general(), thingsboard: { host, security: { accessToken: 't' } } })
      await symlink(version, join(folder, '..data_tmp'))
      await rename(join(folder, '..data_tmp'), join(folder, '..data'))
    }
    await mount('..2026_01', 'one')
    await symlink(join('..data', 'tb_gateway.json'), join(folder, 'tb_gateway.json'))
    const before = await signatureOf(folder)
    expect((await foreignFiles(folder)).files).toEqual([
      { name: 'tb_gateway.json', text: expect.stringContaining('"one"') },
    ])
    await mount('..2026_02', 'another')
    expect(await signatureOf(folder)).not.toBe(before)
    expect((await foreignFiles(folder)).files[0]?.text).toContain('"another"')
  },
)
