import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { demoConfig } from '../../main/demo/demo-config.ts'
import { plantNamespaceUri } from '../../main/demo/plant-names.ts'
import { runCommandLine } from '../../main/headless/cli.ts'

let data = ''
let out = ''
let folder = ''
let printed = ''

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tb-gateway-export-'))
  data = join(folder, 'data')
  out = join(folder, 'out')
  await mkdir(data)
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

const configure = (config: unknown): Promise<void> =>
  writeFile(join(data, 'gateway.json'), JSON.stringify(config, undefined, 2))
const demo = demoConfig({ opcuaUrl: 'opc.tcp://plc:4840', mqttPort: 1883, thingsboardPort: 1884, token: 'T0p5ecret' })

test('no --data or --out, another format, and a folder that is not there are wrong usage', async () => {
  expect(await runCommandLine(['export', '--out', out])).toBe(64)
  expect(await runCommandLine(['export', '--data', data])).toBe(64)
  expect(await runCommandLine(['export', '--data', data, '--out', out, '--format', 'yaml'])).toBe(64)
  expect(await runCommandLine(['export', '--data', join(folder, 'nowhere'), '--out', out])).toBe(64)
})

test('without a configuration, or with a broken one, nothing is written', async () => {
  expect(await runCommandLine(['export', '--data', data, '--out', out])).toBe(2)
  expect(printed).toContain('nothing is configured there')
  await configure({ version: 1, connectors: [{ type: 'mqtt' }] })
  expect(await runCommandLine(['export', '--data', data, '--out', out])).toBe(2)
  expect(printed).toContain('gateway.json:connectors[0].id: ')
  await expect(readdir(out)).rejects.toThrow()
})

test('the files are written with a report of every entry, and hold no secret; check accepts them', async () => {
  await configure(demo)
  const report = join(folder, 'report.txt')
  expect(await runCommandLine(['export', '--data', data, '--format', 'tb', '--out', out, '--report', report])).toBe(0)
  expect((await readdir(out)).sort()).toEqual(['mqtt-hall-sensors.json', 'opcua-line-1.json', 'tb_gateway.json'])
  const lines = (await readFile(report, 'utf8')).trimEnd().split('\n')
  expect(lines).toContainEqual(expect.stringMatching(/^gateway\.json:\d+: connectors\[1\]\.host: exact: 127\.0\.0\.1/))
  expect(lines).toContainEqual(
    expect.stringMatching(/: thingsboard\.credentials\.token: interpreted: •••• -> PUT_THE_TOKEN_HERE/),
  )
  expect(lines).toContainEqual(expect.stringMatching(/: Tank_01 › pressure -> It does not calculate/))
  expect(lines.at(-1)).toMatch(/^\d+ exact, \d+ interpreted, \d+ not supported$/)
  const written = await Promise.all((await readdir(out)).map((name) => readFile(join(out, name), 'utf8')))
  expect(written.join() + lines.join() + printed).not.toContain('T0p5ecret')
  printed = ''
  expect(await runCommandLine(['check', out])).toBe(0)
  expect(printed).toMatch(/: valid, \d sources?, ThingsBoard at 127\.0\.0\.1:1884/)
})

test('nodes by namespace URI get the number the server had when it was browsed', async () => {
  await configure(demo)
  await mkdir(join(data, 'opcua-index'))
  const head = { endpointUrl: 'opc.tcp://plc:4840', takenAt: 1, namespaces: ['ua', 'urn:server', plantNamespaceUri] }
  await writeFile(join(data, 'opcua-index', 'a.index'), `${JSON.stringify(head)}\nwhatever`)
  await writeFile(join(data, 'opcua-index', 'b.index'), 'damaged')
  expect(await runCommandLine(['export', '--data', data, '--out', out])).toBe(0)
  const { mapping } = JSON.parse(await readFile(join(out, 'opcua-line-1.json'), 'utf8'))
  expect(mapping[0].timeseries[0]).toMatchObject({ key: 'speed', value: '${ns=2;s=Line1.Motor_01.Speed}' })
})

test('a gateway.json outside of the data folder is written when it is named', async () => {
  const path = join(folder, 'elsewhere.json')
  await writeFile(path, JSON.stringify(demo))
  expect(await runCommandLine(['export', '--data', data, '--config', path, '--out', out])).toBe(0)
  expect(await readdir(out)).toContain('tb_gateway.json')
})

test('files that are there already are not replaced', async () => {
  await configure(demo)
  await mkdir(out)
  await writeFile(join(out, 'tb_gateway.json'), 'theirs')
  expect(await runCommandLine(['export', '--data', data, '--out', out])).toBe(64)
  expect(printed).toContain('holds a tb_gateway.json already; name an empty folder')
  expect(await readdir(out)).toEqual(['tb_gateway.json'])
  expect(await readFile(join(out, 'tb_gateway.json'), 'utf8')).toBe('theirs')
})
