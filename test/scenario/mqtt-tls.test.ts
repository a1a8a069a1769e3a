import { afterAll, beforeAll, expect, test } from 'vitest'
import { testMqtt } from '../../main/engine/collect/mqtt/mqtt-test.ts'
import { findMosquitto, startBroker, type TestBroker } from '../servers/mqtt-broker.ts'
import { type CertificateFiles, hasOpenssl, makeAuthority } from '../servers/mqtt-certificates.ts'
import { brokerConfig, CollectorBench } from '../servers/mqtt-collector-bench.ts'

// Needs Mosquitto (a TLS listener) and the openssl command (an authority to sign with).
const canRun = findMosquitto() !== undefined && hasOpenssl()
let authority: CertificateFiles
let stranger: CertificateFiles
const brokers: TestBroker[] = []

beforeAll(() => {
  if (!canRun) return
  authority = makeAuthority()
  stranger = makeAuthority()
  authority.issue('good', 'broker', 'DNS:localhost,IP:127.0.0.1')
  authority.issue('expired', 'broker', 'DNS:localhost,IP:127.0.0.1', -1)
  authority.issue('elsewhere', 'broker', 'DNS:broker.example')
  authority.issue('gateway', 'gateway', 'DNS:gateway')
})

afterAll(async () => {
  for (const broker of brokers) await broker.close()
  if (canRun) for (const files of [authority, stranger]) files.remove()
})

async function brokerWith(certificate: string, ...lines: string[]): Promise<TestBroker> {
  const files = {
    'b.crt': authority.read(`${certificate}.crt`),
    'b.key': authority.read(`${certificate}.key`),
    'ca.crt': authority.read('ca.crt'),
  }
  const tls = ['certfile {dir}/b.crt', 'keyfile {dir}/b.key', 'cafile {dir}/ca.crt']
  const broker = await startBroker({ lines: [...tls, ...lines], files })
  brokers.push(broker)
  return broker
}

async function failureOf(port: number, tls: object) {
  const bench = new CollectorBench({ port, tls: { enabled: true, ...tls } })
  await bench.collector.start()
  try {
    await expect.poll(() => bench.state).toBe('waiting')
    const [issue] = bench.issues.list(false)
    const report = await testMqtt(brokerConfig({ port, tls: { enabled: true, ...tls } }), AbortSignal.timeout(5000))
    const failed = report.steps.find((s) => s.state === 'failed')
    return { code: issue?.code, message: issue?.message, hint: issue?.hint, step: failed?.step }
  } finally {
    await bench.stop()
  }
}

test.skipIf(!canRun)(
  'every broken certificate ends in its own text, at the TLS step, and no value is read',
  async () => {
    const good = await brokerWith('good')
    const caFile = authority.path('ca.crt')
    expect(await failureOf(good.port, {})).toMatchObject({
      code: 'TLS_UNTRUSTED',
      step: 'TLS verified',
      hint: expect.stringContaining('caFile'),
    })
    expect(await failureOf(good.port, { caFile: stranger.path('ca.crt') })).toMatchObject({
      code: 'TLS_UNTRUSTED',
      hint: expect.stringContaining('did not sign'),
    })
    expect(await failureOf((await brokerWith('expired')).port, { caFile })).toMatchObject({
      code: 'TLS_EXPIRED',
      message: expect.stringContaining('has expired'),
    })
    expect(await failureOf((await brokerWith('elsewhere')).port, { caFile })).toMatchObject({
      code: 'TLS_HOSTNAME',
      message: expect.stringContaining('is not for 127.0.0.1'),
    })
    expect(await failureOf(good.port, { caFile: '/nowhere/ca.crt' })).toMatchObject({ code: 'CONFIG_UNREADABLE' })
    const plain = await startBroker()
    brokers.push(plain)
    expect((await failureOf(plain.port, { caFile })).code).toMatch(/^TLS_FAILED|^CONNECTION_LOST/)
  },
)

test.skipIf(!canRun)('a trusted broker is online; with a client certificate where it asks for one', async () => {
  const caFile = authority.path('ca.crt')
  const good = await brokerWith('good')
  const mutual = await brokerWith('good', 'require_certificate true')
  expect((await failureOf(mutual.port, { caFile })).message).toBeDefined()
  const own = { certFile: authority.path('gateway.crt'), keyFile: authority.path('gateway.key') }
  const benches = [
    new CollectorBench({ port: good.port, tls: { enabled: true, caFile } }),
    new CollectorBench({ port: good.port, host: 'localhost', id: 'by-name', tls: { enabled: true, caFile } }),
    new CollectorBench({ port: mutual.port, tls: { enabled: true, caFile, ...own } }),
  ]
  try {
    for (const bench of benches) await bench.collector.start()
    for (const bench of benches)
      await expect
        .poll(() => [bench.state, bench.collector.status.value.detail])
        .toEqual(['online', expect.any(String)])
  } finally {
    for (const bench of benches) await bench.stop()
  }
})
