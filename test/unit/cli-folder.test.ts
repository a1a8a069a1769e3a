import { execFile } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../contract/store-kit.ts'

// A data folder that can not be used ends the gateway with words and "try again" (75), in time.

const entry = resolve(import.meta.dirname, '../../main/headless/tb-gateway.ts')

function run(data: string): Promise<{ code: number; stderr: string }> {
  return new Promise((done) => {
    execFile(process.execPath, [entry, 'run', '--data', data, '--ui', 'off'], { timeout: 20_000 }, (error, _, stderr) =>
      done({ code: typeof error?.code === 'number' ? error.code : error ? -1 : 0, stderr }),
    )
  })
}

test.skipIf(process.platform !== 'linux')('a folder in which nothing can be made', { timeout: 30_000 }, async () => {
  const { code, stderr } = await run('/proc/nope/data')
  expect(code).toBe(75)
  expect(stderr).toContain('/proc/nope/data can not be created')
  expect(stderr).toContain('Choose a folder this user may write to.')
})

test('a file where the data folder should be', { timeout: 30_000 }, async () => {
  const path = join(temporaryFolder(), 'data')
  writeFileSync(path, 'somebody')
  const { code, stderr } = await run(path)
  expect(code).toBe(75)
  expect(stderr).toContain('can not be created')
})

test('a file where the folder of the certificates should be', { timeout: 30_000 }, async () => {
  const folder = join(temporaryFolder(), 'data')
  mkdirSync(folder)
  writeFileSync(join(folder, 'pki'), 'somebody')
  const { code, stderr } = await run(folder)
  expect(code).toBe(75)
  expect(stderr).toContain('is a file, and the certificates need a folder of that name. Move the file away')
})
