import { useCallback, useEffect, useRef, useState } from 'react'
import type { RequestOutput } from '../../../shared/api/contract.ts'
import type { Comparison } from '../../../shared/api/draft-requests.ts'
import type { ErrorReport } from '../../../shared/errors.ts'
import { request } from '../../api/client.ts'
import { useDraft } from '../../stores/draft-store.ts'

export type ReviewAnswer = RequestOutput<'draft.review'>

export interface ReviewState {
  readonly comparison: Comparison | undefined
  /** The draft the comparison is about: only that one may be applied from here. */
  readonly revision: number
  /** With effect and checks; they take as long as the servers need to answer, and nobody has to wait for them. */
  readonly answer: ReviewAnswer | undefined
  readonly error: ErrorReport | undefined
  readonly isLooking: boolean
  readonly again: () => void
}

type Known = Omit<ReviewState, 'again'>

const nothing: Known = { comparison: undefined, revision: 0, answer: undefined, error: undefined, isLooking: true }

/** The draft beside what runs, anew whenever the draft moves; the former answer stays on screen meanwhile. */
export function useReview(): ReviewState {
  const revision = useDraft((d) => d.state?.revision ?? 0)
  const base = useDraft((d) => d.state?.base ?? 0)
  const [known, setKnown] = useState(nothing)
  const turn = useRef(0)
  const again = useCallback(() => {
    turn.current += 1
    const own = turn.current
    const put = (part: Partial<Known>): void => {
      if (own === turn.current) setKnown((former) => ({ ...former, ...part }))
    }
    put({ isLooking: true })
    // What runs is always the version the draft is based on; before the first one there is nothing to compare with by number.
    if (base > 0) {
      void request('versions.compare', { from: base, to: draftNumber }).then((result) => {
        if (result.ok) put({ comparison: result.value, revision })
      })
    }
    void request('draft.review', null).then((result) => {
      if (!result.ok) return put({ error: result.error, isLooking: false })
      const answer = result.value
      put({ comparison: answer, revision: answer.state.revision, answer, error: undefined, isLooking: false })
    })
  }, [revision, base])
  useEffect(() => {
    again()
    return () => {
      turn.current += 1
    }
  }, [again])
  return { ...known, again }
}

/** As the contract names it. */
const draftNumber = 0
