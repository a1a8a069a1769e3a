import { join } from 'node:path'
import type { EventChannel } from '../../../../shared/api/channels.ts'
import type { RequestOutput, RequestParsed } from '../../../../shared/api/contract.ts'
import type { DraftState, VersionRow } from '../../../../shared/api/draft-requests.ts'
import type { ConfigProblem, GatewayConfig } from '../../../../shared/config/gateway.ts'
import { isSame, shareParts } from '../../../../shared/config/identity.ts'
import type { ErrorReport } from '../../../../shared/errors.ts'
import type { Clock } from '../../kit/clock.ts'
import { causeText, GatewayError } from '../../kit/gateway-error.ts'
import type { IssueSink } from '../../observe/issues.ts'
import type { Log } from '../../observe/log.ts'
import { type ConfigFile, emptyConfig, type LoadedConfig } from '../config-file.ts'
import { checkConfig } from '../load.ts'
import { secretNames } from '../secret-names.ts'
import type { DeliveryPicture } from '../trial.ts'
import { TrialWatch } from '../trial-watch.ts'
import type { Vault } from '../vault.ts'
import { Versions } from '../versions.ts'
import { compareConfigs } from './change-text.ts'
import { findChanges } from './diff.ts'
import { Draft } from './draft.ts'
import { mergeConfigs } from './merge.ts'
import { ProposalBox } from './proposal.ts'
import { revertSteps } from './revert.ts'
import { notTakenBack, takenBack, trialSubject } from './trial-issues.ts'
import { hideSecrets, referSecrets } from './typed-secrets.ts'

// Draft, versions and what runs, kept in step. Guarantees: what runs is always what gateway.json says; every configuration
// that ran is a version; an edit made elsewhere (text editor, script, other window) never overwrites the draft, nor the
// draft it; what was applied on trial and does not deliver is taken back, also after a crash.

export interface DeskOptions {
  readonly dataDir: string
  readonly file: ConfigFile
  readonly vault: Vault
  readonly clock: Clock
  readonly log: Log
  readonly issues: IssueSink
  /** Loads the file and hands the changes to the parts they touch. */
  readonly reconfigure: () => Promise<void>
  readonly emit: (channel: EventChannel, payload: unknown) => void
  readonly delivery: () => DeliveryPicture
}

interface Running {
  /** With references in place of secrets. */
  readonly document: GatewayConfig
  /** 0 = it never was a version: nothing is configured. */
  readonly version: number
}

type EditAnswer = RequestOutput<'draft.edit'>

export class DraftDesk {
  readonly #options: DeskOptions
  readonly #versions: Versions
  readonly #proposals: ProposalBox
  readonly #trials: TrialWatch
  #draft: Draft
  #running: Running
  #isOpen = false
  #queue: Promise<unknown> = Promise.resolve()
  #count: { readonly from: GatewayConfig; readonly to: GatewayConfig; readonly changes: number } | undefined

  constructor(options: DeskOptions) {
    this.#options = options
    const folder = join(options.dataDir, 'draft')
    this.#versions = new Versions(join(options.dataDir, 'versions'))
    this.#proposals = new ProposalBox(join(folder, 'proposal.json'))
    const { vault, clock, file } = options
    this.#running = { document: hideSecrets(file.stored), version: 0 }
    this.#draft = new Draft({ path: join(folder, 'draft.log'), vault, now: () => clock.now() }, this.#running.document)
    this.#trials = new TrialWatch({
      path: join(folder, 'trial.json'),
      clock,
      delivery: options.delivery,
      failed: (why) => void this.#takeBackLater(why),
      passed: () => this.#changed(),
      measured: (version, deliveredAfter) => void this.#note(version, deliveredAfter),
    })
  }

  /**
   * Call after every load of the file. Resolves to true when the file was replaced because a trial failed: load again.
   */
  adopt(loaded: LoadedConfig): Promise<boolean> {
    return this.#one(async () => {
      const document = await this.#withReferences(this.#options.file.stored)
      if (!this.#isOpen) return this.#open(document, loaded)
      if (loaded.source === 'file' && !isSame(document, this.#running.document)) {
        await this.#ranOutside(document, { author: 'file', note: '' })
      }
      return false
    })
  }

  /** Records of the vault that must stay. */
  secretNames(): Set<string> {
    const names = this.#draft.secretNames()
    secretNames([this.#running.document, this.#proposals.value], names)
    for (const name of this.#versions.secretNames()) names.add(name)
    return names
  }

  /** Once a second. */
  second(): void {
    this.#trials.second()
  }

  /** Resolves when nothing is written any more. */
  async stop(): Promise<void> {
    await this.#one(() => this.#trials.stop())
  }

  state(): DraftState {
    return {
      revision: this.#draft.revision,
      base: this.#running.version,
      changes: this.#changeCount(),
      undo: this.#draft.undoLabel,
      redo: this.#draft.redoLabel,
      hasProposal: this.#proposals.value !== undefined,
      trial: this.#trials.state,
    }
  }

  get document(): GatewayConfig {
    return this.#draft.document
  }

  get running(): GatewayConfig {
    return this.#running.document
  }

  since(revision: number): RequestOutput<'draft.since'> {
    const steps = this.#draft.since(revision)
    return { state: this.state(), steps: steps ? [...steps] : null }
  }

  edit({ revision, label, steps }: RequestParsed<'draft.edit'>): Promise<EditAnswer> {
    return this.#one(async () => {
      this.#draft.expect(revision)
      return this.#answer(await this.#draft.edit({ label, steps }))
    })
  }

  undo(revision: number): Promise<DraftState> {
    return this.#one(async () => {
      this.#draft.expect(revision)
      await this.#draft.undo()
      return this.#changed()
    })
  }

  redo(revision: number): Promise<DraftState> {
    return this.#one(async () => {
      this.#draft.expect(revision)
      await this.#draft.redo()
      return this.#changed()
    })
  }

  discard(revision: number): Promise<DraftState> {
    return this.#one(async () => {
      this.#draft.expect(revision)
      refuse(await this.#draft.put('Discard draft', this.#running.document))
      return this.#changed()
    })
  }

  revert(revision: number, id: string): Promise<DraftState> {
    return this.#one(async () => {
      this.#draft.expect(revision)
      const [before, after] = [this.#running.document, this.#draft.document]
      const change = findChanges(before, after).find((found) => found.id === id)
      if (!change) {
        throw new GatewayError('CONFIG_CONFLICT', `The draft has no change at ${id} any more`, {
          hint: 'Look at the newest review.',
        })
      }
      const label = `Take back: ${change.where.join(' › ')}`.slice(0, 200)
      refuse(await this.#draft.edit({ label, steps: revertSteps(change, before, after) }))
      return this.#changed()
    })
  }

  async apply(input: RequestParsed<'draft.apply'>): Promise<RequestOutput<'draft.apply'>> {
    const { clock } = this.#options
    const startedAt = clock.monotonic()
    const problems = await this.#one(() => this.#apply(input))
    if (problems === undefined) await this.#reconfigured()
    return {
      version: this.#running.version,
      problems: [...(problems ?? [])],
      state: this.state(),
      ms: Math.round(clock.monotonic() - startedAt),
    }
  }

  /** The whole configuration at once, from a script or an older page: applied without a draft, which is merged with it. */
  async save(config: unknown, revision: number): Promise<RequestOutput<'config.save'>> {
    const answer = await this.#one(async () => {
      const { file } = this.#options
      const saved = await file.save(config, revision)
      if (!saved.ok) throw asError(saved.error)
      if (saved.value.problems.length > 0) return saved.value
      const document = await this.#withReferences(file.stored)
      if (!isSame(document, this.#running.document)) await this.#ranOutside(document, { author: 'API', note: '' })
      return saved.value
    })
    if (answer.problems.length === 0) await this.#options.reconfigure()
    return answer
  }

  /** Ends the trial: `keep` it, or take it back now. */
  async decide(keep: boolean): Promise<DraftState> {
    if (keep) await this.#one(() => this.#trials.end())
    else if (this.#trials.state) await this.#takeBackLater('somebody took it back')
    return this.#changed()
  }

  versionsPage(page: RequestParsed<'versions.page'>): { total: number; rows: VersionRow[] } {
    return this.#versions.page(page, { running: this.#running.version, trial: this.#trials.state?.version })
  }

  async compare({ from, to }: RequestParsed<'versions.compare'>): Promise<RequestOutput<'versions.compare'>> {
    const before = await this.#version(from)
    return compareConfigs(before, shareParts(before, await this.#version(to)))
  }

  restore({ number, revision }: RequestParsed<'versions.restore'>): Promise<DraftState> {
    return this.#one(async () => {
      this.#draft.expect(revision)
      refuse(await this.#draft.put(`Restore version ${number}`, await this.#version(number)))
      return this.#changed()
    })
  }

  propose({ config, author, note }: RequestParsed<'proposal.make'>): Promise<EditAnswer> {
    return this.#one(async () => {
      const checked = checkConfig(config)
      if (checked.kind === 'invalid') return this.#answer(checked.problems)
      const {
        config: referred,
        records,
        problems,
      } = referSecrets(checked.config, this.#draft.document, this.#options.vault)
      if (problems.length > 0) return this.#answer(problems)
      for (const [name, value] of records) await this.#options.vault.set(name, value)
      const base = this.#running.document
      await this.#proposals.put({ author, note, at: this.#options.clock.now(), base, config: referred })
      return this.#answer([])
    })
  }

  proposal(): RequestOutput<'proposal.get'> {
    const proposal = this.#proposals.value
    if (!proposal) return null
    const { author, note, at, base, config } = proposal
    const { conflicts } = mergeConfigs(base, this.#draft.document, config)
    const comparison = compareConfigs(this.#draft.document, config)
    return { author, note, at, comparison, conflicts: [...conflicts] }
  }

  merge({ revision, theirs }: RequestParsed<'proposal.merge'>): Promise<EditAnswer> {
    return this.#one(async () => {
      this.#draft.expect(revision)
      const proposal = this.#proposals.value
      if (!proposal) throw new GatewayError('CONFIG_CONFLICT', 'There is no proposed version any more')
      const merged = mergeConfigs(proposal.base, this.#draft.document, proposal.config, new Set(theirs))
      const label = `Merge what ${proposal.author} proposed`.slice(0, 200)
      const problems = await this.#draft.put(label, merged.document)
      if (problems.length === 0) await this.#proposals.clear()
      return this.#answer(problems)
    })
  }

  dismiss(): Promise<DraftState> {
    return this.#one(async () => {
      await this.#proposals.clear()
      return this.#changed()
    })
  }

  async #open(document: GatewayConfig, loaded: LoadedConfig): Promise<boolean> {
    const { log } = this.#options
    await this.#versions.open()
    await this.#proposals.open()
    const trial = await this.#trials.open()
    const { newest } = this.#versions
    this.#running = { document, version: newest }
    const content = newest > 0 ? await this.#versions.read(newest) : undefined
    const known = content?.kind === 'read' ? content.config : undefined
    const isNews = loaded.source === 'file' ? !known || !isSame(known, document) : false
    // A crash between the file and its version: the mark of the trial knows who applied it.
    const mark = trial && trial.version > newest ? trial : undefined
    if (isNews) await this.#record(known, document, mark ?? { author: 'file', note: '' })
    const damage = await this.#draft.open(document, this.#running.version)
    if (damage !== undefined) {
      log.error('draft.damaged', { cause: damage })
      this.#raiseDamage(damage)
    }
    if (this.#draft.base !== this.#running.version && loaded.problem === undefined) {
      const base = await this.#versions.read(this.#draft.base)
      await this.#rebase(base.kind === 'read' ? base.config : document, 'file')
    }
    this.#isOpen = true
    if (!trial) return false
    const failed = await this.#trials.resume(trial, this.#running.version)
    return failed === undefined ? false : this.#takeBack(failed)
  }

  /** Undefined: applied. */
  async #apply(input: RequestParsed<'draft.apply'>): Promise<readonly ConfigProblem[] | undefined> {
    const { file, issues } = this.#options
    this.#draft.expect(input.revision)
    const { document } = this.#draft
    if (isSame(document, this.#running.document)) return []
    const kept = new Set(document.connectors.flatMap((c) => (c.enabled ? [c.id] : [])))
    const { author, note, rollBackSeconds } = input
    const version = this.#versions.next
    const before = this.#running.version
    const mark = { version, before, author, note, seconds: rollBackSeconds, stays: (id: string) => kept.has(id) }
    await this.#trials.begin(mark)
    const saved = await file.save(document, file.revision)
    if (!saved.ok || saved.value.problems.length > 0) {
      await this.#trials.cancel()
      if (saved.ok) return saved.value.problems
      // The edit of somebody else is taken over; the operator looks at the two together.
      if (saved.error.code === 'CONFIG_CONFLICT') void this.#options.reconfigure()
      throw asError(saved.error)
    }
    issues.clear(trialSubject)
    const deliveredBefore = this.#trials.perMinute
    await this.#record(this.#running.document, document, {
      ...{ author, note },
      ...(deliveredBefore !== undefined && { outcome: { deliveredBefore } }),
    })
    await this.#draft.setBase(this.#running.version)
    return undefined
  }

  /** Applied by another way than the draft: a version of its own, and the draft is merged with it. */
  async #ranOutside(document: GatewayConfig, by: { author: string; note: string }): Promise<void> {
    const before = this.#running.document
    const shared = shareParts(before, document)
    await this.#record(before, shared, by)
    await this.#trials.end()
    await this.#rebase(before, by.author)
    this.#changed()
  }

  /** The draft's changes on top of what runs now. Where both changed the same, the draft stays and a proposal says so. */
  async #rebase(base: GatewayConfig, author: string): Promise<void> {
    const { document, version } = this.#running
    if (this.#draft.isUntouched && isSame(this.#draft.document, base)) return this.#draft.follow(document, version)
    const ours = this.#draft.document
    const { document: merged, conflicts } = mergeConfigs(base, ours, document)
    const label = author === 'file' ? 'Changed in gateway.json' : `Changed by ${author}`
    const problems = await this.#draft.put(label, merged, version)
    if (problems.length > 0) await this.#draft.setBase(version)
    if (problems.length === 0 && conflicts.length === 0) return
    const { clock } = this.#options
    const note = `The running configuration was changed (version ${version}) where the draft has changes too.`
    await this.#proposals.put({ author, note, at: clock.now(), base, config: document })
  }

  /** What runs from now on, as a version. Without room for it the gateway runs all the same and says so. */
  async #record(
    previous: GatewayConfig | undefined,
    document: GatewayConfig,
    by: { author: string; note: string; outcome?: { deliveredBefore?: number } },
  ): Promise<void> {
    const { clock, log, issues } = this.#options
    const { author, note, outcome } = by
    let { version } = this.#running
    try {
      const keep = new Set([version, this.#draft.base, this.#trials.before].filter((n) => n !== undefined))
      const fresh = { at: clock.now(), author, note, config: document, ...(outcome && { outcome }) }
      version = await this.#versions.record(fresh, previous ?? emptyConfig(), keep)
      issues.clear(versionSubject)
    } catch (error) {
      log.error('version.failed', { cause: causeText(error) })
      issues.raise({
        code: 'CONFIG_UNREADABLE',
        severity: 'warning',
        subject: versionSubject,
        subjectName: 'Versions',
        message: 'The running configuration could not be kept as a version.',
        hint: 'Check that the data folder is writable and has free space; the next change is kept again.',
      })
    }
    this.#running = { document, version }
    this.#options.emit('versions.changed', { newest: this.#versions.newest })
  }

  async #takeBackLater(why: string): Promise<void> {
    const replaced = await this.#one(() => this.#takeBack(why))
    if (replaced) await this.#reconfigured()
  }

  /** False: there was nothing to take back, or it could not be. The draft keeps what failed. */
  async #takeBack(why: string): Promise<boolean> {
    const { file, issues, log } = this.#options
    const trial = this.#trials.current
    if (!trial) return false
    await this.#trials.end()
    const content = await this.#content(trial.before)
    const saved = content && (await file.save(content, file.revision))
    const failed = trial.version
    if (!saved?.ok || saved.value.problems.length > 0) {
      const cause = !content
        ? `version ${trial.before} is damaged`
        : saved && !saved.ok
          ? saved.error.message
          : 'it is refused'
      log.error('version.rollback.failed', { version: failed, cause })
      issues.raise(notTakenBack(failed, trial.before, why, cause))
      return false
    }
    log.warn('version.rolled.back', { version: failed, reason: why })
    await this.#versions.note(failed, { rolledBack: true }).catch(() => undefined)
    const note = `Version ${failed} was taken back: ${why}`
    await this.#record(this.#running.document, shareParts(this.#running.document, content!), {
      author: 'Gateway',
      note,
    })
    await this.#draft.setBase(this.#running.version)
    issues.raise(takenBack(failed, trial.before, why))
    this.#changed()
    return true
  }

  /** The engine runs it now; what it delivers counts from here. */
  async #reconfigured(): Promise<void> {
    await this.#options.reconfigure()
    await this.#trials.start(this.#running.version)
    this.#changed()
  }

  async #version(number: number): Promise<GatewayConfig> {
    const config = number === 0 ? this.#draft.document : await this.#content(number)
    if (config) return config
    const isKnown = this.#versions.has(number)
    throw new GatewayError('CONFIG_INVALID', `Version ${number} ${isKnown ? 'is damaged' : 'does not exist'}`, {
      hint: 'Choose another version.',
    })
  }

  /** Of a version; nothing configured before the first one. */
  async #content(number: number): Promise<GatewayConfig | undefined> {
    if (number === this.#running.version) return this.#running.document
    if (number === 0) return emptyConfig()
    const content = this.#versions.has(number) ? await this.#versions.read(number) : undefined
    return content?.kind === 'read' ? content.config : undefined
  }

  /** A locked vault is not replaced only because somebody wrote clear text into the file. */
  async #withReferences(stored: GatewayConfig): Promise<GatewayConfig> {
    const { vault, log } = this.#options
    if (vault.state.kind === 'locked') return shareParts(this.#running.document, hideSecrets(stored))
    const { config, records } = referSecrets(stored, undefined, vault)
    try {
      for (const [name, value] of records) await vault.set(name, value)
      return shareParts(this.#running.document, config)
    } catch (error) {
      log.warn('vault.failed', { cause: causeText(error) })
      return hideSecrets(stored)
    }
  }

  async #note(version: number, deliveredAfter: number): Promise<void> {
    await this.#versions.note(version, { deliveredAfter }).catch(() => undefined)
    this.#options.emit('versions.changed', { newest: this.#versions.newest })
  }

  #raiseDamage(damage: string): void {
    this.#options.issues.raise({
      code: 'CONFIG_UNREADABLE',
      severity: 'warning',
      subject: 'draft',
      subjectName: 'Draft',
      message: `Edits that were not applied may be lost: ${damage}.`,
      hint: 'What runs is not affected. Look through the draft before you apply it.',
    })
  }

  #changeCount(): number {
    const [from, to] = [this.#running.document, this.#draft.document]
    if (this.#count?.from !== from || this.#count.to !== to) {
      this.#count = { from, to, changes: findChanges(from, to).length }
    }
    return this.#count.changes
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

  /** One thing at a time: draft, file and versions never overtake each other. */
  #one<T>(task: () => Promise<T>): Promise<T> {
    const done = this.#queue.then(task)
    this.#queue = done.catch(() => undefined)
    return done
  }
}

const versionSubject = 'versions'

function refuse(problems: readonly ConfigProblem[]): void {
  const [first] = problems
  if (!first) return
  throw new GatewayError('CONFIG_INVALID', `The draft would be invalid: ${first.path} ${first.message}`, {
    hint: 'Correct that first, or take back the change that needs it.',
  })
}

const asError = ({ code, message, hint }: ErrorReport): GatewayError => new GatewayError(code, message, { hint })
