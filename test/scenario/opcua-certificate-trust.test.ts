import { expect, test } from 'vitest'
import { opcuaConfig, startCollector } from '../servers/opcua-bench.ts'
import { namespaceUri, startOpcuaServer } from '../servers/opcua-server.ts'

const variables = [{ name: 'speed', value: { dataType: 'Double', value: 7 } as const }]
const key = { node: `nsu=${namespaceUri};s=speed` }
const more = { securityMode: 'SignAndEncrypt', securityPolicy: 'Basic256Sha256' }

test('an unknown server certificate stops the connection until it is trusted, then it connects at once', async () => {
  const server = await startOpcuaServer({ variables, security: ['SignAndEncrypt'] })
  const bench = await startCollector(opcuaConfig(server.endpointUrl, [key], more))
  try {
    await expect.poll(() => bench.collector.status.value.state, { timeout: 10_000 }).toBe('faulted')
    const [issue] = bench.issues.list(false)
    const rejected = (await bench.pki.list()).find((c) => c.state === 'rejected')
    expect(issue?.code).toBe('OPCUA_CERTIFICATE_UNTRUSTED')
    expect(rejected).toMatchObject({ applicationUri: 'urn:test:server' })
    expect(issue?.evidence).toContain(rejected?.fingerprint)
    expect(bench.sink.samples).toEqual([])

    await bench.pki.trust(rejected?.fingerprint ?? '')
    await expect.poll(() => bench.sink.last(0)?.value, { timeout: 5000 }).toBe(7)
    expect(bench.issues.list(false).filter((i) => i.severity === 'error')).toEqual([])
    expect((await bench.pki.list()).map((c) => c.state).sort()).toEqual(['own', 'trusted'])
  } finally {
    await bench.close()
    await server.close()
  }
})

test('a server that does not trust us is named with the file to carry to it, and connects once it does', async () => {
  const server = await startOpcuaServer({ variables, security: ['SignAndEncrypt'], trustsClients: false })
  const bench = await startCollector(opcuaConfig(server.endpointUrl, [key], more))
  try {
    await expect
      .poll(async () => (await bench.pki.list()).find((c) => c.state === 'rejected'), { timeout: 10_000 })
      .toBeDefined()
    const rejected = (await bench.pki.list()).find((c) => c.state === 'rejected')
    await bench.pki.trust(rejected?.fingerprint ?? '')
    await expect.poll(() => bench.issues.list(false)[0]?.code, { timeout: 10_000 }).toBe('OPCUA_REJECTED_BY_SERVER')
    expect(bench.issues.list(false)[0]?.hint).toContain(bench.pki.ownCertificatePath)

    const own = bench.pki.clientIdentity.certificateKeyPairProvider.getCertificate()
    await server.server.serverCertificateManager.trustCertificate(own)
    bench.collector.retry()
    await expect.poll(() => bench.sink.last(0)?.value, { timeout: 40_000 }).toBe(7)
    expect(bench.issues.list(false).filter((i) => i.severity === 'error')).toEqual([])
  } finally {
    await bench.close()
    await server.close()
  }
})
