import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as z from 'zod'
import type { RequestChannel } from '../../shared/api/channels.ts'
import type { RequestInput, RequestOutput } from '../../shared/api/contract.ts'
import { type ConfigProblem, type GatewayConfig, gatewaySchema } from '../../shared/config/gateway.ts'
import { isSame } from '../../shared/config/identity.ts'
import { type ErrorReport, ok, type Result } from '../../shared/errors.ts'
import { writeFileAtomic } from '../engine/config/atomic-write.ts'
import { importSummary, missingText, unlistedText } from '../engine/config/import/report-text.ts'
import { mapSecrets } from '../engine/config/secret-fields.ts'
import { systemClock } from '../engine/kit/clock.ts'
import { settledBy } from '../engine/kit/lifecycle.ts'
import type { Log } from '../engine/observe/log.ts'
import { type ForeignConfig, readForeignConfig } from './foreign-config.ts'
import { signatureOf } from './foreign-files.ts'

// `run --config` with the files of a ThingsBoard gateway. They are only read. What they say runs as DIR/gateway.json, with secrets
// in the vault, from the first start on and whenever they change - until that gateway.json is changed here: then nobody's work is
// overwritten, and what the files say waits as a proposal. Broken files change nothing: what ran goes on.

/** Often enough for a person who looks whether an edit has worked; the ThingsBoard gateway looks once a minute. */
const lookMs = 5000
/** Who made a version or a proposal of it. */
const author = 'ThingsBoard gateway files'
/** More are counted; `check` prints them all. */
const linesLimit = 50
/** The UI is served after this long in any case. */
const startLimitMs = 10_000
const stopLimitMs = 1000

export interface FollowedFilesOptions {
  /** Absolute. */
  readonly path: string
  readonly dataDir: string
  readonly request: (channel: RequestChannel, input: unknown) => Promise<Result<unknown>>
  readonly log: Log
}

/** What became of the files the last time, so that a start does not take a later edit for theirs. */
const importedSchema = z.object({
  path: z.string(),
  digest: z.string(),
  /** Of the gateway.json that was made of them; 0 = it never was. */
  revision: z.number(),
  /** Of its sources and ThingsBoard alone: name and storage may be set here without taking it from the files. */
  parts: z.string(),
})
type Imported = z.infer<typeof importedSchema>

/** Undefined when nothing was imported into this data folder yet. */
export async function readImported(dataDir: string): Promise<Imported | undefined> {
  try {
    return importedSchema.parse(JSON.parse(await readFile(importedPath(dataDir), 'utf8')))
  } catch {
    return undefined
  }
}

const importedPath = (dataDir: string): string => join(dataDir, 'imported.json')

export class FollowedFiles {
  readonly #options: FollowedFilesOptions
  /** Of the files that are dealt with; undefined: look again. */
  #signature: string | undefined
  /** Digest of what the log has said. */
  #told: string | undefined
  #timer: NodeJS.Timeout | undefined
  #looking: Promise<void> = Promise.resolve()
  #isOver = false

  constructor(options: FollowedFilesOptions) {
    this.#options = options
  }

  /** Resolves when the files were looked at once, as far as the engine answers in time. Never rejects. */
  async start(): Promise<void> {
    this.#looking = this.#look(true).then(() => this.#next())
    await settledBy(this.#looking, systemClock.monotonic() + startLimitMs, systemClock)
  }

  /** Resolves when nothing is written any more, or soon: a stop must not wait for an engine that does not answer. */
  async stop(): Promise<void> {
    this.#isOver = true
    clearTimeout(this.#timer)
    await settledBy(this.#looking, systemClock.monotonic() + stopLimitMs, systemClock)
  }

  #next(): void {
    if (this.#isOver) return
    this.#timer = setTimeout(() => {
      this.#looking = this.#look(false).then(() => this.#next())
    }, lookMs)
  }

  async #look(isStart: boolean): Promise<void> {
    const { path, log } = this.#options
    try {
      const signature = await signatureOf(path)
      if (signature === this.#signature) return
      const foreign = await readForeignConfig(path)
      this.#tell(foreign, isStart)
      if (foreign.config === undefined || foreign.problems.length > 0) this.#signature = signature
      else if (await this.#use(foreign, foreign.config)) this.#signature = signature
    } catch (error) {
      log.error('import.failed', { path, cause: String(error) })
    }
  }

  /** False when it has to be tried again: the engine is restarting, or somebody else is saving. */
  async #use(foreign: ForeignConfig, converted: GatewayConfig): Promise<boolean> {
    const { path, dataDir, log } = this.#options
    const { digest } = foreign
    const current = await this.#ask('config.get', null)
    if (!current.ok) return false
    const { config: running, revision } = current.value
    const imported = await readImported(dataDir)
    const isEmpty = running.connectors.length === 0 && !running.thingsboard
    if (!isEmpty && imported?.path === path && imported.digest === digest) return true
    // Name, storage and the like are decided here: no ThingsBoard gateway has them.
    const { name, storage } = running
    const config = gatewaySchema.parse({ ...converted, name, storage })
    const isTheirs = imported?.revision === revision || imported?.parts === partsOf(running)
    if (!isEmpty && !isTheirs) {
      // It ended between saving and remembering it.
      if (!imported && isSame(withoutSecrets(config), withoutSecrets(running))) {
        await this.#remember({ path, digest, revision, parts: partsOf(running) })
        return true
      }
      return this.#propose(config, { ...(imported ?? { revision: 0, parts: '' }), path, digest })
    }
    const saved = await this.#ask('config.save', { config, revision, author, note: `Converted from ${path}` })
    if (!saved.ok) return this.#refused(saved.error)
    if (this.#isRefused(saved.value.problems)) return true
    const now = await this.#ask('config.get', null)
    const parts = now.ok ? partsOf(now.value.config) : ''
    await this.#remember({ path, digest, revision: saved.value.revision, parts })
    log.info('import.applied', { path, what: importSummary(foreign.result), file: join(dataDir, 'gateway.json') })
    return true
  }

  async #propose(config: GatewayConfig, imported: Imported): Promise<boolean> {
    const { path, log } = this.#options
    const note = `Converted from ${path}. It does not run by itself, because gateway.json was changed here.`
    const made = await this.#ask('proposal.make', { config, author, note })
    if (!made.ok) return this.#refused(made.error)
    if (this.#isRefused(made.value.problems)) return true
    await this.#remember(imported)
    log.warn('import.proposed', {
      path,
      cause: 'gateway.json was changed here, so the files do not replace it; they wait as a proposal in the UI',
      hint: 'to start from the files again: stop, delete gateway.json and gateway.json.last-good in the data folder, start',
    })
    return true
  }

  #isRefused(problems: readonly ConfigProblem[]): boolean {
    for (const { path, message } of problems) this.#options.log.error('import.refused', { path, cause: message })
    return problems.length > 0
  }

  #refused({ code, message }: ErrorReport): boolean {
    if (code === 'BUSY' || code === 'CONFIG_CONFLICT') return false
    this.#options.log.error('import.failed', { path: this.#options.path, cause: message })
    return true
  }

  /** Once for every state of the files, however often it has to be tried. */
  #tell({ problems, result, unlisted, at, digest }: ForeignConfig, isStart: boolean): void {
    if (digest === this.#told) return
    this.#told = digest
    const { log, path } = this.#options
    for (const { file, path: place, message } of problems.slice(0, linesLimit)) {
      log.error('import.problem', { path: `${file}:${place}`, cause: message })
    }
    if (problems.length > 0 && !isStart) log.warn('import.unchanged', { path, cause: 'what ran before goes on' })
    const missing = result.entries.filter(({ state }) => state === 'unsupported')
    for (const entry of missing.slice(0, linesLimit)) {
      log.warn('import.unsupported', { path: `${at(entry.file)}:${entry.line}`, cause: missingText(entry) })
    }
    for (const file of unlisted) log.info('import.unlisted', { cause: unlistedText(at(file)) })
    const more = missing.length - linesLimit
    if (more > 0) log.warn('import.unsupported', { more, hint: `tb-gateway check ${path} says them all` })
  }

  async #remember(imported: Imported): Promise<void> {
    await writeFileAtomic(importedPath(this.#options.dataDir), `${JSON.stringify(imported)}\n`)
  }

  async #ask<C extends 'config.get' | 'config.save' | 'proposal.make'>(
    channel: C,
    input: RequestInput<C>,
  ): Promise<Result<RequestOutput<C>>> {
    const answer = await this.#options.request(channel, input)
    return answer.ok ? ok(answer.value as RequestOutput<C>) : answer
  }
}

const partsOf = ({ connectors, thingsboard }: GatewayConfig): string =>
  createHash('sha256')
    .update(JSON.stringify([connectors, thingsboard]))
    .digest('hex')

const withoutSecrets = (config: GatewayConfig): GatewayConfig => mapSecrets(config, () => '')
