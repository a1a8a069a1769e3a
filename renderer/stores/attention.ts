import type { Attention } from '../api/readers.ts'
import { useLink } from './link-store.ts'

/** Screens ask nothing while the window is hidden or the link is down, and ask at once when that ends. */
export const attention: Attention = {
  awake: () => document.visibilityState === 'visible' && useLink.getState().state === 'online',
  onChange(listener) {
    const undoLink = useLink.subscribe((link, before) => {
      if (link.state !== before.state) listener()
    })
    document.addEventListener('visibilitychange', listener)
    return () => {
      undoLink()
      document.removeEventListener('visibilitychange', listener)
    }
  },
}
