import { create } from 'zustand'
import type { DraftState } from '../../shared/api/draft-requests.ts'
import type { EditStep } from '../../shared/config/edit.ts'
import { applySteps } from '../../shared/config/edit-steps.ts'
import type { ConfigProblem, GatewayConfig } from '../../shared/config/gateway.ts'
import { stepsBetween } from '../../shared/config/steps-between.ts'
import type { ErrorReport, Result } from '../../shared/errors.ts'
import { request } from '../api/client.ts'
import { useConfig } from './config-store.ts'
import { keepSame } from './keep-same.ts'

// This window's picture of the draft: what will run once somebody applies it. The engine owns it. An edit shows at once and
// is taken back when the engine refuses it; an edit made on an older draft is made again on the newer one. Parts of the
// configuration that an edit does not touch stay the same objects, also those that equal what runs: selectors stay cheap.

interface DraftStore {
  /** With the edits that are still on their way; secrets are masked or references. */
  readonly config: GatewayConfig | undefined
  readonly state: DraftState | undefined
  readonly error: ErrorReport | undefined
}

export const useDraft = create<DraftStore>(() => ({ config: undefined, state: undefined, error: undefined }))

export type EditOutcome =
  | { readonly state: 'saved' }
  /** Somebody else's edit came first and this one no longer fits. */
  | { readonly state: 'conflict' }
  | { readonly state: 'refused'; readonly problems: readonly ConfigProblem[] }
  | { readonly state: 'failed'; readonly error: ErrorReport }

export type DraftChange = (config: GatewayConfig) => GatewayConfig

interface Edit {
  readonly change: DraftChange
  /** Can be made again on another draft: a function is, steps with positions are not. */
  readonly repeatable: boolean
}

/** Only other people's edits repeat it, so a few tries are plenty. */
const tries = 4

let confirmed: GatewayConfig | undefined
let edits: readonly Edit[] = []
/** The highest revision any event told of; one that is not ours is read after the edits under way. */
let announced = 0
/** One question at a time: revisions stay in order. */
let turn: Promise<unknown> = Promise.resolve()

/** What the operator did, in words, and the change itself. Shown at once; the promise tells what the engine says. */
export function editDraft(label: string, what: DraftChange | readonly EditStep[]): Promise<EditOutcome> {
  if (!confirmed) return Promise.resolve({ state: 'conflict' })
  const edit: Edit =
    typeof what === 'function'
      ? { change: what, repeatable: true }
      : { change: (config) => applySteps(config, what).document, repeatable: false }
  edits = [...edits, edit]
  show()
  return inTurn(async () => {
    const outcome = await send(label, edit)
    edits = edits.filter((other) => other !== edit)
    show()
    catchUpWithOthers()
    return outcome
  })
}

export const undoDraft = (): Promise<ErrorReport | undefined> => step('draft.undo')
export const redoDraft = (): Promise<ErrorReport | undefined> => step('draft.redo')
export const discardDraft = (): Promise<ErrorReport | undefined> => step('draft.discard')

/** One change of the review, by its id. */
export function revertChange(id: string): Promise<ErrorReport | undefined> {
  return moveTo((revision) => request('draft.revert', { revision, id }))
}

/** Any other request that answers with another draft: it is made in turn, and the draft is read again. */
export function moveTo(ask: (revision: number) => Promise<Result<DraftState>>): Promise<ErrorReport | undefined> {
  return inTurn(async () => {
    const result = await ask(revisionNow())
    if (result.ok) useDraft.setState({ state: result.value })
    await read()
    return result.ok ? undefined : result.error
  })
}

export function loadDraft(): Promise<void> {
  return inTurn(read)
}

/** The engine's event. Its own echo of an edit of ours brings nothing new. */
export function draftChanged(state: DraftState): void {
  announced = Math.max(announced, state.revision)
  if (!confirmed || edits.length > 0) return
  if (state.revision === revisionNow()) useDraft.setState({ state })
  else catchUpWithOthers()
}

function step(channel: 'draft.undo' | 'draft.redo' | 'draft.discard'): Promise<ErrorReport | undefined> {
  return moveTo((revision) => request(channel, { revision }))
}

async function send(label: string, { change, repeatable }: Edit): Promise<EditOutcome> {
  for (let attempt = 0; attempt < tries; attempt += 1) {
    if (!confirmed) return { state: 'conflict' }
    const steps = stepsOf(confirmed, change)
    if (!steps) return { state: 'conflict' }
    if (steps.length === 0) return { state: 'saved' }
    const result = await request('draft.edit', { revision: revisionNow(), label: label.slice(0, labelLimit), steps })
    if (result.ok) return accept(result.value, steps)
    if (result.error.code !== 'CONFIG_CONFLICT') return { state: 'failed', error: result.error }
    await read()
    if (!repeatable) return { state: 'conflict' }
  }
  return { state: 'conflict' }
}

/** As in the contract. */
const labelLimit = 200

async function accept(
  answer: { readonly state: DraftState; readonly problems: readonly ConfigProblem[] },
  steps: readonly EditStep[],
): Promise<EditOutcome> {
  if (answer.problems.length > 0) return { state: 'refused', problems: answer.problems }
  if (confirmed) confirmed = applySteps(confirmed, steps).document
  useDraft.setState({ state: answer.state })
  // The engine keeps a secret that was typed and shows a mask for it: so does this window from here on.
  if (steps.some(holdsSecret)) await read()
  return { state: 'saved' }
}

/** undefined: the change does not fit this document any more. */
function stepsOf(config: GatewayConfig, change: DraftChange): EditStep[] | undefined {
  try {
    return stepsBetween(config, change(config))
  } catch {
    return undefined
  }
}

/** Fields that hold a secret, by name, as in shared/config. */
const secretNames = new Set(['password', 'token'])

function holdsSecret(step: EditStep): boolean {
  if (step.op === 'remove') return false
  return step.path.some((part) => secretNames.has(String(part))) || namesSecret(step.value)
}

function namesSecret(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  return Object.entries(value).some(([name, entry]) => secretNames.has(name) || namesSecret(entry))
}

async function read(): Promise<void> {
  const result = await request('draft.get', null)
  if (!result.ok) {
    useDraft.setState({ error: result.error })
    return
  }
  announced = Math.max(announced, result.value.state.revision)
  const known = keepSame(result.value.config, useConfig.getState().config)
  confirmed = keepSame(known, confirmed)
  useDraft.setState({ state: result.value.state, error: undefined })
  show()
}

function catchUpWithOthers(): void {
  if (edits.length === 0 && announced > revisionNow()) void loadDraft()
}

/** Confirmed and the edits on their way; one that does not fit any more is left to its own answer. */
function show(): void {
  if (!confirmed) return
  let config = confirmed
  for (const { change } of edits) {
    try {
      config = change(config)
    } catch {
      // Its answer says `conflict`.
    }
  }
  if (config !== useDraft.getState().config) useDraft.setState({ config })
}

function revisionNow(): number {
  return useDraft.getState().state?.revision ?? 0
}

function inTurn<T>(task: () => Promise<T>): Promise<T> {
  const answer = turn.then(task)
  turn = answer.catch(() => undefined)
  return answer
}
