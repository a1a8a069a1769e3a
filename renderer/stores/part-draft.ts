import type * as z from 'zod'
import { create } from 'zustand'
import type { ConfigProblem, GatewayConfig } from '../../shared/config/gateway.ts'
import type { ErrorReport } from '../../shared/errors.ts'
import { relativeTo } from '../forms/problems.ts'
import { saveConfig, useConfig } from './config-store.ts'

export interface PartDraftState<Draft, Saved> {
  /** undefined = nothing edited. */
  readonly draft: Draft | undefined
  /** What the edit started from. */
  readonly base: Saved | undefined
  /** Save or Test was pressed: from then on empty fields are complained about too. */
  readonly attempted: boolean
  /** Said by the engine at the last save, relative to the part; gone with the next edit. */
  readonly refused: readonly ConfigProblem[]
  readonly conflict: boolean
  readonly error: ErrorReport | undefined
}

type PartName = 'thingsboard' | 'storage'
/** Only other people's saves repeat it, so a few tries are plenty. */
const saveTries = 3

/** What is being typed about one part of the configuration; survives a change of screen, not the window. */
export function partDraft<N extends PartName, Schema extends z.ZodType<NonNullable<GatewayConfig[N]>>>(
  name: N,
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
  const saved = (): Saved | undefined => useConfig.getState().config?.[name]

  const edit = (patch: Partial<Draft>): void => {
    const state = use.getState()
    const draft = { ...((state.draft ?? saved() ?? empty) as object), ...(patch as object) } as Draft
    use.setState({ draft, base: state.draft ? state.base : saved(), refused: [], error: undefined })
  }
  const mark = (facts: Partial<Omit<PartDraftState<Draft, Saved>, 'draft' | 'base'>>): void => use.setState(facts)
  const discard = (): void => use.setState(untouched)

  /** Only a change of this very part by somebody else is a question; `force` is the operator's "save mine over it". */
  const save = async (force = false): Promise<void> => {
    const { draft, base } = use.getState()
    if (draft === undefined) return
    mark({ attempted: true, error: undefined, conflict: false })
    const parsed = schema.safeParse(draft)
    if (!parsed.success) return
    for (let attempt = 0; attempt < saveTries; attempt += 1) {
      if (!force && JSON.stringify(saved()) !== JSON.stringify(base)) return mark({ conflict: true })
      const outcome = await saveConfig((config) => ({ ...config, [name]: parsed.data }))
      if (outcome.state === 'conflict') continue
      if (outcome.state === 'saved') return discard()
      if (outcome.state === 'failed') return mark({ error: outcome.error })
      return mark({ refused: relativeTo(name, outcome.problems) })
    }
    mark({ conflict: true })
  }

  return { use, edit, mark, discard, save }
}
