import { join } from 'node:path'
import { StatusCodes, TransferResult } from 'node-opcua'
import { expect, onTestFinished, test } from 'vitest'
import { gatewayBench } from '../servers/gateway-bench.ts'
import { makePki } from '../servers/opcua-bench.ts'
import { namespaceUri, startOpcuaServer, type TestServer, type TestServerOptions } from '../servers/opcua-server.ts'
import { until } from '../servers/until.ts'

// A counter goes on every 150 ms while the gateway is dead for 8 s. What ThingsBoard has afterwards is compared with what
// the server counted.

const stepMs = 150
const deadMs = 8000

interface Outcome {
  /** Counter values the server had, with their source timestamps, that ThingsBoard never got. */
  readonly missing: readonly (readonly [value: number, ts: number])[]
  readonly total: number
  readonly stderr: string
  readonly killedAt: number
  readonly backAt: number
}

async function killedFor8s(options: TestServerOptions, history = false): Promise<Outcome> {
  const server = await startOpcuaServer({
    ...options,
    security: ['SignAndEncrypt'],
    variables: [{ name: 'counter', value: { dataType: 'Int32', value: 0 }, history }],
  })
  onTestFinished(() => server.close())
  const { dataDir, standIn, gateway } = await gatewayBench({ maxRecorded: 100_000 })
  await trustServer(join(dataDir, 'pki'), server)
  gateway.configure({
    version: 1,
    thingsboard: { host: '127.0.0.1', port: standIn.port, credentials: { type: 'token', token: 'T' } },
    connectors: [
      {
        type: 'opcua',
        id: 'plc',
        name: 'PLC',
        endpointUrl: server.endpointUrl,
        publishingIntervalMs: 250,
        samplingIntervalMs: 50,
        queueSize: 1000,
        devices: [{ name: 'Line', keys: [{ key: 'counter', node: `nsu=${namespaceUri};s=counter` }] }],
      },
    ],
  })
  const sent = new Map<number, number>()
  let count = 0
  const counting = setInterval(() => {
    const now = new Date()
    sent.set(++count, now.getTime())
    server.set('counter', { dataType: 'Int32', value: count }, StatusCodes.Good, now)
  }, stepMs)
  onTestFinished(() => clearInterval(counting))

  const received = () => new Set([...standIn.points('Line', 'counter').values()].map((p) => Number(p.text)))
  const highest = () => Math.max(-1, ...received())
  gateway.start()
  await until(
    'values arrive',
    () => highest() > 20,
    60_000,
    () => gateway.stderr,
  )
  const first = Math.min(...[...received()].filter((n) => n > 0))
  await gateway.signal('SIGKILL')
  const killedAt = Date.now()
  await new Promise((resolve) => setTimeout(resolve, deadMs))
  const backAt = Date.now()
  const before = count
  gateway.start()
  await until(
    'values arrive again',
    () => highest() > before + 40,
    60_000,
    () => gateway.stderr,
  )
  clearInterval(counting)
  await until(
    'the last value arrives',
    () => highest() === count,
    30_000,
    () => gateway.stderr,
  )
  const missing = () => [...sent].filter(([value]) => value >= first && !received().has(value))
  // What is read from the history comes after the live values.
  await until('the gap is closed', () => missing().length === 0, 5000).catch(() => undefined)
  const outcome = { missing: missing(), total: count, stderr: gateway.stderr, killedAt, backAt }
  await gateway.signal('SIGTERM')
  return outcome
}

async function trustServer(folder: string, server: TestServer): Promise<void> {
  const pki = await makePki(folder)
  const { report } = await pki.judge(server.server.getCertificateChain()[0]!, '127.0.0.1')
  await pki.trust(report.fingerprint)
  await pki.stop(Number.POSITIVE_INFINITY)
}

/** A server that hands no subscription over to another session. */
const refusesTransfer: TestServerOptions = {
  prepare: ({ engine }) => {
    engine.transferSubscription = async () => new TransferResult({ statusCode: StatusCodes.BadSubscriptionIdInvalid })
  },
}

test('killed for 8 s with a server that hands subscriptions over: nothing is missing', {
  timeout: 120_000,
}, async () => {
  const { missing, total, stderr } = await killedFor8s({})
  expect(total).toBeGreaterThan(90)
  expect(missing).toEqual([])
  expect(stderr).toContain('subscriptions-moved')
})

test('killed for 8 s, the transfer refused, but with history: nothing is missing', { timeout: 120_000 }, async () => {
  const { missing, stderr } = await killedFor8s(refusesTransfer, true)
  expect(missing).toEqual([])
  expect(stderr).toContain('backfilled')
})

test('killed for 8 s with neither transfer nor history: exactly the gap is recorded', {
  timeout: 120_000,
}, async () => {
  const { missing, stderr, killedAt, backAt } = await killedFor8s(refusesTransfer)
  expect(missing.length).toBeGreaterThan(deadMs / stepMs / 2)
  const gap = /gaps?[^\n]*\bfrom=(\d+) to=(\d+)/.exec(stderr)
  const [from, to] = [Number(gap?.[1]), Number(gap?.[2])]
  // Everything missing lies inside, and the gap is no wider than what was missing and the seconds around it.
  for (const [, ts] of missing) {
    expect(ts).toBeGreaterThanOrEqual(from - stepMs)
    expect(ts).toBeLessThanOrEqual(to)
  }
  expect(from).toBeGreaterThan(killedAt - 3000)
  expect(from).toBeLessThanOrEqual(killedAt)
  expect(to).toBeGreaterThan(backAt)
})
