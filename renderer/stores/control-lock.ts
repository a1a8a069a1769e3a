import { create } from 'zustand'

/**
 * Whether this window may write to machines. Locked at every start, unlocked by a deliberate act, never stored. The engine
 * has its own say: only nodes the configuration names are ever written or called.
 */
export const useControlLock = create<{ readonly unlocked: boolean }>(() => ({ unlocked: false }))

export function setUnlocked(unlocked: boolean): void {
  useControlLock.setState({ unlocked })
}
