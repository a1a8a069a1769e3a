import { join } from 'node:path'
import type { RequestParsed } from '../../../../shared/api/contract.ts'
import type { ConfigProblem, GatewayConfig } from '../../../../shared/config/gateway.ts'
import { isSame, shareParts } from '../../../../shared/config/identity.ts'
import type { ErrorReport } from '../../../../shared/errors.ts'
import type { Clock } from '../../kit/clock.ts'
import { causeText, GatewayError } from '../../kit/gateway-error.ts'
import type { Turns } from '../../kit/turns.ts'
import type { IssueSink } from '../../observe/issues.ts'
import type { Log } from '../../observe/log.ts'
import type { DeliveryPicture, Trial } from '../trial.ts'
import { TrialWatch } from '../trial-watch.ts'
import type { Draft } from './draft.ts'
import type { RunningConfig } from './running.ts'
import { notTakenBack, takenBack, trialSubject } from './trial-issues.ts'

// Makes the draft what runs, and takes it back when it does not deliver. The mark of the trial is on disk before the file is,
// and goes after it: a crash at any moment leaves either the old configuration, or the new one on trial.

export interface ApplyingOptions {
  /** Absolute; of the draft. */
  readonly folder: string
  readonly running: RunningConfig
  readonly draft: Draft
  /** Shared with all that touches draft, file or versions. */
  readonly turns: Turns
  readonly clock: Clock
  readonly log: Log
  readonly issues: IssueSink
  /** Loads the file and hands the changes to the parts they touch; never inside a turn. */
  readonly reconfigure: () => Promise<void>
  readonly delivery: () => DeliveryPicture
  /** The state of the draft may be another one. */
  readonly changed: () => void
}

export class Applying {
  readonly #options: ApplyingOptions
  readonly #trials: TrialWatch
  #takingBack: Promise<void> = Promise.resolve()

  constructor(options: ApplyingOptions) {
    this.#options = options
    this.#trials = new TrialWatch({
      path: join(options.folder, 'trial.json'),
      clock: options.clock,
      delivery: options.delivery,
      nameOf: (id) => options.running.document.connectors.find((source) => source.id === id)?.name ?? id,
      failed: (version, why) => void this.takeBack(why, version),
      passed: (version) => void this.#pass(version),
      measured: (version, deliveredAfter) => void options.running.note(version, { deliveredAfter }),
    })
  }

  get trial(): TrialWatch['state'] {
    return this.#trials.state
  }

  /** Versions that must not be forgotten. */
  get kept(): Set<number> {
    const { before } = this.#trials
    return new Set([this.#options.draft.base, ...(before === undefined ? [] : [before])])
  }

  /** Once a second. */
  second(): void {
    this.#trials.second()
  }

  /** Resolves when nothing is being taken back. */
  idle(): Promise<void> {
    return this.#takingBack
  }

  /** The trial that an earlier run of the engine left behind. */
  found(): Promise<Trial | undefined> {
    return this.#trials.open()
  }

  /** Goes on with it. True: it had failed, and the file is another one now. Inside a turn. */
  async resume(trial: Trial): Promise<boolean> {
    const why = await this.#trials.resume(trial, this.#options.running.version)
    return why !== undefined && this.#takeBack(why)
  }

  /** Empty: applied. */
  async apply(input: RequestParsed<'draft.apply'>): Promise<readonly ConfigProblem[]> {
    const { turns, reconfigure } = this.#options
    const outcome = await turns.take(() => this.#apply(input))
    if (outcome === 'applied') await this.#reconfigured()
    if (!(outcome instanceof GatewayError)) return outcome === 'applied' ? [] : outcome
    // The file was edited meanwhile: that runs now, and the operator looks at the two together.
    await reconfigure()
    throw outcome
  }

  /** Ends the trial; nothing is taken back any more. Inside a turn. */
  end(): Promise<void> {
    return this.#trials.end()
  }

  stop(): Promise<void> {
    return this.#trials.stop()
  }

  /** Never rejects: what can not be taken back is an issue. `version`: that one only, not one applied meanwhile. */
  takeBack(why: string, version = this.#trials.current?.version): Promise<void> {
    const { turns, log } = this.#options
    this.#takingBack = turns
      .take(async () => this.#trials.current?.version === version && this.#takeBack(why))
      .then((replaced) => (replaced ? this.#reconfigured() : undefined))
      .catch((error: unknown) => log.error('version.rollback.failed', { cause: causeText(error) }))
    return this.#takingBack
  }

  async #pass(version: number): Promise<void> {
    const { turns, log, changed } = this.#options
    try {
      await turns.take(async () => {
        if (this.#trials.current?.version === version) await this.#trials.end()
      })
    } catch (error) {
      // Its mark stays on disk: the next start goes on with it, and it passes again.
      log.warn('trial.failed', { cause: causeText(error) })
    }
    changed()
  }

  /** An error: the file could not be written, or was changed by somebody else. */
  async #apply(input: RequestParsed<'draft.apply'>): Promise<'applied' | readonly ConfigProblem[] | GatewayError> {
    const { running, draft, issues } = this.#options
    draft.expect(input.revision)
    const { document } = draft
    if (isSame(document, running.document)) return []
    await this.#beginTrial(input, document)
    const saved = await running.save(document)
    if (!saved.ok || saved.value.problems.length > 0) {
      await this.#trials.cancel()
      return saved.ok ? saved.value.problems : asError(saved.error)
    }
    issues.clear(trialSubject)
    const { author, note } = input
    await running.record(document, { author, note, deliveredBefore: this.#trials.perMinute }, this.kept)
    await draft.setBase(running.version)
    return 'applied'
  }

  async #beginTrial(input: RequestParsed<'draft.apply'>, document: GatewayConfig): Promise<void> {
    const { running } = this.#options
    const { author, note, rollBackSeconds } = input
    const wanted = new Set(document.connectors.flatMap((c) => (c.enabled ? [c.id] : [])))
    try {
      await this.#trials.begin({
        ...{ author, note, version: running.next, before: running.version, seconds: rollBackSeconds },
        stays: (source) => wanted.has(source),
      })
    } catch (error) {
      await this.#trials.cancel().catch(() => undefined)
      throw new GatewayError('CONFIG_UNREADABLE', `Beginning the trial failed: ${causeText(error)}`, {
        hint: 'Check that the data folder is writable and has free space; nothing was applied.',
        cause: error,
      })
    }
  }

  /** False: there was nothing to take back, or it could not be. The draft keeps what failed. */
  async #takeBack(why: string): Promise<boolean> {
    const { running, draft, issues, log, changed } = this.#options
    const trial = this.#trials.current
    if (!trial) return false
    const { version: failed, before } = trial
    const content = await running.content(before)
    const cause = content ? await this.#restore(content) : `version ${before} is damaged`
    if (content && cause === undefined) {
      log.warn('version.rolled.back', { version: failed, reason: why })
      await running.note(failed, { rolledBack: true })
      const note = `Version ${failed} was taken back: ${why}`
      await running.record(shareParts(running.document, content), { author: 'Gateway', note }, this.kept)
      await draft.setBase(running.version)
      issues.raise(takenBack(failed, before, why))
    } else {
      log.error('version.rollback.failed', { version: failed, cause })
      issues.raise(notTakenBack(failed, before, why, cause ?? ''))
    }
    await this.#trials.end()
    changed()
    return cause === undefined
  }

  /** Resolves to why it could not be written. */
  async #restore(content: GatewayConfig): Promise<string | undefined> {
    const saved = await this.#options.running.save(content)
    if (!saved.ok) return saved.error.message
    const [problem] = saved.value.problems
    return problem && `${problem.path} ${problem.message}`
  }

  /** The engine runs it now; what it delivers counts from here. */
  async #reconfigured(): Promise<void> {
    const { reconfigure, running, changed, log } = this.#options
    try {
      await reconfigure()
    } finally {
      // Without the newer mark the trial goes on all the same, with the time it was given at first.
      await this.#trials.start(running.version).catch((error: unknown) => {
        log.warn('trial.failed', { cause: causeText(error) })
      })
      changed()
    }
  }
}

export const asError = ({ code, message, hint }: ErrorReport): GatewayError => new GatewayError(code, message, { hint })
