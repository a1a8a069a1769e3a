import { mkdir, readFile, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import * as z from 'zod'
import type { RequestOutput, RequestParsed } from '../../../../shared/api/contract.ts'
import { type ConfigProblem, type GatewayConfig, gatewaySchema } from '../../../../shared/config/gateway.ts'
import { isSame } from '../../../../shared/config/identity.ts'
import { GatewayError } from '../../kit/gateway-error.ts'
import { writeFileAtomic } from '../atomic-write.ts'
import { checkConfig } from '../load.ts'
import type { Vault } from '../vault.ts'
import { compareConfigs } from './change-text.ts'
import type { Draft } from './draft.ts'
import { mergeConfigs } from './merge.ts'
import type { RunningConfig } from './running.ts'
import { referSecrets } from './typed-secrets.ts'

// Configurations from elsewhere meet the draft. One that was only proposed waits beside it until somebody decides, also over
// a restart, the newest in place of an older one; one that runs already is merged in, and what contradicts the draft waits.

const proposalSchema = z.object({
  author: z.string(),
  note: z.string(),
  at: z.number(),
  /** What both sides started from. */
  base: gatewaySchema,
  config: gatewaySchema,
})

type Proposal = z.infer<typeof proposalSchema>

export interface ProposalsOptions {
  /** Absolute path of the file. */
  readonly path: string
  readonly running: RunningConfig
  readonly draft: Draft
  readonly vault: Vault
  readonly now: () => number
}

/** Of an edit, as the contract has it. */
export const labelLimit = 200

/** Everything that writes is called inside a turn of the desk. */
export class Proposals {
  readonly #options: ProposalsOptions
  #proposal: Proposal | undefined

  constructor(options: ProposalsOptions) {
    this.#options = options
  }

  /** A damaged one is as if it had never been made: who proposed it still has it. */
  async open(): Promise<void> {
    try {
      this.#proposal = proposalSchema.parse(JSON.parse(await readFile(this.#options.path, 'utf8')))
    } catch {
      this.#proposal = undefined
    }
  }

  get value(): Proposal | undefined {
    return this.#proposal
  }

  /** Resolves to why it was refused. */
  async make({ config, author, note }: RequestParsed<'proposal.make'>): Promise<readonly ConfigProblem[]> {
    const { vault, draft, running } = this.#options
    const checked = checkConfig(config)
    if (checked.kind === 'invalid') return checked.problems
    const { config: referred, records, problems } = referSecrets(checked.config, draft.document, vault)
    if (problems.length > 0) return problems
    for (const [name, value] of records) await vault.set(name, value)
    await this.#put(author, note, running.document, referred)
    return []
  }

  view(): RequestOutput<'proposal.get'> {
    const proposal = this.#proposal
    if (!proposal) return null
    const { author, note, at, base, config } = proposal
    const { document } = this.#options.draft
    const { conflicts } = mergeConfigs(base, document, config)
    return { author, note, at, comparison: compareConfigs(document, config), conflicts: [...conflicts] }
  }

  /** `theirs`: conflicts in which the proposal wins. Resolves to why the two do not go together. */
  async merge(theirs: readonly string[]): Promise<readonly ConfigProblem[]> {
    const proposal = this.#proposal
    if (!proposal) throw new GatewayError('CONFIG_CONFLICT', 'There is no proposed version any more')
    const { draft } = this.#options
    const { document } = mergeConfigs(proposal.base, draft.document, proposal.config, new Set(theirs))
    const problems = await draft.put(`Merge what ${proposal.author} proposed`.slice(0, labelLimit), document)
    if (problems.length === 0) await this.clear()
    return problems
  }

  /**
   * The draft's changes, made on `base`, on top of what runs now. Where both changed the same, the draft stays as it is and
   * what runs is proposed to it.
   */
  async rebase(base: GatewayConfig, author: string): Promise<void> {
    const { draft, running } = this.#options
    const { document, version } = running
    if (draft.isUntouched && isSame(draft.document, base)) return draft.follow(document, version)
    const merged = mergeConfigs(base, draft.document, document)
    const label = author === 'file' ? 'Changed in gateway.json' : `Changed by ${author}`
    const problems = await draft.put(label, merged.document, version)
    if (problems.length > 0) await draft.setBase(version)
    if (problems.length === 0 && merged.conflicts.length === 0) return
    const note = `The running configuration was changed (version ${version}) where the draft has changes too.`
    await this.#put(author, note, base, document)
  }

  async clear(): Promise<void> {
    await rm(this.#options.path, { force: true })
    this.#proposal = undefined
  }

  async #put(author: string, note: string, base: GatewayConfig, config: GatewayConfig): Promise<void> {
    const { path, now } = this.#options
    const proposal = { author, note, at: now(), base, config }
    await mkdir(dirname(path), { recursive: true })
    await writeFileAtomic(path, JSON.stringify(proposal))
    this.#proposal = proposal
  }
}
