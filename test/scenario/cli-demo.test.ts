import { execFile } from 'node:child_process'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'

const entry = resolve(import.meta.dirname, '../../main/headless/tb-gateway.ts')

test('the demo delivers every device and key of the plant, balances, exits 0 and leaves nothing behind', async () => {
  // Its own place for temporary folders: other demos may run on this machine.
  const folder = await mkdtemp(join(tmpdir(), 'tbgw-demo-'))
  const { code, stdout, stderr } = await demo(folder, '--seconds', '8', '--json')
  expect(code, stderr).toBe(0)
  const { ok, balance, arrived } = JSON.parse(stdout)
  expect(ok).toBe(true)
  expect(balance.accepted).toBe(balance.delivered + balance.pending + balance.quarantined + balance.dropped)
  expect(balance).toMatchObject({ quarantined: 0, dropped: 0 })
  expect(arrived).toMatchObject({ devices: 11, conflicts: 0 })
  expect(arrived.datapoints).toBeGreaterThan(100)
  expect(stderr).toContain('UI: http://127.0.0.1:')
  expect(await readdir(folder)).toEqual([])
  await rm(folder, { recursive: true })
})

function demo(folder: string, ...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((done) => {
    execFile(
      process.execPath,
      [entry, 'demo', ...args],
      { env: { ...process.env, TMPDIR: folder, TEMP: folder } },
      (error, stdout, stderr) => {
        done({ code: typeof error?.code === 'number' ? error.code : error ? -1 : 0, stdout, stderr })
      },
    )
  })
}
