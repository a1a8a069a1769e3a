import { afterEach, beforeAll, expect, test } from 'vitest'
import { DesktopRun, request } from './desktop-run.ts'
import { buildFixtureApp } from './fixtures/fixture-app.ts'

// With the fixture engine, which crashes on demand.

let appDir: string
let run: DesktopRun | undefined

beforeAll(async () => {
  appDir = await buildFixtureApp('engine-crash')
})
afterEach(() => run?.end())

test('an engine that crashes is started again, and the window is told', async () => {
  run = await DesktopRun.start({ appDir })
  const page = await run.page()
  await run.running(page)
  await page.evaluate(() => {
    const states: string[] = []
    Object.assign(window, { states })
    window.gateway.on('engine.state', (payload) => {
      const { state, detail } = payload as { state: string; detail: string }
      states.push(`${state} ${detail}`)
    })
  })
  const answer = await request(page, 'connector.retry', { connectorId: 'any' })
  expect(answer).toMatchObject({ ok: false, error: { code: 'BUSY' } })
  const states = (): Promise<string[]> => page.evaluate(() => (window as unknown as { states: string[] }).states)
  await expect.poll(async () => (await states()).at(-1), { timeout: 20_000 }).toMatch(/^running/)
  expect((await states()).join('\n')).toMatch(/restarting .*crash on demand.* started again/)
  expect(await request(page, 'status.get', null)).toMatchObject({ ok: true })
  await expect.poll(() => run?.log()).toContain('engine.crashed')
})
