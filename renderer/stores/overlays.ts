import { create } from 'zustand'
import { dismissGoodToasts } from './toasts.ts'

/** What lies over the screen: at most one at a time. */
type Overlay = 'review' | 'palette' | 'keys'

export const useOverlay = create<{ readonly open: Overlay | undefined }>(() => ({ open: undefined }))

export function openOverlay(overlay: Overlay): void {
  dismissGoodToasts()
  useOverlay.setState({ open: overlay })
}

export function closeOverlay(): void {
  useOverlay.setState({ open: undefined })
}
