import { afterEach, expect, test, vi } from 'vitest'
import { EngineHost } from '../../main/engine/engine-host.ts'

const hosts: EngineHost[] = []
afterEach(async () => {
  await Promise.all(hosts.splice(0).map((host) => host.stop(100)))
})

function hostWith(script: string) {
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
