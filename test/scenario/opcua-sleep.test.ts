import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { readBalance } from '../../main/engine/store/read-balance.ts'
import { gatewayBench } from '../servers/gateway-bench.ts'
import { makePki, opcuaConfig, startCollector } from '../servers/opcua-bench.ts'
import { startProxy } from '../servers/opcua-proxy.ts'
import { namespaceUri, startOpcuaServer, type TestServerOptions } from '../servers/opcua-server.ts'
import { until } from '../servers/until.ts'

// A computer that sleeps longer than its session lives: after waking values come at once, and what was missed is there or
// declared. Stopping the process stops everything of it but the clock, like sleep does.

const node = `nsu=${namespaceUri};s=counter`
const counter = [{ name: 'counter', value: { dataType: 'Int32', value: 0 } as const }]
/** From waking to the first new value: the spread of waking gateways, the probe, a new session. */
const soonMs = 15_000

async function sleepAndWake(security: 'None' | 'SignAndEncrypt', options: TestServerOptions = {}) {
  const server = await startOpcuaServer({ variables: counter, security: [security], ...options })
  onTestFinished(() => server.close())
  const { dataDir, standIn, gateway } = await gatewayBench()
  if (security !== 'None') {
    const pki = await makePki(join(dataDir, 'pki'))
    const { report } = await pki.judge(server.server.getCertificateChain()[0]!, '127.0.0.1')
    await pki.trust(report.fingerprint)
    await pki.stop(Number.POSITIVE_INFINITY)
  }
  const { publishingIntervalMs, samplingIntervalMs } = { publishingIntervalMs: 100, samplingIntervalMs: 0 }
  gateway.configure({
    version: 1,
    storage: { preallocate: false },
    thingsboard: { host: '127.0.0.1', port: standIn.port, credentials: { type: 'token', token: 'T' } },
    connectors: [
      {
        type: 'opcua',
        id: 'plc',
        name: 'PLC',
        endpointUrl: server.endpointUrl,
        sessionTimeoutMs: 10_000,
        publishingIntervalMs,
        samplingIntervalMs,
        devices: [{ name: 'Line', keys: [{ key: 'counter', node, queueSize: 1000 }] }],
      },
    ],
  })
  gateway.start()
  const seen = () => new Set([...standIn.points('Line', 'counter').values()].map((v) => Number(v.text)))
  const stderr = () => gateway.stderr
  await until('the first value arrives', () => seen().has(0), 40_000, stderr)
  let count = 0
  const counting = setInterval(() => server.set('counter', { dataType: 'Int32', value: ++count }), 200)
  onTestFinished(() => clearInterval(counting))
  await until('values flow', () => seen().has(5), 20_000, stderr)

  process.kill(gateway.pid!, 'SIGSTOP')
  await until('the session has expired', () => server.server.engine.currentSessionCount === 0, 40_000)
  const wokeAt = count
  process.kill(gateway.pid!, 'SIGCONT')
  await until('new values arrive', () => [...seen()].some((n) => n > wokeAt), soonMs, stderr)
  clearInterval(counting)
  await until('the last value arrives', () => seen().has(count), 20_000, stderr)
  expect(gateway.stderr).toContain('engine.woke')
  const missing = () => Array.from({ length: count }, (_, i) => i + 1).filter((n) => !seen().has(n))
  return { missing, gaps: () => readBalance(dataDir)?.gaps ?? 0, stderr }
}

test('where the server hands the subscription over, sleep costs no value', { timeout: 150_000 }, async () => {
  const { missing, gaps, stderr } = await sleepAndWake('SignAndEncrypt')
  await until('nothing is missing', () => missing().length === 0, 20_000, stderr)
  expect(gaps()).toBe(0)
})

test('where the server has forgotten us but keeps a history, sleep costs no value', { timeout: 150_000 }, async () => {
  const { missing, gaps, stderr } = await sleepAndWake('None', { variables: [{ ...counter[0]!, history: true }] })
  await until('nothing is missing', () => missing().length === 0, 20_000, stderr)
  expect(gaps()).toBe(0)
})

test('where neither is given, the time of sleep is declared', { timeout: 150_000 }, async () => {
  const { missing, gaps, stderr } = await sleepAndWake('None')
  await until('the gap is recorded', () => gaps() > 0, 20_000, stderr)
  expect(missing().length).toBeGreaterThan(20)
})

test('a connection that only looks alive after sleep is found out in seconds, whatever the time-out of requests', {
  timeout: 60_000,
}, async () => {
  const server = await startOpcuaServer({ variables: counter })
  onTestFinished(() => server.close())
  const proxy = await startProxy(server.port)
  onTestFinished(() => proxy.close())
  const config = opcuaConfig(`opc.tcp://127.0.0.1:${proxy.port}`, [{ node }], { requestTimeoutMs: 120_000 })
  const bench = await startCollector(config)
  onTestFinished(() => bench.close())
  await expect.poll(() => bench.sink.samples.length, { timeout: 10_000 }).toBe(1)
  proxy.strand()
  server.set('counter', { dataType: 'Int32', value: 7 })
  bench.collector.retry()
  await expect.poll(() => bench.sink.last(0)?.value, { timeout: soonMs }).toBe(7)
})
