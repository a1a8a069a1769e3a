import { mkdir, readFile, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import * as z from 'zod'
import { type GatewayConfig, gatewaySchema } from '../../../../shared/config/gateway.ts'
import { writeFileAtomic } from '../atomic-write.ts'

// A configuration from elsewhere, waiting beside the draft until somebody decides; kept over a restart. The newest one counts.

const proposalSchema = z.object({
  author: z.string(),
  note: z.string(),
  at: z.number(),
  /** What both sides started from. */
  base: gatewaySchema,
  config: gatewaySchema,
})

export type Proposal = z.infer<typeof proposalSchema>

export class ProposalBox {
  readonly #path: string
  #proposal: Proposal | undefined

  constructor(path: string) {
    this.#path = path
  }

  /** A damaged one is as if it had never been made: who proposed it still has it. */
  async open(): Promise<void> {
    try {
      this.#proposal = proposalSchema.parse(JSON.parse(await readFile(this.#path, 'utf8')))
    } catch {
      this.#proposal = undefined
    }
  }

  get value(): Proposal | undefined {
    return this.#proposal
  }

  async put(proposal: Proposal): Promise<void> {
    await mkdir(dirname(this.#path), { recursive: true })
    await writeFileAtomic(this.#path, JSON.stringify(proposal))
    this.#proposal = proposal
  }

  async clear(): Promise<void> {
    await rm(this.#path, { force: true })
    this.#proposal = undefined
  }
}
