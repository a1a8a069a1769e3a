import { useEffect, useRef, useState } from 'react'
import type { RequestOutput } from '../../../shared/api/contract.ts'
import { request } from '../../api/client.ts'

type DiscoveryState = RequestOutput<'setup.discover'>

export interface Discovery {
  readonly state: DiscoveryState
  readonly network: boolean
  readonly look: (network: boolean) => void
  readonly cancel: () => void
}

const everyMs = 300
const before: DiscoveryState = { isLooking: true, looked: 0, of: 0, found: [] }

/** Begins with the page and ends with it. */
export function useDiscovery(): Discovery {
  const [state, setState] = useState(before)
  const [network, setNetwork] = useState(false)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const isGone = useRef(false)

  const ask = async (action: 'start' | 'status' | 'cancel', wide: boolean): Promise<void> => {
    clearTimeout(timer.current)
    const result = await request('setup.discover', { action, network: wide })
    if (isGone.current) return
    setState(result.ok ? result.value : { ...before, isLooking: false })
    if (result.ok && result.value.isLooking) timer.current = setTimeout(() => void ask('status', wide), everyMs)
  }

  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when the page opens.
  useEffect(() => {
    isGone.current = false
    void ask('start', false)
    return () => {
      isGone.current = true
      clearTimeout(timer.current)
      void request('setup.discover', { action: 'cancel', network: false })
    }
  }, [])

  return {
    state,
    network,
    look(wide) {
      setNetwork(wide)
      void ask('start', wide)
    },
    cancel: () => void ask('cancel', network),
  }
}
