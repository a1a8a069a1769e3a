import { useEffect, useSyncExternalStore } from 'react'
import { request } from '../../../api/client.ts'
import { attention } from '../../../stores/attention.ts'
import { useConfig } from '../../../stores/config-store.ts'
import { type Made, MadeFeed } from './made-feed.ts'

const feed = new MadeFeed((page) => request('mapping.made', page), attention)

/** What the rules of the running configuration have made, kept while the screen is left and come back to. */
export function useMade(): Made {
  const running = useConfig((state) => state.config)
  useEffect(() => {
    if (running) feed.follow(running.connectors)
  }, [running])
  return useSyncExternalStore(feed.subscribe, feed.snapshot)
}

export function madeNow(): Made {
  return feed.snapshot()
}
