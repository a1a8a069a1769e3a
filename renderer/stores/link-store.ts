import { create } from 'zustand'
import type { LinkState } from '../api/transport.ts'

/** Whether this window reaches the gateway, and since when it does not. */
export const useLink = create<{ readonly state: LinkState; readonly since: number }>(() => ({
  state: 'connecting',
  since: Date.now(),
}))

export function setLink(state: LinkState): void {
  useLink.setState({ state, since: Date.now() })
}
