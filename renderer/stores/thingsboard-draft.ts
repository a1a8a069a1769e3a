import type * as z from 'zod'
import { create } from 'zustand'
import type { ConfigProblem } from '../../shared/config/gateway.ts'
import type { ThingsboardConfig, thingsboardSchema } from '../../shared/config/thingsboard.ts'
import type { ErrorReport } from '../../shared/errors.ts'
import { useConfig } from './config-store.ts'

export type ThingsboardDraft = z.input<typeof thingsboardSchema>

interface DraftState {
  /** undefined = nothing edited. */
  readonly draft: ThingsboardDraft | undefined
  readonly base: ThingsboardConfig | undefined
  readonly attempted: boolean
  readonly refused: readonly ConfigProblem[]
  readonly conflict: boolean
  readonly error: ErrorReport | undefined
}

const untouched: DraftState = {
  draft: undefined,
  base: undefined,
  attempted: false,
  refused: [],
  conflict: false,
  error: undefined,
}

/** What is being typed about the ThingsBoard connection; survives a change of screen. */
export const useThingsboardDraft = create<DraftState>(() => untouched)

export const emptyThingsboard: ThingsboardDraft = { host: '', credentials: { type: 'token', token: '' } }

export function editThingsboard(patch: Partial<ThingsboardDraft>): void {
  const state = useThingsboardDraft.getState()
  const saved = useConfig.getState().config?.thingsboard
  useThingsboardDraft.setState({
    draft: { ...(state.draft ?? saved ?? emptyThingsboard), ...patch },
    base: state.draft ? state.base : saved,
    refused: [],
    error: undefined,
  })
}

export function markThingsboard(facts: Partial<Omit<DraftState, 'draft' | 'base'>>): void {
  useThingsboardDraft.setState(facts)
}

export function discardThingsboard(): void {
  useThingsboardDraft.setState(untouched)
}
