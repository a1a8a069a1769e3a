import { useCallback, useEffect, useRef, useState } from 'react'
import type { RequestOutput } from '../../../shared/api/contract.ts'
import type { ErrorReport } from '../../../shared/errors.ts'
import { request } from '../../api/client.ts'
import { useDraft } from '../../stores/draft-store.ts'

export type ReviewAnswer = RequestOutput<'draft.review'>

export interface ReviewState {
  readonly answer: ReviewAnswer | undefined
  readonly error: ErrorReport | undefined
  readonly isLooking: boolean
  readonly again: () => void
}

/**
 * The comparison of the draft with what runs, made anew whenever the draft moves. The former one stays on screen meanwhile;
 * `answer.state.revision` says which draft it is about.
 */
export function useReview(): ReviewState {
  const revision = useDraft((d) => d.state?.revision)
  const [state, setState] = useState<Pick<ReviewState, 'answer' | 'error' | 'isLooking'>>({
    answer: undefined,
    error: undefined,
    isLooking: true,
  })
  const turn = useRef(0)
  const again = useCallback(() => {
    turn.current += 1
    const own = turn.current
    setState((known) => ({ ...known, isLooking: true }))
    void request('draft.review', null).then((result) => {
      if (own !== turn.current) return
      setState((known) => ({
        answer: result.ok ? result.value : known.answer,
        error: result.ok ? undefined : result.error,
        isLooking: false,
      }))
    })
  }, [])
  // biome-ignore lint/correctness/useExhaustiveDependencies: another revision is another draft to look at.
  useEffect(() => {
    again()
    return () => {
      turn.current += 1
    }
  }, [again, revision])
  return { ...state, again }
}
