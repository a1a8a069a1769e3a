import type * as z from 'zod'
import { create } from 'zustand'
import type { ConfigProblem, GatewayConfig } from '../../shared/config/gateway.ts'
import { isSame } from '../../shared/config/identity.ts'
import type { ErrorReport } from '../../shared/errors.ts'
import { relativeTo } from '../forms/problems.ts'
import { editDraft, useDraft } from './draft-store.ts'

export interface PartDraftState<Draft, Saved> {
  /** undefined = nothing edited. */
  readonly draft: Draft | undefined
  /** What the edit started from. */
  readonly base: Saved | undefined
  /** Adding or Test was pressed: from then on empty fields are complained about too. */
  readonly attempted: boolean
  /** Said by the engine at the last try to add it to the draft, relative to the part; gone with the next edit. */
  readonly refused: readonly ConfigProblem[]
  readonly conflict: boolean
  readonly error: ErrorReport | undefined
}

type PartName = 'thingsboard' | 'storage'

/** What is being typed about one part of the configuration and not yet in the draft; survives a change of screen, not the window. */
export function partDraft<N extends PartName, Schema extends z.ZodType<NonNullable<GatewayConfig[N]>>>(
  name: N,
  /** Of the edit, as Undo shows it. */
  label: string,
  schema: Schema,
  empty: z.input<Schema>,
) {
  type Draft = z.input<Schema>
  type Saved = GatewayConfig[N]
  const untouched: PartDraftState<Draft, Saved> = {
    draft: undefined,
    base: undefined,
    attempted: false,
    refused: [],
    conflict: false,
    error: undefined,
  }
  const use = create<PartDraftState<Draft, Saved>>(() => untouched)
  const saved = (): Saved | undefined => useDraft.getState().config?.[name]

  const edit = (patch: Partial<Draft>): void => {
    const state = use.getState()
    const draft = { ...((state.draft ?? saved() ?? empty) as object), ...(patch as object) } as Draft
    use.setState({ draft, base: state.draft ? state.base : saved(), refused: [], error: undefined })
  }
  const mark = (facts: Partial<Omit<PartDraftState<Draft, Saved>, 'draft' | 'base'>>): void => use.setState(facts)
  const discard = (): void => use.setState(untouched)

  /** Into the draft. Only a change of this very part by somebody else is a question; `force` is the operator's "mine over it". */
  const save = async (force = false): Promise<void> => {
    const { draft, base } = use.getState()
    if (draft === undefined) return
    mark({ attempted: true, error: undefined, conflict: false })
    const parsed = schema.safeParse(draft)
    if (!parsed.success) return
    if (!force && !isSame(saved(), base)) return mark({ conflict: true })
    const outcome = await editDraft(label, (config) => {
      if (!force && !isSame(config[name], base)) throw new OtherEditFirst()
      return { ...config, [name]: parsed.data }
    })
    if (outcome.state === 'saved') discard()
    else if (outcome.state === 'conflict') mark({ conflict: true })
    else if (outcome.state === 'failed') mark({ error: outcome.error })
    else mark({ refused: relativeTo(name, outcome.problems) })
  }

  return { use, edit, mark, discard, save }
}

/** The same part was edited by somebody else since this edit began: for the draft store it no longer fits. */
class OtherEditFirst extends Error {}
