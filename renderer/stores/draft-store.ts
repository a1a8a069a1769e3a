import { create } from 'zustand'
import type { DraftState } from '../../shared/api/draft-requests.ts'
import type { EditStep } from '../../shared/config/edit.ts'
import { applySteps } from '../../shared/config/edit-steps.ts'
import type { ConfigProblem, GatewayConfig } from '../../shared/config/gateway.ts'
import { shareParts } from '../../shared/config/identity.ts'
import { stepsBetween } from '../../shared/config/steps-between.ts'
import type { ErrorReport, Result } from '../../shared/errors.ts'
import { request } from '../api/client.ts'
import { loadConfig, useConfig } from './config-store.ts'

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
/** Of `confirmed`. */
let confirmedRevision = 0
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
    const result = await ask(confirmedRevision)
    await read()
    return result.ok ? undefined : result.error
  })
}

/** Anew: after a lost link or another engine nothing known can be built upon. Also reads what runs. */
export function loadDraft(): Promise<void> {
  return inTurn(async () => {
    announced = 0
    if (!(await readFromRunning())) await readWhole()
  })
}

/** Asks what happened since; resolves to the engine's draft, without edits that are on their way. */
export function followDraft(): Promise<GatewayConfig | undefined> {
  return inTurn(async () => {
    await read()
    return confirmed
  })
}

/** The engine's event. Its own echo of an edit of ours brings nothing new. */
export function draftChanged(state: DraftState): void {
  announced = Math.max(announced, state.revision)
  if (!confirmed || edits.length > 0) return
  if (state.revision === confirmedRevision) useDraft.setState({ state })
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
    const result = await request('draft.edit', {
      revision: confirmedRevision,
      label: label.slice(0, labelLimit),
      steps,
    })
    if (result.ok) {
      if (result.value.problems.length > 0) return { state: 'refused', problems: result.value.problems }
      // What is kept may differ from what was sent: defaults are filled in, a typed secret became a reference.
      await read()
      return { state: 'saved' }
    }
    if (result.error.code !== 'CONFIG_CONFLICT') return { state: 'failed', error: result.error }
    await read()
    if (!repeatable) return { state: 'conflict' }
  }
  return { state: 'conflict' }
}

/** As in the contract. */
const labelLimit = 200

/** undefined: the change does not fit this document any more. */
function stepsOf(config: GatewayConfig, change: DraftChange): EditStep[] | undefined {
  try {
    return stepsBetween(config, change(config))
  } catch {
    return undefined
  }
}

/** Follows the engine to its newest draft: by the steps that lead there where it still has them, else by the whole. */
async function read(): Promise<void> {
  if (!(await follow())) await readWhole()
}

async function follow(): Promise<boolean> {
  if (!confirmed) return false
  const result = await request('draft.since', { revision: confirmedRevision })
  if (!result.ok || !result.value.steps) return false
  const { state, steps } = result.value
  try {
    take(applySteps(confirmed, steps).document, state)
    return true
  } catch {
    // An engine that began anew counts from 1 again: its steps belong to another document.
    return false
  }
}

/**
 * Without changes the draft is what runs, and 100,000 keys need not be carried twice. Asked before and after, so that both
 * are of one moment.
 */
async function readFromRunning(): Promise<boolean> {
  const before = await request('draft.since', { revision: never })
  await loadConfig()
  const { config, error } = useConfig.getState()
  if (!before.ok || before.value.state.changes > 0 || !config || error) return false
  const after = await request('draft.since', { revision: before.value.state.revision })
  if (!after.ok || after.value.state.revision !== before.value.state.revision || after.value.state.changes > 0)
    return false
  take(config, after.value.state)
  return true
}

/** No draft ever had it: the answer is the state alone. */
const never = 0

async function readWhole(): Promise<void> {
  const result = await request('draft.get', null)
  if (result.ok) take(result.value.config, result.value.state)
  else useDraft.setState({ error: result.error })
}

function take(config: GatewayConfig, state: DraftState): void {
  announced = Math.max(announced, state.revision)
  confirmed = shareParts(useConfig.getState().config, shareParts(confirmed, config))
  confirmedRevision = state.revision
  useDraft.setState({ state, error: undefined })
  show()
}

function catchUpWithOthers(): void {
  if (edits.length === 0 && announced > confirmedRevision) void inTurn(read)
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

function inTurn<T>(task: () => Promise<T>): Promise<T> {
  const answer = turn.then(task)
  turn = answer.catch(() => undefined)
  return answer
}
