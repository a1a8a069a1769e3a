import { expect, test } from 'vitest'
import { opcuaConfig, startCollector } from '../servers/opcua-bench.ts'
import { namespaceUri, startOpcuaServer } from '../servers/opcua-server.ts'

const variables = [{ name: 'counter', value: { dataType: 'Int32', value: 0 } as const }]
const key = { node: `nsu=${namespaceUri};s=counter`, queueSize: 1000 }

test('a renewed certificate costs no value, whether the server trusts it at once or only later', {
  timeout: 60_000,
}, async () => {
  const server = await startOpcuaServer({ variables, security: ['SignAndEncrypt'], trustsClients: false })
  const bench = await startCollector(opcuaConfig(server.endpointUrl, [key]))
  const ownOf = () => bench.pki.clientIdentity.certificateKeyPairProvider.getCertificate()
  const isReminded = () => bench.issues.list(false).some((i) => i.code === 'OPCUA_CERTIFICATE_EXPIRES')
  let count = 0
  let counting: NodeJS.Timeout | undefined
  try {
    await expect
      .poll(async () => (await bench.pki.list()).find((c) => c.state === 'rejected'), { timeout: 10_000 })
      .toBeDefined()
    await bench.pki.trust((await bench.pki.list()).find((c) => c.state === 'rejected')?.fingerprint ?? '')
    await server.server.serverCertificateManager.trustCertificate(ownOf())
    await expect.poll(() => bench.collector.status.value.state, { timeout: 20_000, interval: 100 }).toBe('online')
    await expect.poll(() => bench.sink.samples.length, { timeout: 10_000 }).toBe(1)
    counting = setInterval(() => server.set('counter', { dataType: 'Int32', value: ++count }), 110)

    const before = ownOf()
    const { fingerprint } = await bench.pki.renew()
    expect(ownOf().equals(before)).toBe(false)
    const exported = bench.pki.exportOwn()
    expect(exported).toMatchObject({ fingerprint, derBase64: ownOf().toString('base64') })
    expect(exported.pem).toContain('BEGIN CERTIFICATE')

    // The connection ends before the server knows the new certificate: the old one still opens it.
    for (const session of server.server.engine.getSessions()) session.channel?.close()
    for (const channel of server.server.endpoints.flatMap((e) => e.getChannels())) channel.close()
    await expect.poll(isReminded, { timeout: 20_000 }).toBe(true)
    await server.server.serverCertificateManager.trustCertificate(ownOf())
    bench.collector.retry()
    await expect.poll(isReminded, { timeout: 30_000 }).toBe(false)
    expect(bench.collector.status.value.state).toBe('online')

    clearInterval(counting)
    await expect.poll(() => bench.sink.last(0)?.value, { timeout: 10_000 }).toBe(count)
    const values = new Set(bench.sink.samples.map((s) => s.value))
    expect(Array.from({ length: count + 1 }, (_, i) => i).filter((n) => !values.has(n))).toEqual([])
  } finally {
    clearInterval(counting)
    await bench.close()
    await server.close()
  }
})
