import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ensureBundle } from './bundle.ts'
import { desktopCommand, desktopEnvironment } from './electron-under-test.ts'

let dataDir: string
let headless: ChildProcess | undefined

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'tb-gateway-e2e-'))
})
afterEach(async () => {
  if (headless && headless.exitCode === null) {
    headless.kill('SIGTERM')
    await once(headless, 'exit')
  }
  rmSync(dataDir, { recursive: true, force: true })
})

test('a desktop on the data folder of a running headless gateway says so and ends with 3', async () => {
  const appDir = ensureBundle()
  const command = join(appDir, 'out/main/tb-gateway.js')
  headless = spawn(process.execPath, [command, 'run', '--data', dataDir, '--ui', '127.0.0.1:0'], { stdio: 'pipe' })
  let heard = ''
  for (const stream of [headless.stdout, headless.stderr])
    stream?.on('data', (part: Buffer) => (heard += part.toString()))
  await expect.poll(() => heard, { timeout: 60_000 }).toContain('http://127.0.0.1:')

  const { command: electron, args } = desktopCommand({ appDir, dataDir })
  const desktop = spawn(electron, [...args, '--no-sandbox', '--hidden'], { env: desktopEnvironment(), stdio: 'pipe' })
  const [code] = (await once(desktop, 'exit')) as [number | null]
  expect(code).toBe(3)
  expect(headless.exitCode).toBeNull()
})
