import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { readAccess } from '../../main/headless/data-folder.ts'

const entry = resolve(import.meta.dirname, '../../main/headless/tb-gateway.ts')
const startMs = 20_000
let folder: string
const running: Gateway[] = []

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tbgw-run-'))
})
afterEach(async () => {
  for (const gateway of running.splice(0)) gateway.process.kill('SIGKILL')
  await rm(folder, { recursive: true, force: true })
})

interface Gateway {
  readonly process: ChildProcess
  readonly exited: Promise<number | null>
  output: string
}

function start(...args: string[]): Gateway {
  const child = spawn(process.execPath, [entry, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  const exited = new Promise<number | null>((done) => child.once('exit', done))
  const gateway: Gateway = { process: child, exited, output: '' }
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (text: Buffer) => {
      gateway.output += text.toString()
    })
  }
  running.push(gateway)
  return gateway
}

const runs = (gateway: Gateway): Promise<void> =>
  vi.waitFor(() => expect(gateway.output).toContain('ThingsBoard IoT Gateway runs'), { timeout: startMs })
async function uiOf(dataDir: string): Promise<{ url: string; token: string }> {
  const access = await readAccess(dataDir)
  if (!access?.ui) throw new Error('no access.json with a UI')
  return access.ui
}

const ui = ['--ui', '127.0.0.1:0']

test('a second instance on the same folder exits 3 and leaves the first one alone', async () => {
  const first = start('run', '--data', folder, ...ui)
  await runs(first)
  const access = await readFile(join(folder, 'access.json'), 'utf8')
  const second = start('run', '--data', folder, ...ui)
  expect(await second.exited).toBe(3)
  expect(second.output).toMatch(/another|already/i)
  expect(await readFile(join(folder, 'access.json'), 'utf8')).toBe(access)
  expect(first.process.exitCode).toBeNull()
})

test('a broken gateway.json does not keep it from running: health, UI and status say so', async () => {
  await writeFile(join(folder, 'gateway.json'), '{ "version": 1,, }')
  const gateway = start('run', '--data', folder, ...ui)
  await runs(gateway)
  const status = start('status', '--data', folder, '--json')
  expect(await status.exited).toBe(0)
  const { running: isRunning, configProblem } = JSON.parse(status.output)
  expect(isRunning).toBe(true)
  expect(configProblem).toMatch(/line 1, column 16/)
})

test('it prints an address that opens the UI; files with secrets are for the owner; SIGTERM exits 0 and cleans up', async () => {
  const gateway = start('run', '--data', folder, ...ui)
  await runs(gateway)
  const access = await uiOf(folder)
  expect(gateway.output).toContain(`UI: ${access.url}/#token=${access.token}`)
  expect((await fetch(`${access.url}/healthz`)).status).toBe(200)
  expect(await (await fetch(`${access.url}/metrics`)).text()).toContain('tbgw_datapoints_accepted_total 0')
  for (const name of ['access.json', 'vault.key']) expect((await stat(join(folder, name))).mode & 0o777).toBe(0o600)
  gateway.process.kill('SIGTERM')
  expect(await gateway.exited).toBe(0)
  await expect(stat(join(folder, 'access.json'))).rejects.toThrow()
})

test('after kill -9 the same folder starts again, and status knows that nobody runs', async () => {
  const first = start('run', '--data', folder, ...ui)
  await runs(first)
  first.process.kill('SIGKILL')
  await first.exited
  const status = start('status', '--data', folder)
  expect(await status.exited).toBe(0)
  expect(status.output).toMatch(/^not running/)
  const second = start('run', '--data', folder, ...ui)
  await runs(second)
})

test('a named port that is taken is said in words and exits 75', async () => {
  const first = start('run', '--data', folder, ...ui)
  await runs(first)
  const { url } = await uiOf(folder)
  const second = start('run', '--data', join(folder, 'other'), '--ui', `127.0.0.1:${new URL(url).port}`)
  expect(await second.exited).toBe(75)
  expect(second.output).toMatch(/the port is in use.*--ui HOST:PORT/)
})

test('without a UI status still knows that it runs, and a reader that went away does not end it', async () => {
  const gateway = start('run', '--data', folder, '--ui', 'off')
  await runs(gateway)
  gateway.process.stdout?.destroy()
  gateway.process.stderr?.destroy()
  const status = start('status', '--data', folder, '--json')
  expect(await status.exited).toBe(0)
  expect(JSON.parse(status.output)).toMatchObject({ running: true, balance: { accepted: 0 } })
  gateway.process.kill('SIGINT')
  expect(await gateway.exited).toBe(0)
})

test('what is wrong with a broken gateway.json is printed: place and cause', async () => {
  await writeFile(join(folder, 'gateway.json'), '{ "version": 1, "nmae": "x" }')
  const gateway = start('run', '--data', folder, ...ui)
  await runs(gateway)
  expect(gateway.output).toMatch(/warn config config\.problem .*gateway\.json:nmae .*is not a known field/)
})
