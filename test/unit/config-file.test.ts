import { mkdir, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { ConfigFile } from '../../main/engine/config/config-file.ts'
import { Vault } from '../../main/engine/config/vault.ts'
import { systemClock } from '../../main/engine/kit/clock.ts'
import { maskedSecret } from '../../shared/config/secret.ts'

let folder: string
let path: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tbgw-config-'))
  path = join(folder, 'gateway.json')
})
afterEach(() => rm(folder, { recursive: true, force: true }))

async function open(environment: Record<string, string> = {}): Promise<{ file: ConfigFile; vault: Vault }> {
  const vault = new Vault({ path: join(folder, 'vault.json'), key: new Uint8Array(32).fill(7) })
  await vault.open()
  return { file: new ConfigFile({ path, vault, environment }), vault }
}

const broker = (id: string, extra: object = {}): object => ({ type: 'mqtt', id, name: id, host: 'broker', ...extra })
const write = (config: object): Promise<void> => writeFile(path, JSON.stringify({ version: 1, ...config }))

test('a broken file at start keeps the last good configuration running and says where it is broken', async () => {
  await write({ name: 'Good', connectors: [broker('a')] })
  await (await open()).file.load()
  await writeFile(path, '{ "version": 1,\n "name": "Bad" "x": 1 }')
  const loaded = await (await open()).file.load()
  expect(loaded.source).toBe('last-good')
  expect(loaded.config.name).toBe('Good')
  expect(loaded.problem).toMatch(/refused.*line 2, column 16.*last good configuration runs/)
})

test('a broken file without a last good one runs empty and says so', async () => {
  await write({ connectors: [{ type: 'mqtt' }] })
  const loaded = await (await open()).file.load()
  expect(loaded).toMatchObject({ source: 'empty', revision: 0 })
  expect(loaded.config.connectors).toEqual([])
  expect(loaded.problem).toContain('no source is configured')
  expect(loaded.problems.map((p) => p.path)).toContain('connectors[0].host')
})

test('a missing file is an empty configuration without a problem', async () => {
  const loaded = await (await open()).file.load()
  expect(loaded).toMatchObject({ source: 'empty', problem: undefined, problems: [] })
})

test('a file that is deleted while it is in use does not stop what it configured', async () => {
  await write({ name: 'Good', connectors: [broker('a')] })
  const { file } = await open()
  await file.load()
  await rm(path)
  const loaded = await file.load()
  expect(loaded).toMatchObject({ source: 'last-good', config: { name: 'Good' } })
  expect(loaded.problem).toMatch(/was deleted.*last good configuration runs/)
})

test('a file that is too large is refused without being read into memory', async () => {
  await writeFile(path, '')
  await truncate(path, 64 * 1_048_576 + 1)
  const loaded = await (await open()).file.load()
  expect(loaded.problem).toMatch(/more than 64 MB/)
})

test('100,000 keys with every field can be saved and read again', async () => {
  const report = { onChange: true, deadband: 0.25, atMostEveryMs: 1000, atLeastEveryMs: 60_000 }
  const more = { scale: 0.001, offset: 273.15, unit: 'kWh', report, samplingIntervalMs: 1000, queueSize: 100 }
  const keys = Array.from({ length: 1000 }, (_, k) => ({ key: `Energy_total_${k}`, node: `ns=2;s=Hall.${k}`, ...more }))
  const devices = Array.from({ length: 100 }, (_, d) => ({ name: `Machine_${d}`, keys }))
  const plc = { type: 'opcua', id: 'plc', name: 'PLC', endpointUrl: 'opc.tcp://plc:4840', devices }
  const { file } = await open()
  await file.load()
  expect(await file.save({ version: 1, connectors: [plc] }, 0)).toMatchObject({ ok: true, value: { problems: [] } })
  expect(await (await open()).file.load()).toMatchObject({ source: 'file', problems: [] })
}, 60_000)

test('a newer version is refused with the cure', async () => {
  await writeFile(path, '{"version": 2}')
  expect((await (await open()).file.load()).problem).toMatch(/reads versions up to 1; install the newer gateway/)
})

test('mapping mistakes that the schema can not see are problems of the file', async () => {
  const topic = { filter: 'a/b', device: '${topic[7]}', keys: [{ key: 'x' }] }
  await write({ connectors: [broker('a', { topics: [topic] })] })
  const loaded = await (await open()).file.load()
  expect(loaded.problems[0]?.path).toBe('connectors[0].topics[0].device')
})

test('a save that started from an older revision is a conflict and changes nothing', async () => {
  await write({ name: 'One' })
  const { file } = await open()
  const { revision } = await file.load()
  expect((await file.save({ version: 1, name: 'Two' }, revision)).ok).toBe(true)
  const late = await file.save({ version: 1, name: 'Three' }, revision)
  expect(late).toMatchObject({ ok: false, error: { code: 'CONFIG_CONFLICT' } })
  expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject({ name: 'Two' })
})

test('a save does not overwrite what an editor wrote in the meantime', async () => {
  await write({ name: 'One' })
  const { file } = await open()
  const { revision } = await file.load()
  await write({ name: 'By hand' })
  expect(await file.save({ version: 1, name: 'Two' }, revision)).toMatchObject({ ok: false })
  expect(await readFile(path, 'utf8')).toContain('By hand')
})

test('two saves at once from one revision: one wins, one is a conflict', async () => {
  const { file } = await open()
  const { revision } = await file.load()
  const results = await Promise.all([
    file.save({ version: 1, name: 'A' }, revision),
    file.save({ version: 1, name: 'B' }, revision),
  ])
  expect(results.map((r) => r.ok)).toEqual([true, false])
  expect(await readFile(path, 'utf8')).toContain('"A"')
})

test('an invalid save names the fields and touches nothing', async () => {
  await write({ name: 'One' })
  const { file } = await open()
  const { revision } = await file.load()
  const before = await readFile(path, 'utf8')
  const result = await file.save({ version: 1, connectors: [broker('a', { port: 0 })] }, revision)
  expect(result).toEqual({
    ok: true,
    value: { revision, problems: [{ path: 'connectors[0].port', message: 'must be at least 1' }] },
  })
  expect(await readFile(path, 'utf8')).toBe(before)
})

test('saving over a broken file keeps it as .broken', async () => {
  await writeFile(path, '{ oops')
  const { file } = await open()
  const { revision } = await file.load()
  expect((await file.save({ version: 1, name: 'New' }, revision)).ok).toBe(true)
  expect(await readFile(`${path}.broken`, 'utf8')).toBe('{ oops')
})

test('saved files are for the owner only and no temporary file stays behind', async () => {
  const { file } = await open()
  await file.load()
  await file.save({ version: 1, name: 'New' }, 0)
  expect((await stat(path)).mode & 0o777).toBe(0o600)
  expect((await readdir(folder)).sort()).toEqual(['gateway.json', 'gateway.json.last-good'])
})

test('a file that can not be replaced is an error with its cause, and nothing is left behind', async () => {
  await mkdir(path)
  const { file } = await open()
  expect((await file.load()).problem).toContain('can not be read')
  const result = await file.save({ version: 1, name: 'Two' }, 0)
  expect(result).toMatchObject({ ok: false, error: { code: 'CONFIG_UNREADABLE' } })
  expect(await readdir(folder)).toEqual(['gateway.json'])
})

test('clear text leaves the file at the first save and comes back through the vault', async () => {
  await write({ connectors: [broker('a', { username: 'u', password: 'by-hand' })] })
  const { file, vault } = await open()
  const { revision } = await file.load()
  const { config } = file.view()
  expect(config.connectors[0]).toMatchObject({ password: maskedSecret })
  const thingsboard = { host: 'tb', credentials: { type: 'token', token: 'T0ken' } }
  expect((await file.save({ ...config, thingsboard }, revision)).ok).toBe(true)
  const text = await readFile(path, 'utf8')
  expect(text).not.toMatch(/by-hand|T0ken/)
  expect(JSON.parse(text).connectors[0].password).toBe('${secret:a.password}')
  expect(vault.names().sort()).toEqual(['a.password', 'thingsboard.token'])

  const again = await open()
  const resolved = await again.file.resolve((await again.file.load()).config)
  expect(resolved.problems).toEqual([])
  expect(resolved.config.connectors[0]).toMatchObject({ password: 'by-hand' })
  expect(resolved.config.thingsboard?.credentials).toMatchObject({ token: 'T0ken' })
})

test('a masked secret keeps its value when connectors change their order', async () => {
  await write({ connectors: [broker('a', { password: 'pa' }), broker('b', { password: 'pb' })] })
  const { file } = await open()
  const { revision } = await file.load()
  const { config } = file.view()
  await file.save({ ...config, connectors: [...config.connectors].reverse() }, revision)
  const resolved = await file.resolve((await file.load()).config)
  expect(resolved.config.connectors).toMatchObject([
    { id: 'b', password: 'pb' },
    { id: 'a', password: 'pa' },
  ])
})

test('a masked secret that belongs to nothing is asked for again', async () => {
  const { file } = await open()
  await file.load()
  const result = await file.save({ version: 1, connectors: [broker('new', { password: maskedSecret })] }, 0)
  expect(result).toMatchObject({ ok: true, value: { problems: [{ path: 'connectors[0].password' }] } })
})

test('the secret of a removed connector leaves the vault', async () => {
  const { file, vault } = await open()
  await file.load()
  const first = await file.save({ version: 1, connectors: [broker('a', { password: 'x' })] }, 0)
  expect(vault.has('a.password')).toBe(true)
  await file.save({ version: 1 }, first.ok ? first.value.revision : 0)
  expect(vault.has('a.password')).toBe(false)
})

test('a test of an edited connector uses the stored secret where it is masked', async () => {
  await write({ connectors: [broker('a', { password: 'stored' })] })
  const { file } = await open()
  await file.load()
  const edited = file.view().config.connectors[0]
  if (!edited) throw new Error('no connector')
  expect((await file.resolveConnector(edited)).connector).toMatchObject({ password: 'stored' })
})

test('missing secrets are empty, named with their path and their cure; the others still work', async () => {
  await writeFile(join(folder, 'token.txt'), 'from-file\n')
  const identity = { type: 'password', username: 'u', password: '${env:TBGW_TEST_MISSING}' }
  await write({
    thingsboard: { host: 'tb', credentials: { type: 'token', token: '${file:token.txt}' } },
    connectors: [
      { type: 'opcua', id: 'plc', name: 'PLC', endpointUrl: 'opc.tcp://plc:4840', identity },
      broker('a', { password: '${secret:a.password}' }),
      broker('b', { password: '${file:/does/not/exist}' }),
    ],
  })
  const { file } = await open()
  const { config, problems } = await file.resolve((await file.load()).config)
  expect(config.thingsboard?.credentials).toMatchObject({ token: 'from-file' })
  expect(config.connectors).toMatchObject([{ identity: { password: '' } }, { password: '' }, { password: '' }])
  expect(problems.map((p) => p.path)).toEqual([
    'connectors[0].identity.password',
    'connectors[1].password',
    'connectors[2].password',
  ])
  expect(problems[0]?.message).toMatch(/TBGW_TEST_MISSING is not set/)
})

test('TB_GW_* wins over the file, and is neither shown nor saved', async () => {
  await write({ thingsboard: { host: 'in-file', credentials: { type: 'token', token: 'old' } } })
  const { file } = await open({ TB_GW_HOST: 'from-env', TB_GW_PORT: '8883', TB_GW_ACCESS_TOKEN: 'new' })
  const loaded = await file.load()
  expect(loaded.config.thingsboard).toMatchObject({
    host: 'from-env',
    port: 8883,
    tls: { enabled: true },
    credentials: { token: 'new' },
  })
  expect(loaded.overrides).toEqual(['TB_GW_HOST', 'TB_GW_PORT', 'TB_GW_ACCESS_TOKEN'])
  expect(file.view().config.thingsboard?.host).toBe('in-file')
})

test('an edit with a text editor is noticed, a save of our own is not', async () => {
  const { file } = await open()
  await file.load()
  const changed = vi.fn()
  const ticks: (() => void)[] = []
  const undo = file.watch(
    {
      ...systemClock,
      every: (_ms, task) => {
        ticks.push(task)
        return () => undefined
      },
    },
    changed,
  )
  await file.save({ version: 1, name: 'Ours' }, 0)
  ticks[0]?.()
  await write({ name: 'Theirs' })
  await vi.waitFor(() => {
    ticks[0]?.()
    expect(changed).toHaveBeenCalledTimes(1)
  })
  undo()
})
