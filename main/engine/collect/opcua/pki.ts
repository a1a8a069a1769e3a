import { createPrivateKey, X509Certificate } from 'node:crypto'
import { chmod, copyFile, mkdir, readdir, readFile, rename, stat } from 'node:fs/promises'
import { hostname, networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { OPCUACertificateManager } from 'node-opcua-certificate-manager'
import type { CertificateReport } from '../../../../shared/api/contract.ts'
import type { Clock } from '../../kit/clock.ts'
import { causeText, GatewayError } from '../../kit/gateway-error.ts'
import type { Deadline } from '../../kit/lifecycle.ts'
import type { Log } from '../../observe/log.ts'
import { describeCertificate, leafOf } from './certificate.ts'
import { silenceLibrary } from './library-log.ts'

// Who we are and whom we trust. One instance per folder: two would share the key and its lock. Guarantees that no unknown
// server certificate is ever accepted by itself: `judge` answers "untrusted" and puts it where the operator finds it.

/** Own certificate, days. Servers trust it by hand, so it must not end every few months. */
const ownValidityDays = 5 * 365
/** A certificate file larger than this is not one. */
const fileLimitBytes = 64 * 1024
/** Rejected certificates kept; somebody who scans us with ever new ones must not fill the disk. */
const rejectedLimit = 200
const applicationName = 'ThingsBoardGateway'

export interface PkiOptions {
  readonly folder: string
  readonly log: Log
  readonly clock: Clock
}

export interface Judgement {
  /** Good, BadCertificateUntrusted, BadCertificateTimeInvalid, ... */
  readonly status: string
  readonly report: CertificateReport
}

export interface CertificateExport {
  readonly pem: string
  readonly derBase64: string
  /** Without ending. */
  readonly fileName: string
  readonly fingerprint: string
}

export class Pki {
  readonly #folder: string
  readonly #log: Log
  readonly #clock: Clock
  readonly #manager: OPCUACertificateManager
  readonly #listeners = new Set<() => void>()
  #ownKey: PrivateKey | undefined
  #own: X509Certificate | undefined
  /** Of before the last renewal, while it is valid: servers that do not trust the new one yet still know it. */
  #previous: X509Certificate | undefined
  #starting: Promise<void> | undefined
  #turn: Promise<unknown> = Promise.resolve()

  constructor(options: PkiOptions) {
    this.#folder = options.folder
    this.#log = options.log
    this.#clock = options.clock
    this.#manager = new OPCUACertificateManager({
      rootFolder: options.folder,
      automaticallyAcceptUnknownCertificate: false,
      // Folders are read again before each use: watchers would cost a thread and miss network drives.
      disableFileWatchers: true,
    })
  }

  get ownCertificatePath(): string {
    return join(this.#manager.ownCertFolder, 'gateway.pem')
  }

  get applicationUri(): string {
    return this.#own
      ? describeCertificate(this.#own, 'own', this.#clock.now()).applicationUri
      : `urn:${hostname()}:${applicationName}`
  }

  /** Key pair and certificate exist afterwards; made on the first start. A second call returns the first one's promise. */
  start(): Promise<void> {
    this.#starting ??= this.#start()
    return this.#starting
  }

  /** Closing the store takes no time, so the deadline is always met. */
  async stop(_deadline: Deadline): Promise<void> {
    this.#listeners.clear()
    // The library counts one reference per client that used the manager; all of them are gone by now.
    this.#manager.referenceCounter = 0
    await this.#manager.dispose().catch((error: unknown) => this.#log.debug('pki-dispose', { cause: causeText(error) }))
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** What a client of the library needs to be us. */
  get clientIdentity() {
    if (!this.#own || !this.#ownKey)
      throw new GatewayError('INTERNAL', 'The certificate store was used before it was started')
    return this.#identityOf(this.#own, this.#ownKey)
  }

  /** Who we were before the renewal; undefined when there is nothing to fall back to. */
  get previousIdentity() {
    const previous = this.#previous
    if (!previous || !this.#ownKey || Date.parse(previous.validTo) < this.#clock.now()) return undefined
    return this.#identityOf(previous, this.#ownKey)
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

  /** Our certificate, to be carried to a server. */
  exportOwn(): CertificateExport {
    const own = this.#own
    if (!own) throw new GatewayError('INTERNAL', 'The certificate store was used before it was started')
    const { fingerprint256: fingerprint } = own
    return { pem: own.toString(), derBase64: own.raw.toString('base64'), fileName: `${applicationName}`, fingerprint }
  }

  /**
   * A new certificate with the same key and ApplicationUri. The one of before stays in use with every server that does not
   * trust the new one yet.
   */
  renew(): Promise<CertificateReport> {
    return this.#inTurn(async () => {
      const before = this.#own
      if (!before) throw new GatewayError('INTERNAL', 'The certificate store was used before it was started')
      const now = this.#clock.now()
      const made = `${this.ownCertificatePath}.new`
      await this.#makeOwn(describeCertificate(before, 'own', now).applicationUri, made)
      await copyFile(this.ownCertificatePath, this.#previousPath)
      await rename(made, this.ownCertificatePath)
      const [own] = await this.#readFiles([this.ownCertificatePath])
      if (!own) throw new Error(`${this.ownCertificatePath} was not written`)
      this.#previous = before
      this.#own = own
      this.#log.info('certificate-renewed', { fingerprint: own.fingerprint256, before: before.fingerprint256 })
      this.#changed()
      return describeCertificate(own, 'own', now)
    })
  }

  get #previousPath(): string {
    return join(this.#manager.ownCertFolder, 'gateway.previous.pem')
  }

  /** Is this server certificate good? An unknown one lands in the rejected list, from where it can be trusted. */
  judge(chain: Buffer, host: string): Promise<Judgement> {
    return this.#inTurn(async () => {
      await this.#manager.reloadCertificates()
      const certificate = leafOf(chain)
      const status: string = await this.#manager.verifyCertificate(chain, {
        acceptCertificateWithValidIssuerChain: true,
      })
      const { fingerprint256 } = certificate
      const trusted = await this.#read(this.#manager.trustedFolder)
      const isTrusted = status === 'Good' || trusted.some((c) => c.fingerprint256 === fingerprint256)
      if (!isTrusted) await this.#showRejected(certificate)
      const report = describeCertificate(certificate, isTrusted ? 'trusted' : 'rejected', this.#clock.now(), host)
      return { status: dateStatus(certificate, status, this.#clock.now()), report }
    })
  }

  async #showRejected(certificate: X509Certificate): Promise<void> {
    const rejected = await this.#read(this.#manager.rejectedFolder)
    if (rejected.length >= rejectedLimit || rejected.some((c) => c.fingerprint256 === certificate.fingerprint256))
      return
    await this.#manager.rejectCertificate(certificate.raw)
    this.#log.info('certificate-rejected', { fingerprint: certificate.fingerprint256 })
    this.#changed()
  }

  async list(): Promise<CertificateReport[]> {
    const now = this.#clock.now()
    const trusted = await this.#read(this.#manager.trustedFolder)
    const rejected = await this.#read(this.#manager.rejectedFolder)
    return [
      ...(this.#own ? [describeCertificate(this.#own, 'own', now)] : []),
      ...trusted.map((c) => describeCertificate(c, 'trusted', now)),
      ...rejected.map((c) => describeCertificate(c, 'rejected', now)),
    ]
  }

  /** Moves a rejected certificate to the trusted ones; waiting collectors try again at once. */
  async trust(fingerprint: string): Promise<void> {
    await this.#inTurn(() =>
      this.#move(fingerprint, this.#manager.rejectedFolder, (der) => this.#manager.trustCertificate(der)),
    )
  }

  /** Takes the trust away again. */
  async reject(fingerprint: string): Promise<void> {
    await this.#inTurn(() =>
      this.#move(fingerprint, this.#manager.trustedFolder, (der) => this.#manager.rejectCertificate(der)),
    )
  }

  /** One at a time: the library's lists are empty for a moment while they are read again. */
  #inTurn<T>(task: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(task)
    this.#turn = turn.catch(() => undefined)
    return turn
  }

  async #move(fingerprint: string, folder: string, move: (der: Buffer) => Promise<void>): Promise<void> {
    const certificate = (await this.#read(folder)).find((c) => c.fingerprint256 === fingerprint)
    if (!certificate) {
      throw new GatewayError('CONFIG_INVALID', `There is no certificate with fingerprint ${fingerprint} to move`, {
        hint: 'Load the list of certificates again: somebody may have changed it meanwhile.',
      })
    }
    await this.#manager.reloadCertificates()
    await move(certificate.raw)
    this.#log.info('certificate-moved', { fingerprint, from: folder })
    this.#changed()
  }

  async #start(): Promise<void> {
    silenceLibrary(this.#log)
    try {
      await mkdir(this.#folder, { recursive: true, mode: 0o700 })
      await this.#manager.initialize()
      await chmod(this.#manager.privateKey, 0o600)
      this.#ownKey = await this.#manager.getPrivateKey()
      this.#own = await this.#ownCertificate()
      const [previous] = await this.#readFiles([this.#previousPath])
      if (previous?.checkPrivateKey(createPrivateKey(await readFile(this.#manager.privateKey))))
        this.#previous = previous
    } catch (error) {
      throw folderFailure(this.#folder, error)
    }
  }

  async #ownCertificate(): Promise<X509Certificate> {
    const now = this.#clock.now()
    const [present] = await this.#readFiles([this.ownCertificatePath])
    if (present && Date.parse(present.validTo) > now) return present
    const applicationUri = present
      ? describeCertificate(present, 'own', now).applicationUri
      : `urn:${hostname()}:${applicationName}`
    if (present) await rename(this.ownCertificatePath, `${this.ownCertificatePath}.expired`)
    await this.#makeOwn(applicationUri, this.ownCertificatePath)
    const [made] = await this.#readFiles([this.ownCertificatePath])
    if (!made) throw new Error(`${this.ownCertificatePath} was not written`)
    return made
  }

  async #makeOwn(applicationUri: string, outputFile: string): Promise<void> {
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

  async #read(folder: string): Promise<X509Certificate[]> {
    const names = await readdir(folder).catch(() => [])
    return this.#readFiles(names.map((name) => join(folder, name)))
  }

  async #readFiles(paths: readonly string[]): Promise<X509Certificate[]> {
    const certificates: X509Certificate[] = []
    for (const path of paths) {
      try {
        if ((await stat(path)).size > fileLimitBytes) continue
        certificates.push(new X509Certificate(await readFile(path)))
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT')
          this.#log.warn('certificate-unreadable', { path, cause: causeText(error) })
      }
    }
    return certificates
  }

  #changed(): void {
    for (const listener of [...this.#listeners]) listener()
  }
}

type PrivateKey = Awaited<ReturnType<OPCUACertificateManager['getPrivateKey']>>

/** PLC clocks without battery lag behind: a certificate that begins now would be "not yet valid" there. */
const clockToleranceMs = 24 * 3_600_000

/** An untrusted certificate that is also out of its dates must say so: trusting it would not help. */
function dateStatus(certificate: X509Certificate, status: string, now: number): string {
  const outside = now < Date.parse(certificate.validFrom) || now > Date.parse(certificate.validTo)
  return outside ? 'BadCertificateTimeInvalid' : status
}

function addresses(): string[] {
  const all = Object.values(networkInterfaces()).flatMap((list) => list ?? [])
  return [...new Set(all.filter((a) => a.family === 'IPv4').map((a) => a.address))]
}

/** The storage has a fault (exit code 75), not the configuration: trying again once it is put right is the cure. */
function folderFailure(folder: string, cause: unknown): GatewayError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
  const isFile = code === 'EEXIST' || code === 'ENOTDIR'
  const message = isFile
    ? `${folder} is a file, and the certificates need a folder of that name`
    : `The certificate folder ${folder} could not be prepared`
  return new GatewayError('STORE_FAULT', message, {
    hint: isFile
      ? 'Move the file away and start the gateway again.'
      : 'Check that the folder can be written by the account the gateway runs under, and that its disk has room.',
    detail: { code },
    cause,
  })
}
