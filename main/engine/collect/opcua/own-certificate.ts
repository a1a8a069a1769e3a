import { createPrivateKey, type X509Certificate } from 'node:crypto'
import { chmod, copyFile, readFile, rename } from 'node:fs/promises'
import { hostname, networkInterfaces } from 'node:os'
import { join } from 'node:path'
import type { OPCUACertificateManager } from 'node-opcua-certificate-manager'
import type { Clock } from '../../kit/clock.ts'
import { GatewayError } from '../../kit/gateway-error.ts'
import type { Log } from '../../observe/log.ts'
import { describeCertificate } from './certificate.ts'
import { readFiles } from './certificate-files.ts'

// Who we are: one key pair, the certificate in use, and the one of before the last renewal while servers still know only
// that one.

/** Own certificate, days. Servers trust it by hand, so it must not end every few months. */
const ownValidityDays = 5 * 365
/** PLC clocks without battery lag behind: a certificate that begins now would be "not yet valid" there. */
const clockToleranceMs = 24 * 3_600_000
const applicationName = 'ThingsBoardGateway'

export interface CertificateExport {
  readonly pem: string
  readonly derBase64: string
  /** Without ending. */
  readonly fileName: string
  readonly fingerprint: string
}

type PrivateKey = Awaited<ReturnType<OPCUACertificateManager['getPrivateKey']>>

export class OwnCertificate {
  readonly #manager: OPCUACertificateManager
  readonly #log: Log
  readonly #clock: Clock
  #key: PrivateKey | undefined
  #own: X509Certificate | undefined
  /** Of before the last renewal, while it is valid: servers that do not trust the new one yet still know it. */
  #previous: X509Certificate | undefined

  constructor(manager: OPCUACertificateManager, { log, clock }: { readonly log: Log; readonly clock: Clock }) {
    this.#manager = manager
    this.#log = log
    this.#clock = clock
  }

  get path(): string {
    return join(this.#manager.ownCertFolder, 'gateway.pem')
  }

  get #previousPath(): string {
    return join(this.#manager.ownCertFolder, 'gateway.previous.pem')
  }

  /** Undefined before `load`. */
  get certificate(): X509Certificate | undefined {
    return this.#own
  }

  get applicationUri(): string {
    return this.#own ? this.#uriOf(this.#own) : `urn:${hostname()}:${applicationName}`
  }

  get identity() {
    if (!this.#key) throw notStarted()
    return this.#identityOf(this.#loaded, this.#key)
  }

  get previousIdentity() {
    const previous = this.#previous
    if (!previous || !this.#key || Date.parse(previous.validTo) < this.#clock.now()) return undefined
    return this.#identityOf(previous, this.#key)
  }

  get exported(): CertificateExport {
    const own = this.#loaded
    const { fingerprint256: fingerprint } = own
    return { pem: own.toString(), derBase64: own.raw.toString('base64'), fileName: applicationName, fingerprint }
  }

  /** The manager has made the key; the certificate is made on the first start and when it has expired. */
  async load(): Promise<void> {
    await chmod(this.#manager.privateKey, 0o600)
    this.#key = await this.#manager.getPrivateKey()
    this.#own = await this.#present()
    const [previous] = await readFiles([this.#previousPath], this.#log)
    if (previous?.checkPrivateKey(createPrivateKey(await readFile(this.#manager.privateKey)))) this.#previous = previous
  }

  /** Same key and ApplicationUri. */
  async renew(): Promise<X509Certificate> {
    const before = this.#loaded
    const made = `${this.path}.new`
    await this.#make(this.#uriOf(before), made)
    await copyFile(this.path, this.#previousPath)
    await rename(made, this.path)
    const own = await this.#written()
    this.#previous = before
    this.#own = own
    this.#log.info('certificate-renewed', { fingerprint: own.fingerprint256, before: before.fingerprint256 })
    return own
  }

  get #loaded(): X509Certificate {
    if (!this.#own) throw notStarted()
    return this.#own
  }

  #uriOf(certificate: X509Certificate): string {
    return describeCertificate(certificate, 'own', this.#clock.now()).applicationUri
  }

  #identityOf(own: X509Certificate, key: PrivateKey) {
    return {
      applicationName,
      applicationUri: this.applicationUri,
      clientCertificateManager: this.#manager,
      certificateKeyPairProvider: {
        certificateFile: '<in-memory>',
        privateKeyFile: '<in-memory>',
        getCertificate: () => own.raw,
        getCertificateChain: () => [own.raw],
        getPrivateKey: () => key,
      },
    }
  }

  async #present(): Promise<X509Certificate> {
    const [present] = await readFiles([this.path], this.#log)
    if (present && Date.parse(present.validTo) > this.#clock.now()) return present
    const applicationUri = present ? this.#uriOf(present) : this.applicationUri
    if (present) await rename(this.path, `${this.path}.expired`)
    await this.#make(applicationUri, this.path)
    return this.#written()
  }

  async #written(): Promise<X509Certificate> {
    const [made] = await readFiles([this.path], this.#log)
    if (!made) throw new Error(`${this.path} was not written`)
    return made
  }

  async #make(applicationUri: string, outputFile: string): Promise<void> {
    await this.#manager.createSelfSignedCertificate({
      applicationUri,
      dns: [hostname(), 'localhost'],
      ip: addresses(),
      subject: `/CN=${applicationName}@${hostname()}/O=ThingsBoard`,
      startDate: new Date(this.#clock.now() - clockToleranceMs),
      validity: ownValidityDays,
      outputFile,
    })
    this.#log.info('certificate-created', { path: outputFile, applicationUri })
  }
}

function notStarted(): GatewayError {
  return new GatewayError('INTERNAL', 'The certificate store was used before it was started')
}

function addresses(): string[] {
  const all = Object.values(networkInterfaces()).flatMap((list) => list ?? [])
  return [...new Set(all.filter((a) => a.family === 'IPv4').map((a) => a.address))]
}
