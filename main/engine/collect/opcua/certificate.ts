import { X509Certificate } from 'node:crypto'
import type { CertificateReport } from '../../../../shared/api/contract.ts'
import { inWords, type Said, said } from '../../../../shared/said/said.ts'

// Reading certificates in plain words; pure.

/** From here on the report says that the certificate ends soon, days. */
const expiryNoticeDays = 60
const dayMs = 86_400_000

/** The first certificate of a chain (DER certificates one after another, Part 6, 6.2.6). */
export function leafOf(chain: Uint8Array): X509Certificate {
  return new X509Certificate(chain)
}

export function describeCertificate(
  certificate: X509Certificate,
  state: CertificateReport['state'],
  now: number,
  /** The hosts it was met at, as the operator typed them. */
  hosts: readonly string[] = [],
): CertificateReport {
  const names = alternativeNames(certificate)
  return {
    fingerprint: certificate.fingerprint256,
    subject: oneLine(certificate.subject),
    issuer: oneLine(certificate.issuer),
    applicationUri: names.uri[0] ?? '',
    hostNames: [...names.dns, ...names.ip],
    validFrom: Date.parse(certificate.validFrom),
    validTo: Date.parse(certificate.validTo),
    state,
    ...inWords({ warnings: warningsOf(certificate, names, now, hosts) }),
  }
}

interface AlternativeNames {
  readonly uri: string[]
  readonly dns: string[]
  readonly ip: string[]
}

function alternativeNames(certificate: X509Certificate): AlternativeNames {
  const names: AlternativeNames = { uri: [], dns: [], ip: [] }
  for (const part of (certificate.subjectAltName ?? '').split(', ')) {
    const colon = part.indexOf(':')
    const value = part.slice(colon + 1).replace(/^"|"$/g, '')
    const kind = part.slice(0, colon)
    if (kind === 'URI') names.uri.push(value)
    else if (kind === 'DNS') names.dns.push(value)
    else if (kind === 'IP Address') names.ip.push(value)
  }
  return names
}

function warningsOf(
  certificate: X509Certificate,
  names: AlternativeNames,
  now: number,
  hosts: readonly string[],
): Said[] {
  const warnings: Said[] = []
  const from = Date.parse(certificate.validFrom)
  const to = Date.parse(certificate.validTo)
  if (now < from) warnings.push(said('certificate.notBefore', { day: day(from) }))
  if (now > to) warnings.push(said('certificate.expired', { day: day(to) }))
  else if (to - now < expiryNoticeDays * dayMs) warnings.push(said('certificate.expires', { day: day(to) }))
  for (const host of hosts) {
    const mismatch = hostMismatch(names, host)
    if (mismatch) warnings.push(mismatch)
  }
  if (names.uri.length === 0) warnings.push(said('certificate.noApplication'))
  const bits = certificate.publicKey.asymmetricKeyDetails?.modulusLength
  if (bits !== undefined && bits < 2048) warnings.push(said('certificate.weakKey', { bits }))
  return warnings
}

function hostMismatch(names: AlternativeNames, host: string): Said | undefined {
  const known = [...names.dns, ...names.ip].map((name) => name.toLowerCase())
  const typed = host.toLowerCase()
  if (known.includes(typed) || (isLoopback(typed) && known.some(isLoopback))) return undefined
  return known.length === 0
    ? said('certificate.noHost', { host })
    : said('certificate.otherHost', { hosts: known.join(', '), host })
}

function isLoopback(name: string): boolean {
  return name === 'localhost' || name === '127.0.0.1' || name === '::1'
}

function oneLine(name: string): string {
  return name.split('\n').join(', ')
}

function day(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10)
}
