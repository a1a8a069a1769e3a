import type { EventChannel } from '../../../../shared/api/channels.ts'
import type { RequestOutput, RequestParsed } from '../../../../shared/api/contract.ts'
import type { GatewayConfig } from '../../../../shared/config/gateway.ts'
import { isSame, shareParts } from '../../../../shared/config/identity.ts'
import type { Clock } from '../../kit/clock.ts'
import { causeText, GatewayError } from '../../kit/gateway-error.ts'
import type { IssueSink } from '../../observe/issues.ts'
import type { Log } from '../../observe/log.ts'
import { type ConfigFile, emptyConfig, type LoadedConfig } from '../config-file.ts'
import type { Vault } from '../vault.ts'
import { Versions } from '../versions.ts'
import { hideSecrets, referSecrets } from './typed-secrets.ts'

// What runs, as the file says it, with references in place of secrets; and that every configuration that ran is a version.

export interface RunningOptions {
  /** Absolute. */
  readonly versionsFolder: string
  readonly file: ConfigFile
  readonly vault: Vault
  readonly clock: Clock
  readonly log: Log
  readonly issues: IssueSink
  readonly emit: (channel: EventChannel, payload: unknown) => void
}

export interface Author {
  readonly author: string
  readonly note: string
  readonly deliveredBefore?: number | undefined
}

export class RunningConfig {
  readonly #options: RunningOptions
  readonly #versions: Versions
  #document: GatewayConfig
  #version = 0
  /** Of the file whose content runs: what was loaded since then has not been seen here. */
  #fileRevision = 0

  constructor(options: RunningOptions) {
    this.#options = options
    this.#versions = new Versions(options.versionsFolder)
    this.#document = hideSecrets(options.file.stored)
  }

  get document(): GatewayConfig {
    return this.#document
  }

  /** Of what runs; 0 = it never was one: nothing is configured. */
  get version(): number {
    return this.#version
  }

  /** What the next version will be called. */
  get next(): number {
    return this.#versions.next
  }

  /** Records of the vault that must stay. */
  get secretNames(): readonly string[] {
    return this.#versions.secretNames()
  }

  /** At the start. `by`: who applied it, should it be no version yet. */
  async open(loaded: LoadedConfig, by: (newest: number) => Author): Promise<void> {
    const document = await this.#seen()
    this.#document = document
    await this.#versions.open()
    const { newest } = this.#versions
    this.#version = newest
    if (!this.#isMeant(loaded) || (await this.#versions.isNewest(document))) return
    const content = newest > 0 ? await this.#versions.read(newest) : undefined
    await this.record(document, by(newest), new Set(), content?.kind === 'read' ? content.config : emptyConfig())
  }

  /** After a later load: the new document when the file was changed by somebody else. */
  async changed(loaded: LoadedConfig): Promise<GatewayConfig | undefined> {
    const document = await this.#seen()
    return this.#isMeant(loaded) && !isSame(document, this.#document) ? document : undefined
  }

  /**
   * Writes the file. Fails with CONFIG_CONFLICT when it was changed by somebody else since it was seen here; `revision`: the
   * one somebody else's edit started from.
   */
  async save(config: unknown, revision = this.#fileRevision): ReturnType<ConfigFile['save']> {
    const saved = await this.#options.file.save(config, revision)
    if (saved.ok && saved.value.problems.length === 0) this.#fileRevision = saved.value.revision
    return saved
  }

  /** What was saved last, or what it was before when that is the same. */
  async stored(): Promise<GatewayConfig> {
    return this.#seen()
  }

  /** What runs from now on, as a version. Without room for it the gateway runs all the same and says so. */
  async record(
    document: GatewayConfig,
    { author, note, deliveredBefore }: Author,
    keep: ReadonlySet<number>,
    previous = this.#document,
  ): Promise<void> {
    const { clock, log, issues, emit } = this.#options
    const outcome = deliveredBefore === undefined ? undefined : { deliveredBefore }
    try {
      const version = { at: clock.now(), author, note, config: document, ...(outcome && { outcome }) }
      this.#version = await this.#versions.record(version, previous, new Set([...keep, this.#version]))
      issues.clear('versions')
    } catch (error) {
      log.error('version.failed', { cause: causeText(error) })
      issues.raise({
        code: 'CONFIG_UNREADABLE',
        severity: 'warning',
        subject: 'versions',
        subjectName: 'Versions',
        message: 'The running configuration could not be kept as a version.',
        hint: 'Check that the data folder is writable and has free space; the next change is kept again.',
      })
    }
    this.#document = document
    emit('versions.changed', { newest: this.#versions.newest })
  }

  /** Adds to what is known about a version; nothing that runs depends on it. */
  async note(number: number, outcome: Parameters<Versions['note']>[1]): Promise<void> {
    try {
      await this.#versions.note(number, outcome)
    } catch (error) {
      this.#options.log.warn('version.failed', { cause: causeText(error) })
    }
    this.#options.emit('versions.changed', { newest: this.#versions.newest })
  }

  page(page: RequestParsed<'versions.page'>, trial: number | undefined): RequestOutput<'versions.page'> {
    return this.#versions.page(page, { running: this.#version, trial })
  }

  /** Undefined: damaged, or unknown. Nothing is configured before the first version. */
  async content(number: number): Promise<GatewayConfig | undefined> {
    if (number === this.#version) return this.#document
    if (number === 0) return emptyConfig()
    const content = this.#versions.has(number) ? await this.#versions.read(number) : undefined
    return content?.kind === 'read' ? shareParts(this.#document, content.config) : undefined
  }

  /** Rejects with CONFIG_INVALID when it is damaged or unknown. */
  async required(number: number): Promise<GatewayConfig> {
    const config = await this.content(number)
    if (config) return config
    const isKnown = this.#versions.has(number)
    throw new GatewayError('CONFIG_INVALID', `Version ${number} ${isKnown ? 'is damaged' : 'does not exist'}`, {
      hint: 'Choose another version.',
    })
  }

  /** A broken file is no decision: what ran goes on. */
  #isMeant({ source, problem }: LoadedConfig): boolean {
    return source === 'file' || (problem === undefined && this.#versions.newest > 0)
  }

  /** The file's content, with references. A locked vault is not replaced only because somebody wrote clear text. */
  async #seen(): Promise<GatewayConfig> {
    const { file, vault, log } = this.#options
    const { stored, revision } = file
    this.#fileRevision = revision
    if (vault.state.kind === 'locked') return shareParts(this.#document, hideSecrets(stored))
    const { config, records } = referSecrets(stored, undefined, vault)
    try {
      for (const [name, value] of records) await vault.set(name, value)
      return shareParts(this.#document, config)
    } catch (error) {
      log.warn('vault.failed', { cause: causeText(error) })
      return shareParts(this.#document, hideSecrets(stored))
    }
  }
}
