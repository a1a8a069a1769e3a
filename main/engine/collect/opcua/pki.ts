import type { X509Certificate } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { OPCUACertificateManager } from 'node-opcua-certificate-manager'
import type { CertificateReport } from '../../../../shared/api/contract.ts'
import type { Clock } from '../../kit/clock.ts'
import { causeText, GatewayError } from '../../kit/gateway-error.ts'
import type { Deadline } from '../../kit/lifecycle.ts'
import type { Log } from '../../observe/log.ts'
import { describeCertificate, leafOf } from './certificate.ts'
import { readFolder } from './certificate-files.ts'
import { silenceLibrary } from './library-log.ts'
import { MetHosts } from './met-hosts.ts'
import { type CertificateExport, OwnCertificate } from './own-certificate.ts'

// Who we are and whom we trust. One instance per folder: two would share the key and its lock. Guarantees that no unknown
// server certificate is ever accepted by itself: `judge` answers "untrusted" and puts it where the operator finds it.

/** Rejected certificates kept; somebody who scans us with ever new ones must not fill the disk. */
const rejectedLimit = 200
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

export class Pki {
  readonly #folder: string
  readonly #log: Log
  readonly #clock: Clock
  readonly #manager: OPCUACertificateManager
  readonly #listeners = new Set<() => void>()
  readonly #own: OwnCertificate
  readonly #hosts = new MetHosts()
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
    this.#own = new OwnCertificate(this.#manager, options)
  }

  get ownCertificatePath(): string {
    return this.#own.path
  }

  get applicationUri(): string {
    return this.#own.applicationUri
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
    return this.#own.identity
  }

  /** Who we were before the renewal; undefined when there is nothing to fall back to. */
  get previousIdentity() {
    return this.#own.previousIdentity
  }

  /** Our certificate, to be carried to a server. */
  exportOwn(): CertificateExport {
    return this.#own.exported
  }

  /**
   * A new certificate with the same key and ApplicationUri. The one of before stays in use with every server that does not
   * trust the new one yet.
   */
  renew(): Promise<CertificateReport> {
    return this.#inTurn(async () => {
      const own = await this.#own.renew()
      this.#changed()
      return describeCertificate(own, 'own', this.#clock.now())
    })
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
      this.#hosts.met(fingerprint256, host)
      const report = describeCertificate(certificate, isTrusted ? 'trusted' : 'rejected', this.#clock.now(), [host])
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
      ...(this.#own.certificate ? [describeCertificate(this.#own.certificate, 'own', now)] : []),
      ...trusted.map((c) => describeCertificate(c, 'trusted', now, this.#hosts.of(c.fingerprint256))),
      ...rejected.map((c) => describeCertificate(c, 'rejected', now, this.#hosts.of(c.fingerprint256))),
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
      await this.#own.load()
    } catch (error) {
      throw folderFailure(this.#folder, error)
    }
  }

  #read(folder: string): Promise<X509Certificate[]> {
    return readFolder(folder, this.#log)
  }

  #changed(): void {
    for (const listener of [...this.#listeners]) listener()
  }
}

/** An untrusted certificate that is also out of its dates must say so: trusting it would not help. */
function dateStatus(certificate: X509Certificate, status: string, now: number): string {
  const outside = now < Date.parse(certificate.validFrom) || now > Date.parse(certificate.validTo)
  return outside ? 'BadCertificateTimeInvalid' : status
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
