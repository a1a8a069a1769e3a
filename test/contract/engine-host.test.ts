import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, onTestFinished, test, vi } from 'vitest'
import { EngineHost } from '../../main/engine/engine-host.ts'
import { defaultWatchLimits, type WatchLimits } from '../../main/engine/engine-watch.ts'

const hosts: EngineHost[] = []
afterEach(async () => {
  await Promise.all(hosts.splice(0).map((host) => host.stop(100)))
})

function hostWith(script: string, limits: Partial<WatchLimits> = {}) {
  const fatal: number[] = []
  const logs: string[] = []
  const host = new EngineHost({
    engine: {
      dataDir: '/nowhere',
      vaultKey: new Uint8Array(32),
      version: script,
      demo: false,
      logLevel: 'info',
      environment: {},
    },
    entry: new URL('../fakes/scripted-engine.ts', import.meta.url),
    limits: { ...defaultWatchLimits, ...limits },
    onLog: (entry) => logs.push(`${entry.event} ${entry.fields}`),
    onFatal: (_error, exitCode) => fatal.push(exitCode),
  })
  hosts.push(host)
  return { host, fatal, logs }
}

test('answers requests from the thread, and with an error when it is not running', async () => {
  const { host } = hostWith('well')
  expect(await host.request('status.get', null)).toMatchObject({ ok: false, error: { code: 'BUSY' } })
  await host.start()
  expect(await host.request('issues.list', { closed: false })).toEqual({ ok: true, value: { closed: false } })
})

test('a request under way when the engine crashes is answered, and the engine comes back', async () => {
  const { host, logs } = hostWith('well')
  await host.start()
  const answer = await host.request('connector.retry', { connectorId: 'x' })
  expect(answer).toMatchObject({ ok: false, error: { code: 'BUSY' } })
  expect(host.state.value).toMatchObject({ state: 'restarting' })
  expect(host.state.value.detail).toContain('scripted crash')
  await vi.waitFor(() => expect(host.state.value.state).toBe('running'), { timeout: 10_000 })
  expect(logs.join('\n')).toContain('engine.crashed')
})

test('the third crash in a row starts it in safe mode', async () => {
  const { host } = hostWith('crashes')
  let safe = false
  host.onEvent((channel, payload) => {
    if (channel === 'issues.changed' && (payload as { open: number }).open === 99) safe = true
  })
  await host.start()
  await vi.waitFor(() => expect(safe).toBe(true), { timeout: 20_000 })
  expect(host.state.value.detail).toMatch(/[Ss]afe mode/)
})

test('an engine that can not start is not tried again and its exit code is passed on', async () => {
  const { host, fatal } = hostWith('refuses')
  await host.start()
  expect(fatal).toEqual([3])
  expect(host.state.value).toMatchObject({ state: 'stopped', detail: 'Another gateway uses this folder' })
})

test('stop returns although the thread does not answer', async () => {
  const { host } = hostWith('deaf')
  await host.start()
  await host.stop(50)
  expect(host.state.value.state).toBe('stopped')
})

test('work without progress restarts the uplink first and then the thread, which learns why', async () => {
  const { host, logs } = hostWith('stuck', { stalledMs: 300 })
  await host.start()
  await vi.waitFor(() => expect(logs.join('\n')).toContain('after ThingsBoard answered nothing'), { timeout: 10_000 })
  const events = logs.filter((line) => /^(uplink|after)/.test(line)).map((line) => line.split(' ', 1)[0])
  expect(events.slice(0, 2)).toEqual(['uplink', 'after'])
  expect(logs.join('\n')).not.toContain('engine.crashed')
})

test('a thread that does not end when told to is ended, and that is no crash', { timeout: 20_000 }, async () => {
  const { host, logs } = hostWith('deaf', { stalledMs: 300 })
  await host.start()
  await vi.waitFor(() => expect(logs.join('\n')).toContain('after ThingsBoard answered nothing'), { timeout: 15_000 })
  expect(logs.join('\n')).not.toContain('engine.crashed')
  await host.stop(50)
})

test('memory over the ceiling: a new thread takes over and the memory of the old one is given back', async () => {
  const mebibyte = 2 ** 20
  const { host, logs } = hostWith('grows', { heapBytes: 100 * mebibyte })
  const before = process.memoryUsage.rss()
  let highest = 0
  const watching = setInterval(() => {
    highest = Math.max(highest, process.memoryUsage.rss())
  }, 5)
  await host.start()
  await vi.waitFor(() => expect(logs.join('\n')).toMatch(/after its heap had grown to \d+ MB/), { timeout: 20_000 })
  clearInterval(watching)
  expect(highest - before).toBeGreaterThan(100 * mebibyte)
  await vi.waitFor(() => expect(process.memoryUsage.rss() - before).toBeLessThan((highest - before) / 2), {
    timeout: 10_000,
  })
  expect(host.state.value.state).toBe('running')
})

test('safe mode ends by itself when the engine has been healthy in it', { timeout: 30_000 }, async () => {
  const { host } = hostWith('crashes', { safeModeMs: 500 })
  const modes: number[] = []
  host.onEvent((channel, payload) => {
    if (channel === 'issues.changed') modes.push((payload as { open: number }).open)
  })
  await host.start()
  // It crashes again at once when its sources are back, and is in safe mode again without two more crashes.
  await vi.waitFor(() => expect(modes.filter((open) => open === 99).length).toBe(2), { timeout: 25_000 })
  expect(modes).toEqual([0, 0, 0, 99, 0, 99])
})

test('the real engine hands over in a planned restart within seconds and says why', { timeout: 60_000 }, async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'tbgw-host-'))
  onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }))
  const states: string[] = []
  const host = new EngineHost({
    engine: { dataDir, vaultKey: new Uint8Array(32), version: '1', demo: false, logLevel: 'info', environment: {} },
    // Any heap is over this ceiling, once.
    limits: { ...defaultWatchLimits, heapBytes: 1 },
    onLog: () => {},
    onFatal: () => {},
  })
  hosts.push(host)
  host.state.subscribe(({ state }) => {
    if (states.at(-1) !== state) states.push(state)
  })
  await host.start()
  await vi.waitFor(
    () => expect(states).toEqual(['stopped', 'starting', 'running', 'restarting', 'starting', 'running']),
    {
      timeout: 50_000,
    },
  )
  const answer = await host.request('issues.list', { closed: false })
  expect(JSON.stringify(answer)).toContain('ENGINE_RESTARTED')
})
