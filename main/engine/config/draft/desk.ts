import { join } from 'node:path'
import type { EventChannel } from '../../../../shared/api/channels.ts'
import type { RequestOutput, RequestParsed } from '../../../../shared/api/contract.ts'
import type { DraftState } from '../../../../shared/api/draft-requests.ts'
import type { ConfigProblem, GatewayConfig } from '../../../../shared/config/gateway.ts'
import { isSame } from '../../../../shared/config/identity.ts'
import type { Clock } from '../../kit/clock.ts'
import { causeText, GatewayError } from '../../kit/gateway-error.ts'
import { Turns } from '../../kit/turns.ts'
import type { IssueSink } from '../../observe/issues.ts'
import type { Log } from '../../observe/log.ts'
import type { ConfigFile, LoadedConfig } from '../config-file.ts'
import { secretNames } from '../secret-names.ts'
import type { DeliveryPicture } from '../trial.ts'
import type { Vault } from '../vault.ts'
import { Applying, asError } from './applying.ts'
import { compareConfigs } from './change-text.ts'
import { findChanges } from './diff.ts'
import { Draft } from './draft.ts'
import { labelLimit, Proposals } from './proposals.ts'
import { revertSteps } from './revert.ts'
import { type Author, RunningConfig } from './running.ts'

// Draft, versions and what runs, kept in step. Guarantees: what runs is always what gateway.json says; every configuration
// that ran is a version; an edit made elsewhere (text editor, script, other window) never overwrites the draft, nor the
// draft it; what was applied on trial and does not deliver is taken back, also after a crash.

export interface DeskOptions {
  /** Absolute. */
  readonly dataDir: string
  readonly file: ConfigFile
  readonly vault: Vault
  readonly clock: Clock
  readonly log: Log
  readonly issues: IssueSink
  /** Loads the file, calls `adopt` and hands the changes to the parts they touch. */
  readonly reconfigure: () => Promise<void>
  readonly emit: (channel: EventChannel, payload: unknown) => void
  readonly delivery: () => DeliveryPicture
}

type EditAnswer = RequestOutput<'draft.edit'>

const fromApi: Author = { author: 'API', note: '' }

export class DraftDesk {
  readonly #options: DeskOptions
  readonly #turns = new Turns()
  readonly #running: RunningConfig
  readonly #draft: Draft
  readonly #proposals: Proposals
  readonly #applying: Applying
  #isOpen = false
  #count: { readonly from: GatewayConfig; readonly to: GatewayConfig; readonly changes: number } | undefined

  constructor(options: DeskOptions) {
    this.#options = options
    const { dataDir, vault, clock } = options
    const folder = join(dataDir, 'draft')
    this.#running = new RunningConfig({ ...options, versionsFolder: join(dataDir, 'versions') })
    const now = (): number => clock.now()
    this.#draft = new Draft({ path: join(folder, 'draft.log'), vault, now }, this.#running.document)
    const [running, draft, turns] = [this.#running, this.#draft, this.#turns]
    this.#proposals = new Proposals({ path: join(folder, 'proposal.json'), running, draft, vault, now })
    this.#applying = new Applying({ ...options, folder, running, draft, turns, changed: () => this.#changed() })
  }

  /** Call after every load of the file. True: the file was replaced because a trial had failed, load again. */
  adopt(loaded: LoadedConfig): Promise<boolean> {
    return this.#turns.take(async () => {
      try {
        if (!this.#isOpen) return await this.#open(loaded)
        const document = await this.#running.changed(loaded)
        if (document) await this.#ranOutside(document, { author: 'file', note: '' })
      } catch (error) {
        // A disk that takes no draft must not keep the plant from being collected.
        this.#isOpen = true
        this.#reportDamage(causeText(error))
      }
      return false
    })
  }

  /** Records of the vault that must stay. */
  secretNames(): Set<string> {
    const names = this.#draft.secretNames()
    secretNames([this.#running.document, this.#proposals.value], names)
    for (const name of this.#running.secretNames) names.add(name)
    return names
  }

  /** Once a second. */
  second(): void {
    this.#applying.second()
  }

  /** Resolves when what was begun is done. */
  async idle(): Promise<void> {
    await this.#turns.idle()
    await this.#applying.idle()
  }

  /** Resolves when nothing is written any more. */
  stop(): Promise<void> {
    return this.#turns.take(() => this.#applying.stop())
  }

  state(): DraftState {
    return {
      revision: this.#draft.revision,
      base: this.#running.version,
      changes: this.#changeCount(),
      undo: this.#draft.undoLabel,
      redo: this.#draft.redoLabel,
      hasProposal: this.#proposals.value !== undefined,
      trial: this.#applying.trial,
    }
  }

  get document(): GatewayConfig {
    return this.#draft.document
  }

  get running(): GatewayConfig {
    return this.#running.document
  }

  /** Somebody looks at the draft, and will edit it. */
  prepare(): void {
    void this.#turns.take(() => this.#draft.prepare()).catch(() => undefined)
  }

  since(revision: number): RequestOutput<'draft.since'> {
    const steps = this.#draft.since(revision)
    return { state: this.state(), steps: steps ? [...steps] : null }
  }

  edit({ revision, label, steps }: RequestParsed<'draft.edit'>): Promise<EditAnswer> {
    return this.#editing(revision, async () => this.#answer(await this.#draft.edit({ label, steps })))
  }

  undo(revision: number): Promise<DraftState> {
    return this.#editing(revision, async () => {
      await this.#draft.undo()
      return this.#changed()
    })
  }

  redo(revision: number): Promise<DraftState> {
    return this.#editing(revision, async () => {
      await this.#draft.redo()
      return this.#changed()
    })
  }

  discard(revision: number): Promise<DraftState> {
    return this.#editing(revision, async () =>
      this.#accepted(await this.#draft.put('Discard draft', this.#running.document)),
    )
  }

  revert(revision: number, id: string): Promise<DraftState> {
    return this.#editing(revision, async () => {
      const [before, after] = [this.#running.document, this.#draft.document]
      const change = findChanges(before, after).find((found) => found.id === id)
      if (!change) {
        throw new GatewayError('CONFIG_CONFLICT', `The draft has no change at ${id} any more`, {
          hint: 'Look at the newest review.',
        })
      }
      const label = `Take back: ${change.where.join(' › ')}`.slice(0, labelLimit)
      return this.#accepted(await this.#draft.edit({ label, steps: revertSteps(change, before, after) }))
    })
  }

  async apply(input: RequestParsed<'draft.apply'>): Promise<RequestOutput<'draft.apply'>> {
    const { clock } = this.#options
    const startedAt = clock.monotonic()
    const problems = [...(await this.#applying.apply(input))]
    const ms = Math.round(clock.monotonic() - startedAt)
    return { version: this.#running.version, problems, state: this.state(), ms }
  }

  /** Ends the trial: `keep` it, or take it back now. */
  async decide(keep: boolean): Promise<DraftState> {
    if (keep) await this.#turns.take(() => this.#applying.end())
    else await this.#applying.takeBack('somebody took it back')
    return this.#changed()
  }

  /** The whole configuration at once, from a script or an older page: applied without a draft, which is merged with it. */
  async save(config: unknown, revision: number, by = fromApi): Promise<RequestOutput<'config.save'>> {
    const answer = await this.#turns.take(async () => {
      const saved = await this.#running.save(config, revision)
      if (!saved.ok) throw asError(saved.error)
      if (saved.value.problems.length > 0) return saved.value
      const document = await this.#running.stored()
      if (!isSame(document, this.#running.document)) await this.#ranOutside(document, by)
      return saved.value
    })
    if (answer.problems.length === 0) await this.#options.reconfigure()
    return answer
  }

  versionsPage(page: RequestParsed<'versions.page'>): RequestOutput<'versions.page'> {
    return this.#running.page(page, this.#applying.trial?.version)
  }

  async compare({ from, to }: RequestParsed<'versions.compare'>): Promise<RequestOutput<'versions.compare'>> {
    const content = (number: number): Promise<GatewayConfig> | GatewayConfig =>
      number === 0 ? this.#draft.document : this.#running.required(number)
    return compareConfigs(await content(from), await content(to))
  }

  restore({ number, revision }: RequestParsed<'versions.restore'>): Promise<DraftState> {
    return this.#editing(revision, async () => {
      const content = await this.#running.required(number)
      return this.#accepted(await this.#draft.put(`Restore version ${number}`, content))
    })
  }

  propose(input: RequestParsed<'proposal.make'>): Promise<EditAnswer> {
    return this.#turns.take(async () => this.#answer(await this.#proposals.make(input)))
  }

  proposal(): RequestOutput<'proposal.get'> {
    return this.#proposals.view()
  }

  merge({ revision, theirs }: RequestParsed<'proposal.merge'>): Promise<EditAnswer> {
    return this.#editing(revision, async () => this.#answer(await this.#proposals.merge(theirs)))
  }

  dismiss(): Promise<DraftState> {
    return this.#turns.take(async () => {
      await this.#proposals.clear()
      return this.#changed()
    })
  }

  async #open(loaded: LoadedConfig): Promise<boolean> {
    await this.#proposals.open()
    const trial = await this.#applying.found()
    // A crash between the file and its version: the mark of the trial knows who applied it.
    await this.#running.open(loaded, (newest) =>
      trial && trial.version > newest ? trial : { author: 'file', note: '' },
    )
    const damage = await this.#draft.open(this.#running.document, this.#running.version)
    if (damage !== undefined) this.#reportDamage(damage)
    if (this.#draft.base !== this.#running.version && loaded.problem === undefined) {
      const base = await this.#running.content(this.#draft.base)
      await this.#proposals.rebase(base ?? this.#running.document, 'file')
    }
    this.#isOpen = true
    return trial ? this.#applying.resume(trial) : false
  }

  /** Applied by another way than the draft: a version of its own, and the draft is merged with it. */
  async #ranOutside(document: GatewayConfig, by: Author): Promise<void> {
    const before = this.#running.document
    await this.#running.record(document, by, this.#applying.kept)
    // What somebody wrote by hand is not taken back.
    await this.#applying.end()
    await this.#proposals.rebase(before, by.author)
    this.#changed()
  }

  #reportDamage(damage: string): void {
    this.#options.log.error('draft.damaged', { cause: damage })
    this.#options.issues.raise({
      code: 'CONFIG_UNREADABLE',
      severity: 'warning',
      subject: 'draft',
      subjectName: 'Draft',
      message: `Edits that were not applied may be lost: ${damage}.`,
      hint: 'What runs is not affected. Look through the draft before you apply it.',
    })
  }

  /** Rejects with CONFIG_CONFLICT when the draft is another one by now. */
  #editing<T>(revision: number, task: () => Promise<T>): Promise<T> {
    return this.#turns.take(() => {
      this.#draft.expect(revision)
      return task()
    })
  }

  #accepted(problems: readonly ConfigProblem[]): DraftState {
    const [first] = problems
    if (!first) return this.#changed()
    throw new GatewayError('CONFIG_INVALID', `The draft would be invalid: ${first.path} ${first.message}`, {
      hint: 'Correct that first, or take back the change that needs it.',
    })
  }

  #answer(problems: readonly ConfigProblem[]): EditAnswer {
    const state = problems.length === 0 ? this.#changed() : this.state()
    return { state, problems: [...problems] }
  }

  #changed(): DraftState {
    const state = this.state()
    this.#options.emit('draft.changed', state)
    return state
  }

  #changeCount(): number {
    const [from, to] = [this.#running.document, this.#draft.document]
    if (this.#count?.from !== from || this.#count.to !== to) {
      this.#count = { from, to, changes: findChanges(from, to).length }
    }
    return this.#count.changes
  }
}
