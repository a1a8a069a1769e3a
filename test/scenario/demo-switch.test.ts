import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { EngineHost } from '../../main/engine/engine-host.ts'
import { LogBook } from '../../main/engine/observe/log.ts'
import { DemoSwitch } from '../../main/host/demo-switch.ts'
import type { GatewayStatus } from '../../shared/status.ts'

let folder = ''
let app: DemoSwitch

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tb-gateway-switch-'))
  const real = new EngineHost({
    engine: {
      dataDir: folder,
      vaultKey: new Uint8Array(32),
      version: '0.0.0',
      demo: false,
      logLevel: 'info',
      environment: {},
    },
    onLog: () => undefined,
    onFatal: (error) => {
      throw new Error(error.message)
    },
  })
  app = new DemoSwitch({
    real,
    version: '0.0.0',
    isDemo: false,
    log: new LogBook(Date.now).logger('host'),
    about: () => ({ host: 'headless', keepsRunning: true, autostart: null }),
    setAutostart: undefined,
  })
  await app.start()
})
afterEach(async () => {
  await app.stop(1000)
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
})

async function status(): Promise<GatewayStatus> {
  const result = await app.request('status.get', null)
  if (!result.ok) throw new Error(result.error.message)
  return result.value as GatewayStatus
}

const demoFolders = () => readdirSync(tmpdir()).filter((name) => name.startsWith('tb-gateway-demo-'))

test('a demo covers the real gateway, delivers to its own ThingsBoard, and is gone afterwards', async () => {
  const before = demoFolders()
  const events: string[] = []
  app.onEvent((channel) => events.push(channel))
  expect(await app.request('app.demo', { action: 'start' })).toEqual({ ok: true, value: { demo: true } })
  expect(events).toContain('engine.state')
  expect(await app.request('app.about', null)).toMatchObject({ value: { demo: true, canLeaveDemo: true } })
  await expect.poll(async () => (await status()).balance.delivered, { timeout: 60_000 }).toBeGreaterThan(0)
  expect((await status()).demo).toBe(true)
  // A second press finds it running.
  expect(await app.request('app.demo', { action: 'start' })).toMatchObject({ ok: true })
  expect(await app.request('app.demo', { action: 'stop' })).toEqual({ ok: true, value: { demo: false } })
  expect(await status()).toMatchObject({ demo: false, connectors: [], balance: { accepted: 0 } })
  expect(demoFolders().filter((name) => !before.includes(name))).toEqual([])
  expect(existsSync(join(folder, 'gateway.json'))).toBe(false)
})

test('a gateway that is set up is not hidden behind a demo', async () => {
  const config = {
    version: 1,
    name: 'Real',
    thingsboard: { host: '127.0.0.1', port: 1, credentials: { type: 'token', token: 't' } },
  }
  const current = await app.request('config.get', null)
  if (!current.ok) throw new Error(current.error.message)
  const { revision } = current.value as { readonly revision: number }
  expect(await app.request('config.save', { config, revision })).toMatchObject({ ok: true })
  await expect.poll(async () => (await status()).uplink.state).not.toBe('unconfigured')
  expect(await app.request('app.demo', { action: 'start' })).toMatchObject({
    ok: false,
    error: { code: 'CONFIG_CONFLICT' },
  })
  expect((await status()).demo).toBe(false)
})

test('a host that can not start with the session says so', async () => {
  expect(await app.request('app.autostart', { enabled: true })).toMatchObject({ ok: false })
})
