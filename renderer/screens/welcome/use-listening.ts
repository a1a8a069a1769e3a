import { useCallback, useEffect, useRef, useState } from 'react'
import type { RequestInput, RequestOutput } from '../../../shared/api/contract.ts'
import { mqttConnectorSchema } from '../../../shared/config/mqtt.ts'
import type { ErrorReport } from '../../../shared/errors.ts'
import { request } from '../../api/client.ts'
import type { MqttDraft } from '../../stores/source-drafts.ts'
import { setSetup } from './setup-store.ts'

type Answer = RequestOutput<'setup.listen'>
type Question = Omit<RequestInput<'setup.listen'>, 'connector'>

export interface Listening {
  readonly answer: Answer | undefined
  readonly error: ErrorReport | undefined
  readonly start: (filters: string[], seconds: number) => void
  readonly stop: () => void
}

/** Many topics are grouped anew less often: grouping takes longer, too. */
const pauseMs = (topics: number): number => Math.min(3000, 700 + topics / 2)

/** Listens when asked to, and tells what was heard so far until that is over; leaving the page ends it. */
export function useListening(connector: MqttDraft): Listening {
  const [state, setState] = useState<Pick<Listening, 'answer' | 'error'>>({ answer: undefined, error: undefined })
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const isGone = useRef(false)
  const key = JSON.stringify(connector)

  const ask = useCallback(
    async (question: Question): Promise<void> => {
      clearTimeout(timer.current)
      const parsed = mqttConnectorSchema.safeParse(JSON.parse(key))
      if (!parsed.success) return
      const result = await request('setup.listen', { connector: parsed.data, ...question })
      if (isGone.current) return
      setState(({ answer }) =>
        result.ok ? { answer: result.value, error: undefined } : { answer, error: result.error },
      )
      if (!result.ok) return
      const { status, suggestions } = result.value
      if (status.state !== 'idle') setSetup({ topics: suggestions })
      if (status.state === 'connecting' || status.state === 'listening')
        timer.current = setTimeout(() => void ask({ action: 'status' }), pauseMs(status.topics))
    },
    [key],
  )

  useEffect(() => {
    isGone.current = false
    // Who comes back finds what was heard.
    void ask({ action: 'status' })
    return () => {
      isGone.current = true
      clearTimeout(timer.current)
      const parsed = mqttConnectorSchema.safeParse(JSON.parse(key))
      if (parsed.success) void request('setup.listen', { connector: parsed.data, action: 'stop' })
    }
  }, [ask, key])

  return {
    ...state,
    start: (filters, seconds) => void ask({ action: 'start', filters, seconds }),
    stop: () => void ask({ action: 'stop' }),
  }
}
