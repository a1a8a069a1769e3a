import { rename } from 'node:fs/promises'
import type { EditStep } from '../../../../shared/config/edit.ts'
import { applySteps, EditStepError } from '../../../../shared/config/edit-steps.ts'
import type { ConfigProblem, GatewayConfig } from '../../../../shared/config/gateway.ts'
import { shareParts } from '../../../../shared/config/identity.ts'
import { stepsBetween } from '../../../../shared/config/steps-between.ts'
import { GatewayError } from '../../kit/gateway-error.ts'
import { checkConfig } from '../load.ts'
import { secretNames } from '../secret-names.ts'
import type { Vault } from '../vault.ts'
import { sizeOf } from './diff.ts'
import { DraftCheck } from './draft-check.ts'
import { DraftLog, type DraftRecord } from './draft-log.ts'
import { History } from './history.ts'
import { referSecrets } from './typed-secrets.ts'

// The draft on disk and in memory. Promise: it is always a valid configuration without clear-text secrets, and what an edit
// has resolved for is there after a crash. One call at a time; the desk sees to that.

export interface DraftOptions {
  /** Absolute path of the command log. */
  readonly path: string
  readonly vault: Vault
  readonly now: () => number
}

export interface Edit {
  readonly label: string
  readonly steps: readonly EditStep[]
  /** Moves the draft to this version. */
  readonly base?: number
}

/** Log beyond its start that is worth writing anew: read within a second at start. */
const compactBytes = 32 * 1_048_576
/** Steps of the latest edits kept for windows that follow them: a window asks after each one. */
const followLimit = 100

/** Below, an edit is fast enough without. */
const preparedFromKeys = 5000

export class Draft {
  readonly #path: string
  readonly #vault: Vault
  readonly #now: () => number
  readonly #log: DraftLog
  /** Replaced in `open`. */
  #history: History
  #check: DraftCheck
  #startBytes = 0
  /** What led from the revision before to this one. */
  #followed: { readonly revision: number; readonly steps: readonly EditStep[] }[] = []

  constructor({ path, vault, now }: DraftOptions, running: GatewayConfig) {
    this.#path = path
    this.#vault = vault
    this.#now = now
    this.#log = new DraftLog(path)
    this.#history = new History(running, 1, 0)
    this.#check = new DraftCheck(running)
  }

  /** Continues where it was, or begins with what runs. Resolves to what was wrong with the log, for the operator. */
  async open(running: GatewayConfig, version: number): Promise<string | undefined> {
    const { records, startBytes, damage } = await this.#log.read()
    this.#history = new History(running, 1, version)
    this.#check = new DraftCheck(running)
    if (records.length === 0) return damage
    this.#startBytes = startBytes
    const replayed = replay(records, running)
    if (!replayed) {
      const aside = `${this.#path}.unusable-${new Date(this.#now()).toISOString().replaceAll(':', '-')}`
      await rename(this.#path, aside)
      this.#startBytes = 0
      return `this gateway can not use the draft of the one before; it was kept as ${aside}`
    }
    this.#history = replayed
    this.#check.use(replayed.document)
    return damage
  }

  get document(): GatewayConfig {
    return this.#history.document
  }

  get revision(): number {
    return this.#history.revision
  }

  get base(): number {
    return this.#history.base
  }

  get undoLabel(): string | null {
    return this.#history.nextUndo?.label ?? null
  }

  get redoLabel(): string | null {
    return this.#history.nextRedo?.label ?? null
  }

  /** Nothing to undo and nothing to redo. */
  get isUntouched(): boolean {
    return this.#history.isEmpty
  }

  /** Rejects with CONFIG_CONFLICT when somebody else edited in the meantime. */
  expect(revision: number): void {
    if (revision === this.revision) return
    throw new GatewayError('CONFIG_CONFLICT', 'The draft was changed in another window in the meantime', {
      hint: 'The newest draft is shown now; make your change again.',
    })
  }

  /** Problems: why it was refused; nothing was changed then. */
  async edit({ label, steps, base }: Edit): Promise<readonly ConfigProblem[]> {
    const before = this.document
    let edited: GatewayConfig
    try {
      edited = applySteps(before, steps).document
    } catch (error) {
      if (error instanceof EditStepError) return [{ path: '(whole file)', message: error.message }]
      throw error
    }
    return this.put(label, edited, base)
  }

  /** Makes the draft this document, as one edit. */
  async put(label: string, wanted: unknown, base?: number): Promise<readonly ConfigProblem[]> {
    const before = this.document
    const checked = this.#check.check(wanted)
    if (checked.kind === 'invalid') return checked.problems
    const { config, records, problems } = referSecrets(checked.config, before, this.#vault)
    const steps = problems.length > 0 ? [] : stepsBetween(before, config)
    try {
      if (steps.length > 0) {
        for (const [name, value] of records) await this.#vault.set(name, value)
        await this.#keep(this.#history.record({ label, at: this.#now(), steps, base }), steps)
      } else if (problems.length === 0 && base !== undefined) await this.setBase(base)
    } finally {
      this.#check.use(this.document)
    }
    return problems
  }

  /** False: there is nothing to undo. */
  async undo(): Promise<boolean> {
    const command = this.#history.nextUndo
    if (!command) return false
    await this.#keep({ kind: 'undo', revision: this.revision + 1 }, command.inverse)
    this.#check.use(this.document)
    return true
  }

  async redo(): Promise<boolean> {
    const command = this.#history.nextRedo
    if (!command) return false
    await this.#keep({ kind: 'redo', revision: this.revision + 1 }, command.steps)
    this.#check.use(this.document)
    return true
  }

  /** What runs became this version; the document stays. Never rejects: the next start finds out by itself. */
  async setBase(base: number): Promise<void> {
    if (base === this.base) return
    const record = { kind: 'base', revision: this.revision + 1, base } as const
    try {
      await this.#keep(record, [])
    } catch {
      this.#history.carryOut(record)
      this.#follow(record.revision, [])
    }
  }

  /** An untouched draft follows what runs without a trace. */
  async follow(running: GatewayConfig, version: number): Promise<void> {
    const document = shareParts(this.document, running)
    const revision = this.revision + 1
    if (this.#startBytes > 0) await this.#log.rewrite([{ kind: 'start', revision, base: version, document }])
    this.#startBytes = this.#log.bytes
    this.#follow(revision, stepsBetween(this.document, document))
    this.#history = new History(document, revision, version)
    this.#check.use(document)
  }

  /** So that the first edit need not wait for what takes half a second with 100,000 keys. */
  async prepare(): Promise<void> {
    if (sizeOf(this.document).keys < preparedFromKeys) return
    await this.#begin()
    this.#check.prepare()
  }

  /** The steps from that revision to the newest; undefined when it is too long ago. */
  since(revision: number): readonly EditStep[] | undefined {
    if (revision === this.revision) return []
    const first = this.#followed.findIndex((step) => step.revision === revision + 1)
    return first === -1 ? undefined : this.#followed.slice(first).flatMap(({ steps }) => steps)
  }

  /** Records of the vault that the draft, undo or redo need. */
  secretNames(): Set<string> {
    return secretNames([this.document, this.#history.commands()])
  }

  #follow(revision: number, steps: readonly EditStep[]): void {
    this.#followed.push({ revision, steps })
    if (this.#followed.length > followLimit) this.#followed.shift()
  }

  /** A log of its own, with all the first edit starts from. */
  async #begin(): Promise<void> {
    if (this.#startBytes > 0) return
    const { document, revision, base } = this.#history
    await this.#log.rewrite([{ kind: 'start', revision, base, document }])
    this.#startBytes = this.#log.bytes
  }

  async #keep(record: DraftRecord, steps: readonly EditStep[]): Promise<void> {
    await this.#begin()
    await this.#log.append(record)
    this.#history.carryOut(record)
    this.#follow(record.revision, steps)
    if (this.#log.bytes > this.#startBytes + compactBytes) {
      // The edit is on disk already: a log that stays long is read more slowly, nothing else.
      await this.#log.rewrite(this.#history.compacted()).catch(() => undefined)
      this.#startBytes = this.#log.bytes
    }
  }
}

/** Undefined: the records do not make a valid configuration (an older or newer gateway wrote them). */
function replay(records: readonly DraftRecord[], running: GatewayConfig): History | undefined {
  try {
    let start: GatewayConfig | undefined
    const history = History.replay(records, (document) => {
      const checked = checkConfig(document)
      if (checked.kind === 'invalid') throw new EditStepError(checked.problems[0]?.message)
      start = shareParts(running, checked.config)
      return start
    })
    if (!history || !start) return undefined
    return new DraftCheck(start).check(history.document).kind === 'valid' ? history : undefined
  } catch (error) {
    if (error instanceof EditStepError) return undefined
    throw error
  }
}
