import { dirname } from 'node:path'
import type { ConfigProblem, ConnectorConfig, GatewayConfig } from '../../../shared/config/gateway.ts'
import { gatewaySchema } from '../../../shared/config/gateway.ts'
import type { ThingsboardConfig } from '../../../shared/config/thingsboard.ts'
import { failed, ok, type Result } from '../../../shared/errors.ts'
import type { Clock } from '../kit/clock.ts'
import { GatewayError, toErrorReport } from '../kit/gateway-error.ts'
import { writeFileAtomic } from './atomic-write.ts'
import { applyEnvironment } from './environment.ts'
import { checkConfig, checkConfigText, type ReadOutcome, readConfigText, revisionOf } from './load.ts'
import { maskSecrets, separateSecrets, unmaskWith } from './mask.ts'
import { resolveSecrets } from './resolve.ts'
import {
  listSecrets,
  mapConnectorSecrets,
  mapSecrets,
  mapThingsboardSecrets,
  type SecretField,
} from './secret-fields.ts'
import { secretNames } from './secret-names.ts'
import type { Vault } from './vault.ts'

// gateway.json and its `.last-good` copy. Promise: a configuration that passed every check stays runnable whatever happens to
// the file afterwards; a broken file is reported and left as it is (a save keeps it as `.broken`); a save never overwrites an
// edit its author has not seen; after a power cut there is the old or the new file.

export interface ConfigFileOptions {
  /** Absolute path of gateway.json. */
  readonly path: string
  /** Already open. */
  readonly vault: Vault
  /** TB_GW_* overrides and `${env:…}`. */
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Records of the vault that something else than the file refers to: they outlive a save. */
  readonly alsoUsed?: () => Iterable<string>
}

export interface LoadedConfig {
  /** With the overrides of the environment, secrets still by reference or in clear text: see `resolve`. */
  readonly config: GatewayConfig
  readonly revision: number
  readonly source: 'file' | 'last-good' | 'empty'
  /** What is wrong with the file or the environment; empty when all is well. */
  readonly problems: readonly ConfigProblem[]
  /** One sentence for the status while something else than the file runs. */
  readonly problem: string | undefined
  /** TB_GW_* variables in force. */
  readonly overrides: readonly string[]
}

const deletedFile: ConfigProblem = {
  path: '(whole file)',
  message: 'was deleted; write it again, or delete its .last-good copy too to start empty',
}
export const emptyConfig = (): GatewayConfig => gatewaySchema.parse({ version: 1 })
/** Edits with a text editor are noticed within this time; one stat-sized read of a small file costs nothing. */
const watchMs = 2000

export class ConfigFile {
  readonly #path: string
  readonly #vault: Vault
  readonly #environment: ConfigFileOptions['environment']
  readonly #alsoUsed: () => Iterable<string>
  /** As in the file (or last good copy), without overrides. */
  #stored: GatewayConfig = emptyConfig()
  #revision = 0
  /** Revision of what lies on disk, broken or not; 0 = no file. */
  #diskRevision = 0
  /** What `watch` has told of already. */
  #noticedRevision: number | undefined
  /** One save at a time. */
  #saving: Promise<unknown> = Promise.resolve()

  constructor(options: ConfigFileOptions) {
    this.#path = options.path
    this.#vault = options.vault
    this.#environment = options.environment
    this.#alsoUsed = options.alsoUsed ?? (() => [])
  }

  get path(): string {
    return this.#path
  }

  /** As in the file, without overrides of the environment; clear-text secrets are still in it. */
  get stored(): GatewayConfig {
    return this.#stored
  }

  get revision(): number {
    return this.#revision
  }

  /** Never rejects for what is in the file; rejects with CONFIG_UNREADABLE only when the folder can not be used. */
  async load(): Promise<LoadedConfig> {
    const read = await readConfigText(this.#path)
    this.#diskRevision = read.kind === 'read' ? read.revision : 0
    const problems = problemsOf(read)
    if (read.kind === 'read') {
      const checked = checkConfigText(read.text)
      if (checked.kind === 'valid') {
        await this.#keepLastGood(read.text)
        return this.#use(checked.config, read.revision, 'file', [])
      }
      problems.push(...checked.problems)
    }
    const good = await readConfigText(this.#lastGoodPath)
    const checked = good.kind === 'read' ? checkConfigText(good.text) : undefined
    // Deleting the file must not stop a plant: editors and deployment tools delete, then write.
    if (read.kind === 'missing' && checked?.kind === 'valid') problems.push(deletedFile)
    if (problems.length > 0 && good.kind === 'read' && checked?.kind === 'valid') {
      return this.#use(checked.config, good.revision, 'last-good', problems)
    }
    return this.#use(emptyConfig(), 0, 'empty', problems)
  }

  /** What the API shows: the file's own content, secrets masked. */
  view(): { config: GatewayConfig; revision: number; path: string } {
    return { config: maskSecrets(this.#stored), revision: this.#revision, path: this.#path }
  }

  /** Problems of an edited configuration, nothing is kept. */
  validate(input: unknown): readonly ConfigProblem[] {
    const checked = checkConfig(input)
    if (checked.kind === 'invalid') return checked.problems
    return separateSecrets(checked.config, this.#stored, this.#vault).problems
  }

  /**
   * Saves when there is nothing wrong with it; otherwise `problems` say what, and nothing was touched. Fails with
   * CONFIG_CONFLICT when the file changed since `revision`, with CONFIG_UNREADABLE when it can not be written. Afterwards
   * call `load`.
   */
  save(input: unknown, revision: number): Promise<Result<{ revision: number; problems: ConfigProblem[] }>> {
    const saved = this.#saving.then(() => this.#save(input, revision))
    this.#saving = saved
    return saved
  }

  /** The configuration with secrets in clear text, for the engine's parts only. Fields without a value are empty and named. */
  async resolve(config: GatewayConfig): Promise<{ config: GatewayConfig; problems: ConfigProblem[] }> {
    const { values, problems } = await this.#values(listSecrets(config))
    return { config: mapSecrets(config, (field) => values.get(field.path) ?? ''), problems }
  }

  /** A connector as somebody edits it, ready for a test: masked secrets are the stored ones. */
  async resolveConnector(
    connector: ConnectorConfig,
  ): Promise<{ connector: ConnectorConfig; problems: ConfigProblem[] }> {
    const unmask = unmaskWith(this.#stored)
    const { value, problems } = await this.#resolvePart(connector, mapConnectorSecrets, unmask)
    return { connector: value, problems }
  }

  async resolveThingsboard(
    thingsboard: ThingsboardConfig,
  ): Promise<{ thingsboard: ThingsboardConfig; problems: ConfigProblem[] }> {
    const unmask = unmaskWith(this.#stored)
    const { value, problems } = await this.#resolvePart(thingsboard, mapThingsboardSecrets, unmask)
    return { thingsboard: value, problems }
  }

  /** Calls `changed` when somebody else changed the file; returns its undo. */
  watch(clock: Clock, changed: () => void): () => void {
    let reading = false
    let stopped = false
    const undo = clock.every(watchMs, () => {
      if (reading) return
      reading = true
      void this.#changedOnDisk().then((differs) => {
        reading = false
        if (differs && !stopped) changed()
      })
    })
    return () => {
      stopped = true
      undo()
    }
  }

  async #changedOnDisk(): Promise<boolean> {
    await this.#saving
    const before = this.#diskRevision
    const read = await readConfigText(this.#path)
    const now = read.kind === 'read' ? read.revision : 0
    // A save or load in between has seen it already.
    if (before !== this.#diskRevision) return false
    // #diskRevision waits for `load`: until then a save must still meet a conflict.
    const isNews = now !== before && now !== this.#noticedRevision
    this.#noticedRevision = now
    return isNews
  }

  async #save(input: unknown, revision: number): Promise<Result<{ revision: number; problems: ConfigProblem[] }>> {
    const checked = checkConfig(input)
    if (checked.kind === 'invalid') return ok({ revision: this.#revision, problems: [...checked.problems] })
    const { config, records, problems } = separateSecrets(checked.config, this.#stored, this.#vault)
    if (problems.length > 0) return ok({ revision: this.#revision, problems: [...problems] })
    const onDisk = await readConfigText(this.#path)
    const diskRevision = onDisk.kind === 'read' ? onDisk.revision : 0
    if (revision !== this.#revision || diskRevision !== this.#diskRevision) {
      return failed({
        code: 'CONFIG_CONFLICT',
        message: 'Saving the configuration: it was changed by somebody else in the meantime',
        hint: 'Load the newer configuration, make your change again and save.',
      })
    }
    try {
      // Before the file: a reference must never point to nothing.
      for (const [name, value] of records) await this.#vault.set(name, value)
      if (onDisk.kind === 'read' && checkConfigText(onDisk.text).kind === 'invalid') {
        await writeFileAtomic(`${this.#path}.broken`, onDisk.text)
      }
      const text = textOf(config)
      await writeFileAtomic(this.#path, text)
      await this.#keepLastGood(text)
      this.#stored = config
      this.#revision = this.#diskRevision = revisionOf(text)
      await this.#forgetUnused(config)
    } catch (error) {
      return failed(toErrorReport(this.#unwritable(error)))
    }
    return ok({ revision: this.#revision, problems: [] })
  }

  #use(
    config: GatewayConfig,
    revision: number,
    source: LoadedConfig['source'],
    fileProblems: readonly ConfigProblem[],
  ): LoadedConfig {
    this.#stored = config
    this.#revision = revision
    const overridden = applyEnvironment(config, this.#environment)
    const first = fileProblems[0]
    const instead = source === 'last-good' ? 'the last good configuration runs' : 'no source is configured'
    return {
      config: overridden.config,
      revision,
      source,
      problems: [...fileProblems, ...overridden.problems],
      problem: first && `${this.#path} was refused (${first.path}: ${first.message}); ${instead} until it is corrected`,
      overrides: overridden.applied,
    }
  }

  get #lastGoodPath(): string {
    return `${this.#path}.last-good`
  }

  async #keepLastGood(text: string): Promise<void> {
    const known = await readConfigText(this.#lastGoodPath)
    if (known.kind === 'read' && known.text === text) return
    try {
      await writeFileAtomic(this.#lastGoodPath, text)
    } catch (error) {
      // A file in a folder we may only read (a mounted ConfigMap) is fine; it just has no second copy.
      if ((error as NodeJS.ErrnoException).code !== 'EROFS' && (error as NodeJS.ErrnoException).code !== 'EACCES') {
        throw this.#unwritable(error)
      }
    }
  }

  #unwritable(error: unknown): GatewayError {
    if (error instanceof GatewayError) return error
    return new GatewayError('CONFIG_UNREADABLE', `Writing the configuration ${this.#path} failed`, {
      hint: 'Check that the folder exists, is writable and has free space.',
      cause: error,
    })
  }

  async #forgetUnused(config: GatewayConfig): Promise<void> {
    const used = new Set([...secretNames(config), ...this.#alsoUsed()])
    for (const name of this.#vault.names()) {
      if (!used.has(name)) await this.#vault.delete(name)
    }
  }

  async #resolvePart<T>(
    part: T,
    map: (part: T, replace: (field: SecretField) => string) => T,
    unmask: (field: SecretField) => string | undefined,
  ): Promise<{ value: T; problems: ConfigProblem[] }> {
    const fields: SecretField[] = []
    map(part, (field) => {
      fields.push({ ...field, value: unmask(field) ?? '' })
      return field.value
    })
    const { values, problems } = await this.#values(fields)
    return { value: map(part, (field) => values.get(field.path) ?? ''), problems }
  }

  #values(fields: readonly SecretField[]): ReturnType<typeof resolveSecrets> {
    return resolveSecrets(fields, {
      environment: this.#environment,
      vault: this.#vault,
      folder: dirname(this.#path),
    })
  }
}

/** Indented for people; beyond what anybody reads, half the size counts for more. */
function textOf(config: GatewayConfig): string {
  const text = JSON.stringify(config)
  return `${text.length > indentedLimit ? text : JSON.stringify(config, undefined, 2)}\n`
}

const indentedLimit = 4_194_304

function problemsOf(read: ReadOutcome): ConfigProblem[] {
  return read.kind === 'unreadable' ? [{ path: '(whole file)', message: read.message }] : []
}
