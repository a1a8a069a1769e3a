import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { runCommandLine } from '../../main/headless/cli.ts'
import { gatewaySchema } from '../../shared/config/gateway.ts'

const fixtures = join(import.meta.dirname, 'import-fixtures')
let folder = ''
let printed = ''

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tb-gateway-import-'))
  printed = ''
  const take = (text: string | Uint8Array): boolean => {
    printed += text.toString()
    return true
  }
  vi.spyOn(process.stdout, 'write').mockImplementation(take)
  vi.spyOn(process.stderr, 'write').mockImplementation(take)
})
afterEach(async () => {
  vi.restoreAllMocks()
  await rm(folder, { recursive: true, force: true })
})

test('a path that is not there, or holds nothing of a gateway, is an invalid configuration', async () => {
  expect(await runCommandLine(['import', join(folder, 'nowhere')])).toBe(2)
  expect(printed).toContain('nowhere:(whole file): does not exist')
  expect(await runCommandLine(['import', folder])).toBe(2)
  expect(printed).toContain('holds no configuration of a ThingsBoard gateway')
})

test('no path, and an unknown option, are wrong usage', async () => {
  expect(await runCommandLine(['import'])).toBe(64)
  expect(await runCommandLine(['import', folder, '--format', 'x'])).toBe(64)
})

test('a file becomes a gateway.json for its owner only, and the report goes where it was asked for', async () => {
  const out = join(folder, 'gateway.json')
  const report = join(folder, 'report.txt')
  const code = await runCommandLine(['import', join(fixtures, 'opcua.json'), '--out', out, '--report', report])
  expect(code).toBe(0)
  const config = gatewaySchema.parse(JSON.parse(await readFile(out, 'utf8')))
  expect(config.connectors[0]?.type).toBe('opcua')
  expect((await stat(out)).mode & 0o077).toBe(0)
  const lines = await readFile(report, 'utf8')
  expect(lines).toMatch(/opcua\.json:\d+: mapping\[0\]\.rpc_methods\[0\]: NOT SUPPORTED: multiply/)
  expect(lines).toMatch(/\d+ exact, \d+ interpreted, \d+ not supported: 1 sources, 2 devices/)
  expect(printed).not.toContain('mapping[0]')
})

test('of a folder the gateway’s own file and those it names are read, and the report is printed', async () => {
  const out = join(folder, 'gateway.json')
  expect(await runCommandLine(['import', fixtures, '--out', out])).toBe(0)
  expect(printed).toContain('tb_gateway.json:')
  expect(printed).toContain('docker-compose.yml:')
  expect(printed).toContain('opcua-old.json: left out')
  expect(printed).not.toContain('zv9kD2LqwErTy')
  const config = gatewaySchema.parse(JSON.parse(await readFile(out, 'utf8')))
  expect(config.connectors.map(({ name }) => name)).toEqual(['Line server', 'Hall broker'])
})

test('one file of a gateway brings those it names from its folder, and its --out can not be the file itself', async () => {
  const path = join(fixtures, 'tb_gateway.json')
  const before = await readFile(path, 'utf8')
  expect(await runCommandLine(['import', path, '--out', path])).toBe(64)
  expect(await readFile(path, 'utf8')).toBe(before)
  expect(await runCommandLine(['import', path])).toBe(0)
  expect(printed).toContain('2 sources')
})
