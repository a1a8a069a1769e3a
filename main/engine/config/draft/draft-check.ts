import { type ConfigProblem, type GatewayConfig, gatewaySchema, toProblems } from '../../../../shared/config/gateway.ts'
import { shareParts } from '../../../../shared/config/identity.ts'
import { type Claims, mappingClaims } from '../../map/validate.ts'
import { type CheckOutcome, checkConfig } from '../load.ts'
import { wordProblem } from '../wording.ts'
import { type ChangedParts, changedParts } from './changed-parts.ts'
import { ClaimCounts } from './claim-counts.ts'

// Checks an edited configuration by what changed: the whole check takes a second for 100,000 keys. What the short way can
// not tell apart goes the whole way; both say the same.

export class DraftCheck {
  #document: GatewayConfig
  /** Made when the first edit needs it. */
  #claims: ClaimCounts | undefined

  /** `document` is valid, with defaults filled in, as `checkConfig` gave it. */
  constructor(document: GatewayConfig) {
    this.#document = document
  }

  /** So that the next edit need not wait for it. */
  prepare(): void {
    this.#claims ??= new ClaimCounts(mappingClaims(this.#document))
  }

  /** The edited document with defaults filled in, sharing all untouched parts; it is what the next edit is compared with. */
  check(edited: unknown): CheckOutcome {
    const outcome = this.#short(edited) ?? this.#whole(edited)
    if (outcome.kind === 'invalid') return outcome
    this.#document = shareParts(this.#document, outcome.config)
    return { kind: 'valid', config: this.#document }
  }

  /** Takes over a document that was checked already. */
  use(document: GatewayConfig): void {
    if (document === this.#document) return
    if (this.#short(document)?.kind !== 'valid') this.#claims = undefined
    this.#document = document
  }

  #whole(edited: unknown): CheckOutcome {
    const outcome = checkConfig(edited)
    if (outcome.kind === 'valid') this.#claims = undefined
    return outcome
  }

  /** Undefined: not to be told this way. */
  #short(edited: unknown): CheckOutcome | undefined {
    const parts = changedParts(this.#document, edited)
    if (!parts) return undefined
    const parsed = gatewaySchema.safeParse(parts.after, { error: wordProblem })
    if (!parsed.success) return refused(toProblems(parsed.error), parts)
    const after = mappingClaims(parsed.data)
    if (after.problems.length > 0) return refused(after.problems, parts)
    this.prepare()
    const before: Claims = mappingClaims({ connectors: parts.before })
    // Contradicts the rest: only the whole check knows where.
    if (!this.#claims?.replace(before, after)) return undefined
    return { kind: 'valid', config: { ...parsed.data, connectors: parts.assemble(parsed.data.connectors) } }
  }
}

/** Problems at their place in the whole document. A message that names places itself comes from the whole check. */
function refused(problems: readonly ConfigProblem[], parts: ChangedParts): CheckOutcome | undefined {
  if (problems.some(({ message }) => message.includes('connectors['))) return undefined
  const placed = problems.map(({ path, message }) => ({ path: parts.placeOf(path), message }))
  return { kind: 'invalid', problems: placed }
}
