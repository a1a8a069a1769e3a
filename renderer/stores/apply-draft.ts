import type { ConfigProblem } from '../../shared/config/gateway.ts'
import type { ErrorReport } from '../../shared/errors.ts'
import { request } from '../api/client.ts'
import { formatMs } from '../format.ts'
import { draftText as text } from '../i18n/en-draft.ts'
import { moveTo, useDraft } from './draft-store.ts'
import { openOverlay } from './overlays.ts'
import { tellError } from './tell.ts'
import { tell } from './toasts.ts'

export type ApplyOutcome =
  | { readonly state: 'applied' }
  | { readonly state: 'refused'; readonly problems: readonly ConfigProblem[] }
  | { readonly state: 'failed'; readonly error: ErrorReport }

/** As in the design: long enough for a source to reconnect, short enough to stand beside the PC. */
const rollBackSeconds = 60

/** Makes the draft what runs. `revision` is the one that was reviewed: nothing unseen is applied. */
export async function applyDraft(input: {
  readonly revision: number
  readonly note: string
  readonly author: string
  readonly rollBack: boolean
}): Promise<ApplyOutcome> {
  let outcome: ApplyOutcome | undefined
  const former = useDraft.getState().state?.base ?? 0
  const { revision, note, author } = input
  const error = await moveTo(async () => {
    const result = await request('draft.apply', {
      revision,
      note,
      author,
      rollBackSeconds: input.rollBack ? rollBackSeconds : 0,
    })
    if (!result.ok) return result
    const { version, problems, state, ms } = result.value
    if (problems.length > 0) outcome = { state: 'refused', problems }
    else {
      outcome = { state: 'applied' }
      tellApplied(version, ms, former)
    }
    return { ok: true, value: state }
  })
  if (error) return { state: 'failed', error }
  return outcome ?? { state: 'applied' }
}

function tellApplied(version: number, ms: number, former: number): void {
  const sources = useDraft.getState().config?.connectors.filter(({ enabled }) => enabled).length ?? 0
  tell({
    tone: 'ok',
    topic: 'apply',
    words: text.applied(version, formatMs(ms), sources),
    ...(former > 0 ? { action: { label: text.undo, run: () => void takeBack(version, former) } } : {}),
  })
}

/** While it is on trial the version is simply taken back; later the one before it is restored, through the review. */
async function takeBack(version: number, former: number): Promise<void> {
  if (useDraft.getState().state?.trial?.version === version) return decideTrial(version, false)
  await restoreVersion(former)
}

/** Makes a draft of an earlier version and shows what applying it will change. */
export async function restoreVersion(number: number): Promise<void> {
  const error = await moveTo((revision) => request('versions.restore', { number, revision }))
  if (error) tellError(`#${number}`, error)
  else openOverlay('review')
}

/** Trials this window decided: their end is no news to it. */
const decided = new Set<number>()

export function isDecided(version: number): boolean {
  return decided.has(version)
}

export async function decideTrial(version: number, keep: boolean): Promise<void> {
  decided.add(version)
  const error = await moveTo(() => request('draft.decide', { keep }))
  if (error) {
    decided.delete(version)
    tellError(keep ? text.trial.keep : text.trial.takeBack, error)
  } else if (!keep) tell({ tone: 'ok', topic: 'apply', words: text.takenBack(version) })
}
