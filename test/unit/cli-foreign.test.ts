import { type ChildProcess, spawn } from 'node:child_process'
import { cp, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { GatewayConfig } from '../../shared/config/gateway.ts'

// The configuration of a ThingsBoard gateway runs and is checked as it is; its files are only read.

const entry = resolve(import.meta.dirname, '../../main/headless/tb-gateway.ts')
const fixtures = join(import.meta.dirname, 'import-fixtures')
const waitMs = 30_000
let folder: string
let conf: string
let data: string
let child: ChildProcess | undefined

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tbgw-foreign-'))
  conf = join(folder, 'conf')
  data = join(folder, 'data')
  await mkdir(conf)
})
afterEach(async () => {
  child?.kill('SIGKILL')
  await rm(folder, { recursive: true, force: true })
})

function gateway(...args: string[]) {
  const process_ = spawn(process.execPath, [entry, ...args])
  child = process_
  const said = { stdout: '', stderr: '' }
  process_.stdout.on('data', (text: Buffer) => {
    said.stdout += text.toString()
  })
  process_.stderr.on('data', (text: Buffer) => {
    said.stderr += text.toString()
  })
  return { said, exited: new Promise<number | null>((done) => process_.once('close', done)) }
}

async function stopped({ exited }: ReturnType<typeof gateway>): Promise<void> {
  child?.kill('SIGTERM')
  expect(await exited).toBe(0)
}

/** Runs until it says that it does. */
async function running(path: string) {
  const started = gateway('run', '--data', data, '--config', path, '--ui', 'off')
  await vi.waitFor(() => expect(started.said.stdout).toContain('runs with'), { timeout: waitMs })
  return started
}

const ours = async (): Promise<GatewayConfig> => JSON.parse(await readFile(join(data, 'gateway.json'), 'utf8'))
const endpointOf = async (): Promise<string | undefined> => {
  const [first] = (await ours()).connectors
  return first?.type === 'opcua' ? first.endpointUrl : undefined
}

async function pythonGateway(port = 4841): Promise<void> {
  const general = {
    thingsboard: { host: '127.0.0.1', port: 1, security: { type: 'accessToken', accessToken: 'T0p5ecret' } },
    storage: { type: 'memory' },
    connectors: [
      { type: 'opcua', name: 'Line', configuration: 'line.json' },
      { type: 'modbus', name: 'Meters', configuration: 'modbus.json' },
    ],
  }
  const line = {
    server: { url: `opc.tcp://127.0.0.1:${port}`, security: 'None', identity: { type: 'anonymous' } },
    mapping: [
      {
        deviceNodeSource: 'path',
        deviceNodePattern: 'Root\\.Objects\\.M1',
        deviceInfo: { deviceNameExpression: 'M1', deviceProfileExpression: 'default' },
        attributes: [],
        timeseries: [{ key: 'speed', type: 'path', value: '${Speed}' }],
      },
    ],
  }
  await writeFile(join(conf, 'tb_gateway.json'), JSON.stringify(general, undefined, 2))
  await writeFile(join(conf, 'line.json'), JSON.stringify(line))
  await cp(join(fixtures, 'opcua.json'), join(conf, 'opcua.json'))
}

/** Names, sizes, times and contents. */
async function picture(): Promise<unknown> {
  const names = (await readdir(conf)).sort()
  return Promise.all(
    names.map(async (name) => [name, (await stat(join(conf, name))).mtimeMs, await readFile(join(conf, name), 'utf8')]),
  )
}

test('run with the folder, or the file, of a ThingsBoard gateway: what it ran runs, the token goes to the vault', {
  timeout: waitMs * 2,
}, async () => {
  await pythonGateway()
  const before = await picture()
  const first = await running(conf)
  await stopped(first)
  expect(await endpointOf()).toBe('opc.tcp://127.0.0.1:4841')
  const config = await ours()
  // The sample beside them is not in the list of connectors: it did not run.
  expect(config.connectors.map(({ name }) => name)).toEqual(['Line'])
  expect(config.thingsboard?.credentials).toEqual({ type: 'token', token: '${secret:thingsboard.token}' })
  const [version] = await readdir(join(data, 'versions'))
  expect(await readFile(join(data, 'versions', version ?? ''), 'utf8')).toContain(
    '"author":"ThingsBoard gateway files"',
  )
  expect(first.said.stderr).toContain('connectors[1]: not supported: modbus Meters')
  expect(first.said.stderr).not.toContain('T0p5ecret')
  expect(await readFile(join(data, 'log', 'gateway.log'), 'utf8')).toContain('import.unsupported')
  expect(await picture()).toEqual(before)

  // Again, by its file: the same configuration.
  await stopped(await running(join(conf, 'tb_gateway.json')))
  expect(await ours()).toEqual(config)
})

test('a change of the files is followed while it runs, a broken one is not', { timeout: waitMs * 2 }, async () => {
  await pythonGateway()
  const run = await running(conf)
  await pythonGateway(4842)
  await vi.waitFor(async () => expect(await endpointOf()).toBe('opc.tcp://127.0.0.1:4842'), { timeout: waitMs })
  await writeFile(join(conf, 'line.json'), '{"server":')
  await vi.waitFor(() => expect(run.said.stderr).toContain('import.unchanged'), { timeout: waitMs })
  expect(run.said.stderr).toContain(`${join(conf, 'line.json')}:(whole file)`)
  expect(await endpointOf()).toBe('opc.tcp://127.0.0.1:4842')
  await stopped(run)
  // Also the next start goes on with what ran.
  await stopped(await running(conf))
  expect(await endpointOf()).toBe('opc.tcp://127.0.0.1:4842')
})

test('a gateway.json that was changed here is not overwritten: the changed files wait as a proposal', {
  timeout: waitMs * 2,
}, async () => {
  await pythonGateway()
  await stopped(await running(conf))
  const config = await ours()
  // Name and storage are no parts of the files: changing them here takes nothing from them.
  await writeFile(join(data, 'gateway.json'), JSON.stringify({ ...config, name: 'Hall 3' }))
  await pythonGateway(4840)
  await stopped(await running(conf))
  expect(await ours()).toMatchObject({ name: 'Hall 3', connectors: [{ endpointUrl: 'opc.tcp://127.0.0.1:4840' }] })

  const [line] = (await ours()).connectors
  await writeFile(
    join(data, 'gateway.json'),
    JSON.stringify({ ...(await ours()), connectors: [{ ...line, name: 'L' }] }),
  )
  await pythonGateway(4842)
  const run = await running(conf)
  expect(run.said.stderr).toContain('import.proposed')
  expect(await endpointOf()).toBe('opc.tcp://127.0.0.1:4840')
  const proposal = JSON.parse(await readFile(join(data, 'draft', 'proposal.json'), 'utf8'))
  expect(proposal.config).toMatchObject({ name: 'Hall 3', connectors: [{ endpointUrl: 'opc.tcp://127.0.0.1:4842' }] })
  await stopped(run)
  // Once: a start without a change proposes nothing.
  await rm(join(data, 'draft', 'proposal.json'))
  const again = await running(conf)
  expect(again.said.stderr).not.toContain('import.proposed')
  await stopped(again)
})

test('run with a folder in which nothing can run exits 2 and creates nothing', { timeout: waitMs }, async () => {
  await writeFile(join(conf, 'tb_gateway.json'), '{"thingsboard":{"host":"h","security":{}},"connectors":[]}')
  const { said, exited } = gateway('run', '--data', data, '--config', conf, '--ui', 'off')
  expect(await exited).toBe(2)
  expect(said.stderr).toContain(`${conf}:(whole file): holds nothing that this gateway can run`)
  await expect(stat(data)).rejects.toThrow()
})

test('check says what is not supported, and that the rest is valid', async () => {
  await pythonGateway()
  const { said, exited } = gateway('check', conf)
  expect(await exited).toBe(0)
  const lines = said.stdout.trimEnd().split('\n')
  expect(lines[0]).toMatch(/tb_gateway\.json:connectors\[1\]: not supported: modbus Meters: A connector of the type/)
  expect(lines[1]).toContain(`${join(conf, 'opcua.json')}: left out`)
  expect(lines.at(-1)).toMatch(/: valid, 1 source, ThingsBoard at 127\.0\.0\.1:1; \d+ exact/)
})

test('check of a folder with our own gateway.json, and of one from the Java gateway', async () => {
  await writeFile(join(conf, 'gateway.json'), '{"version":1,"nonsense":true}')
  const own = gateway('check', conf)
  expect(await own.exited).toBe(2)
  expect(own.said.stdout).toContain(`${join(conf, 'gateway.json')}:nonsense: is not a known field`)
  await rm(join(conf, 'gateway.json'))
  for (const name of ['tb-gateway.yml', 'opc-config.json', 'mqtt-config.json', 'opcua.json']) {
    await cp(join(fixtures, name), join(conf, name))
  }
  const java = gateway('check', conf)
  expect(await java.exited).toBe(0)
  expect(java.said.stdout).toMatch(/valid, 2 sources, ThingsBoard at demo\.thingsboard\.io:1883/)
  expect(java.said.stdout).toContain(`${join(conf, 'opcua.json')}: left out`)
})

test.each(['tb_gateway.yaml', 'tb-gateway.yml', 'opc-config.json', 'mqtt.json', 'opcua-old.json'])(
  'check accepts %s',
  async (name) => {
    await cp(join(fixtures, name), join(conf, name))
    const { said, exited } = gateway('check', join(conf, name))
    const code = await exited
    const problems = said.stdout.split('\n').filter((line) => /certificat|can not be read/.test(line))
    // Named files that are not on this PC are a problem, as they are in a gateway.json.
    expect({ code, hasMissingFiles: problems.length > 0 }).toEqual(
      name === 'mqtt.json' ? { code: 2, hasMissingFiles: true } : { code: 0, hasMissingFiles: false },
    )
  },
)
