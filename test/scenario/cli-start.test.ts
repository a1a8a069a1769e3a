import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'

const root = resolve(import.meta.dirname, '../..')
/** It may have to build first. */
const startMs = 120_000
let folder: string
let electron: string
let child: ChildProcess | undefined

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tbgw-start-'))
  electron = join(folder, 'electron')
  await writeFile(electron, `#!/bin/sh\nprintf '%s\\n' "$@" > '${folder}/arguments'\nexit 7\n`)
  await chmod(electron, 0o755)
})
afterEach(async () => {
  child?.kill('SIGKILL')
  await rm(folder, { recursive: true, force: true })
})

function start(
  environment: Record<string, string>,
  ...args: string[]
): { exited: Promise<number | null>; output: () => string } {
  const { DISPLAY: _display, WAYLAND_DISPLAY: _wayland, ...rest } = process.env
  const started = spawn(process.execPath, [join(root, 'main/headless/launch.mjs'), 'start', ...args], {
    env: { ...rest, ELECTRON_EXEC_PATH: electron, ...environment },
  })
  child = started
  let output = ''
  for (const stream of [started.stdout, started.stderr]) {
    stream.on('data', (text: Buffer) => {
      output += text.toString()
    })
  }
  return { exited: new Promise((done) => started.once('exit', done)), output: () => output }
}

test.skipIf(process.platform !== 'linux')(
  'without a display it says so once and carries on with run and the same UI',
  async () => {
    const { exited, output } = start({}, '--data', join(folder, 'data'))
    await vi.waitFor(() => expect(output()).toContain('UI: http://127.0.0.1:'), { timeout: startMs })
    expect(output().match(/There is no display here/g)).toHaveLength(1)
    child?.kill('SIGTERM')
    expect(await exited).toBe(0)
  },
)

test.skipIf(process.platform === 'win32')('started by npm it drains and ends when npm is terminated', async () => {
  const launch = JSON.stringify([join(root, 'main/headless/launch.mjs'), 'start', '--data', join(folder, 'data')])
  // What npm does: a child in the same terminal, and no handler for SIGTERM.
  const npm = `const c = require('node:child_process').spawn(process.execPath, ${launch}, { stdio: 'inherit' })
    console.log('pid=' + c.pid)`
  const { DISPLAY: _display, WAYLAND_DISPLAY: _wayland, ...rest } = process.env
  const parent = spawn(process.execPath, ['-e', npm], {
    env: { ...rest, ELECTRON_EXEC_PATH: electron, npm_lifecycle_event: 'start' },
  })
  child = parent
  let output = ''
  for (const stream of [parent.stdout, parent.stderr]) {
    stream.on('data', (text: Buffer) => {
      output += text.toString()
    })
  }
  await vi.waitFor(() => expect(output).toContain('UI: http://127.0.0.1:'), { timeout: startMs })
  const gateway = Number(/pid=(\d+)/.exec(output)?.[1])
  parent.kill('SIGTERM')
  await vi.waitFor(() => expect(() => process.kill(gateway, 0)).toThrow(), { timeout: 20_000 })
  // Left behind by a process that was killed, removed by one that ended in good order.
  expect(existsSync(join(folder, 'data', 'access.json'))).toBe(false)
})

test('with a binary and a display it opens the window with the same arguments and passes its exit code on', async () => {
  const { exited } = start({ DISPLAY: ':99' }, '--demo', '--data', folder)
  expect(await exited).toBe(7)
  const given = (await readFile(join(folder, 'arguments'), 'utf8')).trim().split('\n')
  expect(resolve(given[0] ?? '')).toBe(root)
  expect(given.slice(-3)).toEqual(['--demo', '--data', folder])
})
