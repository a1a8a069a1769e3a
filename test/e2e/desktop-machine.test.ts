import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeAll, expect, test } from 'vitest'
import { DesktopRun, isStandIn, type StandInGlobals } from './desktop-run.ts'
import { buildFixtureApp } from './fixtures/fixture-app.ts'

// What the PC does to the gateway: sleep, shutdown, a graphics driver that dies.

let appDir: string
let run: DesktopRun | undefined

beforeAll(async () => {
  appDir = await buildFixtureApp('machine')
})
afterEach(async () => {
  await run?.end()
  run = undefined
})

test('the engine hears of sleep and of waking up', async () => {
  run = await DesktopRun.start({ appDir })
  await run.running(await run.page())
  await run.app.evaluate(({ powerMonitor }) => {
    powerMonitor.emit('suspend')
    powerMonitor.emit('resume')
  })
  await expect.poll(() => run?.log()).toMatch(/fixture suspend[\s\S]*fixture resume/)
})

test.skipIf(process.platform === 'win32')('a shutdown waits until everything is put away', async () => {
  run = await DesktopRun.start({ appDir })
  await run.running(await run.page())
  const code = run.ended()
  const prevented = await run.app.evaluate(({ powerMonitor }) => {
    let held = false
    powerMonitor.emit('shutdown', {
      preventDefault() {
        held = true
      },
    })
    return held
  })
  expect(prevented).toBe(true)
  expect(await code).toBe(0)
})

test.skipIf(!isStandIn)(
  'after three crashes of the graphics process it starts again without acceleration',
  async () => {
    run = await DesktopRun.start({ appDir })
    await run.running(await run.page())
    const code = run.ended()
    const relaunches = await run.app.evaluate(({ app }) => {
      for (const reason of ['crashed', 'clean-exit', 'crashed', 'oom'])
        app.emit('child-process-gone', {}, { type: 'GPU', reason })
      return (globalThis as unknown as StandInGlobals).standInElectron.relaunches
    })
    expect(relaunches).toBe(1)
    expect(await code).toBe(0)
    const settings = JSON.parse(readFileSync(join(run.dataDir, 'shell.json'), 'utf8')) as Record<string, unknown>
    expect(settings['hardwareAcceleration']).toBe(false)
  },
)

test.skipIf(!isStandIn)(
  'a PC without acceleration starts without it, and is kept awake while it collects',
  async () => {
    run = await DesktopRun.start({ appDir }, { settings: { hardwareAcceleration: false } })
    await run.running(await run.page())
    const seen = await run.app.evaluate(() => {
      const { hardwareAcceleration, powerSaveBlockers } = (globalThis as unknown as StandInGlobals).standInElectron
      return { hardwareAcceleration, blockers: [...powerSaveBlockers.values()] }
    })
    expect(seen).toEqual({ hardwareAcceleration: false, blockers: ['prevent-app-suspension'] })
  },
)
