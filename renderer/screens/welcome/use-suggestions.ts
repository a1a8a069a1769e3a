import { useEffect, useState } from 'react'
import type { RequestOutput } from '../../../shared/api/contract.ts'
import type { IndexStatus } from '../../../shared/api/opcua-requests.ts'
import { opcuaConnectorSchema } from '../../../shared/config/opcua.ts'
import type { ErrorReport } from '../../../shared/errors.ts'
import { request } from '../../api/client.ts'
import type { OpcuaDraft } from '../../stores/source-drafts.ts'
import { setSetup } from './setup-store.ts'

type Answer = RequestOutput<'setup.suggest'>

export interface Suggested {
  readonly answer: Answer | undefined
  readonly status: IndexStatus | undefined
  readonly error: ErrorReport | undefined
}

/** A large server is grouped anew less often: grouping takes longer, too. */
const pauseMs = (nodes: number): number => Math.min(5000, 400 + nodes / 20)

/** Reads the server in the background and groups what is there so far, until all of it is read. */
export function useSuggestions(connector: OpcuaDraft | undefined): Suggested {
  const [state, setState] = useState<Suggested>({ answer: undefined, status: undefined, error: undefined })
  const key = connector ? JSON.stringify(connector) : ''
  // biome-ignore lint/correctness/useExhaustiveDependencies: compared by value.
  useEffect(() => {
    const parsed = opcuaConnectorSchema.safeParse(connector)
    if (!parsed.success) return
    let isGone = false
    let timer: ReturnType<typeof setTimeout>
    const target = { connector: parsed.data }
    const look = async (action: 'start' | 'status'): Promise<void> => {
      const index = await request('opcua.index', { target, action })
      const answer = await request('setup.suggest', target)
      if (isGone) return
      const failed = !index.ok ? index.error : answer.ok ? undefined : answer.error
      const status = index.ok ? index.value : undefined
      setState({ answer: answer.ok ? answer.value : undefined, status, error: failed })
      if (answer.ok) setSetup({ suggestions: answer.value.suggestions })
      const isOver = failed !== undefined || (status !== undefined && !status.isReading)
      // The walk may have ended between the two answers.
      if (!isOver || (answer.ok && status?.isReading === false && answer.value.nodes < status.nodes))
        timer = setTimeout(() => void look('status'), pauseMs(status?.nodes ?? 0))
    }
    void look('start')
    return () => {
      isGone = true
      clearTimeout(timer)
    }
  }, [key])
  return state
}
