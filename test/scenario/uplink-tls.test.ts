import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import { systemClock } from '../../main/engine/kit/clock.ts'
import { uplinkRig } from '../fakes/uplink-rig.ts'
import { type CertificateFiles, hasOpenssl, makeAuthority } from '../servers/mqtt-certificates.ts'

const canRun = hasOpenssl()
let authority: CertificateFiles
let stranger: CertificateFiles

beforeAll(() => {
  if (!canRun) return
  authority = makeAuthority()
  stranger = makeAuthority()
  authority.issue('good', 'tb', 'DNS:localhost,IP:127.0.0.1')
  authority.issue('expired', 'tb', 'DNS:localhost,IP:127.0.0.1', -1)
  authority.issue('elsewhere', 'tb', 'DNS:thingsboard.example')
})

afterAll(() => {
  if (canRun) for (const files of [authority, stranger]) files.remove()
})

async function rigWith(certificate: string, caFile: string | undefined) {
  const rig = await uplinkRig({
    standIn: { tls: { key: authority.read(`${certificate}.key`), cert: authority.read(`${certificate}.crt`) } },
    config: { tls: { enabled: true, ...(caFile === undefined ? {} : { caFile }) } },
  })
  onTestFinished(() => rig.close())
  return rig
}

test.skipIf(!canRun).each([
  ['expired', 'TLS_EXPIRED', 'has expired'],
  ['elsewhere', 'TLS_HOSTNAME', 'made for another name'],
])('a certificate that is %s is refused as %s', async (certificate, code, words) => {
  const rig = await rigWith(certificate, authority.path('ca.crt'))
  await rig.uplink.start()
  await vi.waitFor(() => expect(rig.openIssues()).toEqual([code]), 10_000)
  expect(rig.issues.list(false)[0]?.message).toContain(words)
  expect(rig.standIn.counters().connections).toBe(0)
})

test.skipIf(!canRun)('a certificate of an unknown authority is refused, with and without a CA file', async () => {
  for (const caFile of [undefined, stranger.path('ca.crt')]) {
    const rig = await rigWith('good', caFile)
    await rig.uplink.start()
    await vi.waitFor(() => expect(rig.openIssues()).toEqual(['TLS_UNTRUSTED']), 10_000)
  }
})

test.skipIf(!canRun)('a port without TLS is told from a bad certificate', async () => {
  const rig = await uplinkRig({ config: { tls: { enabled: true } } })
  onTestFinished(() => rig.close())
  await rig.uplink.start()
  await vi.waitFor(() => expect(rig.openIssues()).toHaveLength(1), 20_000)
  expect(['TLS_FAILED', 'CONNECTION_LOST']).toContain(rig.openIssues()[0])
  expect(rig.issues.list(false)[0]?.hint).toContain('8883')
})

test.skipIf(!canRun)('a certificate of the given authority is trusted, and data flows', async () => {
  const rig = await rigWith('good', authority.path('ca.crt'))
  await rig.series('Press', 'bar', [1], 'integer')
  await rig.uplink.start()
  await vi.waitFor(() => expect(rig.store.balance.value.delivered).toBe(1), 10_000)
})

test.skipIf(!canRun)('a gateway signs in with its certificate alone', async () => {
  authority.issue('gateway', 'gateway', 'DNS:gateway')
  const { X509Certificate } = await import('node:crypto')
  const fingerprint = new X509Certificate(authority.read('gateway.crt')).fingerprint256
  const rig = await uplinkRig({
    standIn: {
      tls: { key: authority.read('good.key'), cert: authority.read('good.crt'), ca: authority.read('ca.crt') },
      accounts: [{ name: 'Gateway', gateway: true, fingerprint }],
    },
    config: { tls: { enabled: true, caFile: authority.path('ca.crt') } },
  })
  const uplink = rig.makeUplink({
    credentials: {
      type: 'certificate',
      certFile: authority.path('gateway.crt'),
      keyFile: authority.path('gateway.key'),
    },
  })
  onTestFinished(async () => {
    await uplink.stop(systemClock.monotonic())
    await rig.close()
  })
  await rig.series('Press', 'bar', [1], 'integer')
  await uplink.start()
  await vi.waitFor(() => expect(rig.store.balance.value.delivered).toBe(1), 10_000)
})
