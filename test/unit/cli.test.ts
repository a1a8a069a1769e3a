import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { demoConfig } from '../../main/demo/demo-config.ts'
import { runCommandLine } from '../../main/headless/cli.ts'

const entry = resolve(import.meta.dirname, '../../main/headless/tb-gateway.ts')
let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tbgw-cli-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

interface Ended {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

function gateway(...args: string[]): Promise<Ended> {
  return new Promise((done) => {
    execFile(process.execPath, [entry, ...args], (error, stdout, stderr) => {
      done({ code: typeof error?.code === 'number' ? error.code : error ? -1 : 0, stdout, stderr })
    })
  })
}

test.each([
  [[], /Usage: tb-gateway <command>/],
  [['help', 'convert'], /"convert" is not a command/],
  [['help', 'run', 'now'], /"now" is one argument too many/],
  [['--version', 'x'], /"x" is one argument too many/],
  [['--verbose'], /"--verbose" is not a command/],
  [['convert', 'x'], /"convert" is not a command/],
  [['check'], /PATH is missing/],
  [['check', 'a', 'b'], /one argument too many/],
  [['check', '--fast', 'a'], /--fast/],
  [['run'], /--data DIR is missing/],
  [['run', '--data'], /--data/],
  [['run', '--data', 'x', '--ui', 'nowhere'], /not HOST:PORT nor off/],
  [['run', '--data', 'x', '--ui', '127.0.0.1:99999'], /not HOST:PORT nor off/],
  [['demo', '--seconds', 'ten'], /not a number/],
  [['demo', '--seconds', '-5'], /--seconds "-5" is not a number from 1 to 86400\.\n/],
  [['status', '--data', '/does/not/exist'], /not a folder/],
  [['schema', 'x'], /x/],
])('%j is a usage error: exit 64, usage on stderr, nothing on stdout', async (args, message) => {
  const { code, stdout, stderr } = await gateway(...args)
  expect({ code, stdout }).toEqual({ code: 64, stdout: '' })
  expect(stderr).toMatch(message)
  expect(stderr).toContain('Usage: tb-gateway')
})

test.each([[['--help']], [['-h']], [['help']]])('%j prints the usage on stdout and exits 0', async (args) => {
  const { code, stdout, stderr } = await gateway(...args)
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout).toMatch(/^Usage: tb-gateway <command>/)
  for (const name of commandNames) expect(stdout).toContain(`\n  ${name} `)
})

const commandNames = ['run', 'demo', 'check', 'import', 'export', 'browse', 'status', 'selfcheck', 'schema']

test('every command explains itself on stdout, whatever else is asked for, and runs nothing', async () => {
  let stdout = ''
  const spy = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    stdout += text.toString()
    return true
  })
  const ask = async (...args: string[]): Promise<string> => {
    stdout = ''
    expect(await runCommandLine(args)).toBe(0)
    return stdout
  }
  try {
    for (const name of commandNames) {
      const said = await ask(name, 'x', '--help')
      expect(said).toMatch(new RegExp(`^Usage: tb-gateway ${name}`))
      expect(said.trim().split('\n').length).toBeGreaterThan(2)
      expect(await ask('help', name)).toBe(said)
    }
  } finally {
    spy.mockRestore()
  }
})

test('npm start -- --help explains itself, and builds and opens nothing', async () => {
  const launch = resolve(import.meta.dirname, '../../main/headless/launch.mjs')
  const said = await new Promise<string>((done, failed) => {
    execFile(process.execPath, [launch, 'start', '--help'], (error, stdout) => (error ? failed(error) : done(stdout)))
  })
  expect(said).toMatch(/^Usage: npm start -- \[--demo\] \[--data DIR\]/)
})

test('--version prints the version of the product', async () => {
  const { version } = JSON.parse(await readFile(resolve(import.meta.dirname, '../../package.json'), 'utf8'))
  expect(await gateway('--version')).toEqual({ code: 0, stdout: `tb-gateway ${version}\n`, stderr: '' })
})

test('check prints file:path: message for every problem and exits 2', async () => {
  const path = join(folder, 'gateway.json')
  await writeFile(path, JSON.stringify({ version: 1, extra: 1, connectors: [{ type: 'mqtt', id: 'a', name: 'A' }] }))
  const { code, stdout } = await gateway('check', path)
  expect(code).toBe(2)
  expect(stdout.trimEnd().split('\n').sort()).toEqual([
    `${path}:connectors[0].host: is missing; it must be a text in quotes`,
    `${path}:extra: is not a known field; remove it or check its spelling`,
  ])
})

test.each([
  ['missing.json', undefined, /does not exist/],
  ['bad.json', '{"version":1,,}', /line 1, column 14/],
  ['tb_gateway.yaml', 'thingsboard:\n', /\(whole file\): holds nothing that this gateway can run/],
  ['tb_gateway.yaml', 'thingsboard:\n  host: [h\n', /\(whole file\): can not be read: line \d/],
  [
    'tb_gateway.json',
    '{"thingsboard":{"host":"x","security":{}}}',
    /thingsboard.host: not supported: x: There is no access/,
  ],
  ['tb_gateway.json', '{"thingsboard":', /\(whole file\): can not be read: line 1/],
])('check of %s says what it is and exits 2', async (name, text, message) => {
  const path = join(folder, name)
  if (text !== undefined) await writeFile(path, text)
  const { code, stdout } = await gateway('check', path)
  expect(code).toBe(2)
  expect(stdout).toMatch(message)
  expect(stdout.startsWith(`${path}:`)).toBe(true)
})

test('check names node addresses that can not be, and certificate files that are not there or no PEM', async () => {
  const path = join(folder, 'gateway.json')
  const notPem = join(folder, 'ca.der')
  await writeFile(notPem, 'x')
  const withNodes = (nodes: string[]) => ({
    version: 1,
    connectors: [
      {
        type: 'opcua',
        id: 'a',
        name: 'A',
        endpointUrl: 'opc.tcp://h:4840',
        devices: [{ name: 'D', keys: nodes.map((node, i) => ({ key: `k${i}`, node })) }],
      },
    ],
  })
  const guid = 'ns=1;g=09087e75-8e5e-499b-954f-f2a9603db28a'
  const bad = ['i=abc', 'g=123', 'ns=2;i=4294967296', 'nsu=urn:x;b=*']
  await writeFile(path, JSON.stringify(withNodes([...bad, 'i=2258', guid, 'b=aGk=', 's=i=abc', '/Objects/i=abc'])))
  const nodes = await gateway('check', path)
  expect(nodes.code).toBe(2)
  const lines = nodes.stdout.trimEnd().split('\n')
  expect(lines.map((line) => /keys\[(\d+)\]\.node/.exec(line)?.[1])).toEqual(['0', '1', '2', '3'])
  expect(lines[0]).toContain('after i= stands a whole number')

  const thingsboard = {
    host: 'h',
    credentials: { type: 'certificate', certFile: join(folder, 'no.pem'), keyFile: join(folder, 'no.key') },
    tls: { enabled: true, caFile: notPem },
  }
  await writeFile(path, JSON.stringify({ version: 1, thingsboard }))
  const files = await gateway('check', path)
  expect(files.code).toBe(2)
  expect(files.stdout).toContain(`${path}:thingsboard.tls.caFile: names ${notPem}, which holds no PEM text; convert it`)
  expect(files.stdout).toContain(
    `thingsboard.credentials.certFile: names ${join(folder, 'no.pem')}, which can not be read`,
  )
  expect(files.stdout).toContain('thingsboard.credentials.keyFile: ')
})

test('check accepts the configuration of the demo', async () => {
  const path = join(folder, 'gateway.json')
  const config = demoConfig({
    opcuaUrl: 'opc.tcp://127.0.0.1:4840/plant',
    mqttPort: 1883,
    thingsboardPort: 1884,
    token: 't',
  })
  await writeFile(path, JSON.stringify(config))
  expect(await gateway('check', path)).toMatchObject({
    code: 0,
    stdout: `${path}: valid, 2 sources, ThingsBoard at 127.0.0.1:1884\n`,
  })
})

test('run with a configuration that is not there exits 2 and creates nothing', async () => {
  const dataDir = join(folder, 'data')
  const { code, stderr } = await gateway('run', '--data', dataDir, '--config', join(folder, 'nope.json'), '--ui', 'off')
  expect(code).toBe(2)
  expect(stderr).toMatch(/nope\.json:\(whole file\): does not exist/)
  expect((await gateway('status', '--data', dataDir)).code).toBe(64)
})

test('status of a folder that never ran says so', async () => {
  const { code, stdout } = await gateway('status', '--data', folder, '--json')
  expect(code).toBe(0)
  expect(JSON.parse(stdout)).toMatchObject({ running: false, balance: { accepted: 0, pending: 0 } })
})

test('schema prints a JSON Schema that names every part of gateway.json', async () => {
  const { code, stdout } = await gateway('schema')
  expect(code).toBe(0)
  const schema = JSON.parse(stdout)
  expect(schema.$schema).toContain('json-schema.org')
  expect(Object.keys(schema.properties)).toEqual(['version', 'name', 'thingsboard', 'storage', 'connectors'])
})
