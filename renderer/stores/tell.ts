import type { ErrorReport } from '../../shared/errors.ts'
import { errorWords } from '../i18n/en-codes.ts'
import { draftText as text } from '../i18n/en-draft.ts'
import { type EditOutcome, redoDraft, undoDraft, useDraft } from './draft-store.ts'
import { tell } from './toasts.ts'

// For edits that have no form of their own to say why they were refused.

/** Says nothing when it went well: the edit itself is on screen. */
export function tellOutcome(label: string, outcome: EditOutcome): void {
  if (outcome.state === 'saved') return
  const more = {
    conflict: () => text.conflict,
    refused: () =>
      outcome.state === 'refused' ? outcome.problems.map((p) => `${p.path}: ${p.message}`).join('\n') : '',
    failed: () => (outcome.state === 'failed' ? errorWords(outcome.error) : ''),
  }[outcome.state]()
  tell({ tone: 'bad', words: text.notDone(label), more })
}

export function tellError(label: string, error: ErrorReport | undefined): void {
  if (!error) return
  const more = error.code === 'CONFIG_CONFLICT' ? text.conflict : errorWords(error)
  tell({ tone: 'bad', words: text.notDone(label), more })
}

const topic = 'undo'

/** Undo as a key or button does it: says what was taken back, for it may be on another screen. */
export async function undoAndTell(): Promise<void> {
  const label = useDraft.getState().state?.undo
  if (!label) return
  const error = await undoDraft()
  if (error) tellError(text.undo, error)
  else
    tell({ tone: 'ok', topic, words: text.undone(label), action: { label: text.redo, run: () => void redoAndTell() } })
}

export async function redoAndTell(): Promise<void> {
  const label = useDraft.getState().state?.redo
  if (!label) return
  const error = await redoDraft()
  if (error) tellError(text.redo, error)
  else
    tell({ tone: 'ok', topic, words: text.redone(label), action: { label: text.undo, run: () => void undoAndTell() } })
}
