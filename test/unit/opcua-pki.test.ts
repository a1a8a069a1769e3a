import { createPrivateKey } from 'node:crypto'
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Pki } from '../../main/engine/collect/opcua/pki.ts'
import { makePki } from '../servers/opcua-bench.ts'

let folder = ''
const opened: Pki[] = []
const open = async (name: string): Promise<Pki> => {
  const pki = await makePki(join(folder, name))
  opened.push(pki)
  return pki
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'opcua-pki-'))
})
afterEach(async () => {
  await Promise.all(opened.splice(0).map((pki) => pki.stop(Number.POSITIVE_INFINITY)))
  await rm(folder, { recursive: true, force: true, maxRetries: 5 })
})
const certificateOf = (pki: Pki): Buffer => pki.clientIdentity.certificateKeyPairProvider.getCertificate()

test('an unknown certificate is never accepted by itself, but shown for the operator to decide', async () => {
  const [mine, other] = [await open('mine'), await open('other')]
  const der = certificateOf(other)
  for (let i = 0; i < 3; i++) expect((await mine.judge(der, 'plc')).status).toBe('BadCertificateUntrusted')
  const rejected = (await mine.list()).filter((c) => c.state === 'rejected')
  expect(rejected).toHaveLength(1)

  let changes = 0
  mine.onChange(() => changes++)
  await mine.trust(rejected[0]!.fingerprint)
  expect((await mine.judge(der, 'plc')).status).toBe('Good')
  expect(changes).toBe(1)
  await mine.reject(rejected[0]!.fingerprint)
  expect((await mine.judge(der, 'plc')).status).toBe('BadCertificateUntrusted')
})

test('the list says that a certificate is not made for the hosts it was met at', async () => {
  const [mine, other] = [await open('mine'), await open('other')]
  const der = certificateOf(other)
  const warnings = async () => (await mine.list()).find((c) => c.state !== 'own')?.warnings.join('\n')
  const { report } = await mine.judge(der, 'localhost')
  expect(await warnings()).not.toContain('not for')
  await mine.judge(der, 'plc-7.plant')
  await mine.judge(der, 'plc-7.plant')
  expect(await warnings()).toMatch(/^made for .*localhost.*, not for plc-7\.plant$/)
  await mine.trust(report.fingerprint)
  expect(await warnings()).toContain('not for plc-7.plant')
  // One certificate on a hundred machines is told by a few of them.
  for (let i = 0; i < 100; i++) await mine.judge(der, `plc-${i}`)
  expect((await warnings())?.split('\n').length).toBeLessThanOrEqual(8)
})

test('judgements at the same time do not take trust away', async () => {
  const [mine, other] = [await open('mine'), await open('other')]
  const der = certificateOf(other)
  const { report } = await mine.judge(der, 'plc')
  await mine.trust(report.fingerprint)
  const verdicts = await Promise.all(Array.from({ length: 10 }, () => mine.judge(der, 'plc')))
  expect(verdicts.map((v) => v.status)).toEqual(Array(10).fill('Good'))
  expect((await mine.list()).map((c) => c.state).sort()).toEqual(['own', 'trusted'])
})

test('the own key is PKCS#8, readable by its owner only, and the same after a restart', async () => {
  const first = await open('mine')
  const keyPath = join(folder, 'mine/own/private/private_key.pem')
  const pem = await readFile(keyPath, 'utf8')
  expect(pem).toContain('BEGIN PRIVATE KEY')
  expect(createPrivateKey(pem).asymmetricKeyType).toBe('rsa')
  expect((await stat(keyPath)).mode & 0o077).toBe(0)
  const before = certificateOf(first)
  await first.stop(Number.POSITIVE_INFINITY)
  const again = await open('mine')
  expect(certificateOf(again).equals(before)).toBe(true)
  expect(again.applicationUri).toMatch(/^urn:.+:ThingsBoardGateway$/)
})

test('another host than the one typed is a warning in plain words', async () => {
  const [mine, other] = [await open('mine'), await open('other')]
  const { report } = await mine.judge(certificateOf(other), 'plc-7')
  expect(report.warnings.join()).toMatch(/made for .*localhost.*, not for plc-7/)
  expect((await mine.judge(certificateOf(other), 'localhost')).report.warnings).toEqual([])
})

test('a chain is judged by its first certificate', async () => {
  const [mine, other] = [await open('mine'), await open('other')]
  const chain = Buffer.concat([certificateOf(other), certificateOf(mine)])
  const { report } = await mine.judge(chain, 'plc')
  expect(report.fingerprint).toBe((await other.list())[0]?.fingerprint)
})

test('a fingerprint nobody has shown can not be trusted', async () => {
  const mine = await open('mine')
  await expect(mine.trust('AA:BB')).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
})
