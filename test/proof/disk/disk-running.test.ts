import { execFileSync } from 'node:child_process'
import { readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { makeStore, temporaryFolder } from '../../contract/store-kit.ts'
import { StoreProcess } from '../../scenario/store-process.ts'
import { smallVolume } from '../../servers/small-volume.ts'
import { inspectFolder, promisesOf } from './store-run.ts'

const busy = (child: StoreProcess, groups = 30) =>
  vi.waitFor(() => expect(child.all('through').length).toBeGreaterThanOrEqual(groups), { timeout: 60_000 })

test('files deleted under a running store: it ends or goes on, the next start takes in again and says what is gone', async () => {
  const folder = temporaryFolder()
  const child = new StoreProcess([folder, 'load', '0'])
  await busy(child)
  for (const name of readdirSync(folder)) {
    if (statSync(join(folder, name)).isFile() && !/^lock/.test(name) && !/mark|hwm/.test(name))
      rmSync(join(folder, name))
  }
  const before = child.all('through').length
  await Promise.race([
    child.ended,
    vi.waitFor(() => expect(child.all('through').length).toBeGreaterThan(before + 5), 20_000),
  ])
  await child.kill()
  const promised = promisesOf(child)
  const { lost, altered, balanced, intakeResumed, issues } = await inspectFolder(folder, promised)
  expect({ altered, balanced, intakeResumed }).toEqual({ altered: [], balanced: true, intakeResumed: true })
  if (lost > 0) expect(issues.length, `${lost} values are gone and nobody says so`).toBeGreaterThan(0)
})

test('two instances: the second one says so and ends with 3, the first one does not notice', async () => {
  const folder = temporaryFolder()
  const first = new StoreProcess([folder, 'load', '0'])
  await busy(first)
  const second = new StoreProcess([folder, 'load', '0'])
  expect(await second.ended).toBe(3)
  expect(second.all('refused')).toMatchObject([{ code: 'STORE_LOCKED', hint: expect.stringContaining('process') }])
  await busy(first, first.all('through').length + 10)
  await first.kill()
  expect(await inspectFolder(folder, promisesOf(first))).toMatchObject({
    lost: 0,
    altered: [],
    issues: [],
    balanced: true,
  })
})

test('a volume that is read-only at the start is refused in words, and all is there when it is writable again', async (context) => {
  const folder = smallVolume(200)
  if (folder === undefined) return context.skip('mounting a volume needs root')
  const child = new StoreProcess([folder, 'load', '0'])
  await busy(child)
  await child.kill()
  execFileSync('mount', ['-o', 'remount,ro', folder])
  const { store } = makeStore(folder)
  await expect(store.start()).rejects.toMatchObject({
    code: expect.stringMatching(/^STORE_/),
    hint: expect.stringContaining('folder'),
  })
  await store.stop(Number.POSITIVE_INFINITY)
  execFileSync('mount', ['-o', 'remount,rw', folder])
  expect(await inspectFolder(folder, promisesOf(child))).toMatchObject({
    lost: 0,
    altered: [],
    issues: [],
    balanced: true,
  })
})
