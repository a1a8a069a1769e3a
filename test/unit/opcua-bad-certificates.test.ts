import { execFileSync } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { checkCertificate } from '../../main/engine/collect/opcua/certificate-check.ts'
import { type OfferedEndpoint, pickEndpoint } from '../../main/engine/collect/opcua/endpoint.ts'
import type { Pki } from '../../main/engine/collect/opcua/pki.ts'
import { GatewayError } from '../../main/engine/kit/gateway-error.ts'
import { makePki, opcuaConfig } from '../servers/opcua-bench.ts'

// What servers in the field really show. None of it may pass, and each is called by its name.

const folder = mkdtempSync(join(tmpdir(), 'opcua-bad-'))
let pki: Pki
beforeAll(async () => {
  pki = await makePki(join(folder, 'pki'))
})
afterAll(async () => {
  await pki.stop(Number.POSITIVE_INFINITY)
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
})

interface Recipe {
  readonly bits?: number
  readonly from?: string
  readonly to?: string
  readonly names?: string
  readonly issuer?: { readonly cert: string; readonly key: string }
  readonly trusted?: boolean
}

// The library leaves OPENSSL_CONF as the text "undefined" behind.
const env = { ...process.env, OPENSSL_CONF: join(folder, 'openssl.cnf') }
writeFileSync(env.OPENSSL_CONF, '[req]\ndistinguished_name=dn\n[dn]\n')
let made = 0
/** DER; made by openssl, as servers do. */
async function make({ bits = 2048, from, to, names, issuer, trusted = false }: Recipe = {}): Promise<Buffer> {
  const base = join(folder, `c${made++}`)
  const run = (...args: string[]) => execFileSync('openssl', args, { stdio: ['ignore', 'ignore', 'pipe'], env })
  const san = names ?? 'URI:urn:test:server,IP:127.0.0.1'
  const extensions = san ? `subjectAltName=${san}\n` : ''
  writeFileSync(`${base}.ext`, `${extensions}basicConstraints=CA:FALSE\n`)
  run(
    'req',
    '-newkey',
    `rsa:${bits}`,
    '-nodes',
    '-keyout',
    `${base}.key`,
    '-out',
    `${base}.csr`,
    '-subj',
    `/CN=plc ${made}`,
  )
  writeFileSync(`${base}.db`, '')
  writeFileSync(
    `${base}.cnf`,
    `[ca]\ndefault_ca=d\n[d]\ndatabase=${base}.db\nserial=${base}.srl\nnew_certs_dir=${folder}\ndefault_md=sha256\npolicy=p\n[p]\ncommonName=supplied\n`,
  )
  const dates = ['-startdate', from ?? '20200101000000Z', '-enddate', to ?? '20400101000000Z']
  const signer = issuer ? ['-cert', issuer.cert, '-keyfile', issuer.key] : ['-selfsign', '-keyfile', `${base}.key`]
  const files = ['-in', `${base}.csr`, '-out', `${base}.pem`, '-extfile', `${base}.ext`]
  run('ca', '-batch', '-notext', '-create_serial', '-config', `${base}.cnf`, ...files, ...dates, ...signer)
  const der = new X509Certificate(readFileSync(`${base}.pem`)).raw
  if (trusted) {
    const { report } = await pki.judge(der, '127.0.0.1')
    await pki.trust(report.fingerprint)
  }
  return der
}

async function verdict(certificate: Buffer | undefined, host = '127.0.0.1'): Promise<string> {
  const server = opcuaConfig(`opc.tcp://${host}:4840`, [])
  const offered: OfferedEndpoint = {
    url: server.endpointUrl,
    securityMode: 'SignAndEncrypt',
    securityPolicy: 'Basic256Sha256',
    identities: [{ type: 'anonymous', securityPolicy: '' }],
    certificate,
  }
  try {
    const { warnings } = await checkCertificate(server, pickEndpoint([offered], server), pki)
    return `trusted${warnings.length > 0 ? `, but ${warnings.map(({ text }) => text).join('; ')}` : ''}`
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error
    expect(error.hint).not.toBe('')
    return `${error.code}: ${error.message}`
  }
}

const hasOpenssl = (() => {
  try {
    return execFileSync('openssl', ['version']).length > 0
  } catch {
    return false
  }
})()

test('twelve bad certificates: none passes silently, each is called by its name', {
  timeout: 60_000,
  skip: !hasOpenssl,
}, async () => {
  const good = await make({ trusted: true })
  expect(await verdict(good)).toBe('trusted')
  const flipped = Buffer.from(good)
  flipped[flipped.length - 10]! ^= 0xff
  const ca = join(folder, 'ca')
  execFileSync(
    'openssl',
    [
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-keyout',
      `${ca}.key`,
      '-out',
      `${ca}.pem`,
      '-subj',
      '/CN=Other CA',
      '-days',
      '100',
    ],
    { stdio: 'ignore', env },
  )
  const issuer = { cert: `${ca}.pem`, key: `${ca}.key` }
  expect(await verdict(await make())).toMatch(/^OPCUA_CERTIFICATE_UNTRUSTED: .*not trusted yet/)
  expect(await verdict(await make({ to: '20210101000000Z' }))).toMatch(/^OPCUA_CERTIFICATE_EXPIRED: .*expired on 2021/)
  expect(await verdict(await make({ from: '20390101000000Z' }))).toMatch(
    /^OPCUA_CERTIFICATE_EXPIRED: .*not valid before 2039/,
  )
  expect(await verdict(await make({ to: '20210101000000Z', trusted: true }))).toMatch(/^OPCUA_CERTIFICATE_EXPIRED/)
  expect(await verdict(await make({ issuer }))).toMatch(/^OPCUA_CERTIFICATE_(UNTRUSTED|INVALID)/)
  expect(await verdict(flipped)).toMatch(/^OPCUA_CERTIFICATE_(UNTRUSTED|INVALID)/)
  expect(await verdict(undefined)).toMatch(/^OPCUA_CERTIFICATE_INVALID: .*shows no certificate/)
  expect(await verdict(Buffer.from('not a certificate'))).toMatch(/^OPCUA_CERTIFICATE_INVALID: .*can not be read/)
  expect(await verdict(good.subarray(0, good.length / 2))).toMatch(/^OPCUA_CERTIFICATE_INVALID: .*can not be read/)
  // Trusted by a decision, but the operator is told what is not right with them.
  expect(await verdict(good, '10.0.3.20')).toBe('trusted, but made for 127.0.0.1, not for 10.0.3.20')
  expect(await verdict(await make({ names: 'IP:127.0.0.1', trusted: true }))).toContain('does not name an application')
  expect(await verdict(await make({ bits: 1024, trusted: true }))).toMatch(
    /weak key of 1024 bits|OPCUA_CERTIFICATE_INVALID/,
  )
})
