import { create } from 'zustand'
import type { Tone } from '../components/state-mark.tsx'

// What became of something the operator did, said where they are looking. A toast that went well leaves by itself; one that
// did not stays until it is dismissed.

export interface Toast {
  readonly id: number
  readonly tone: Tone
  /** A newer one about the same takes its place. */
  readonly topic?: string
  readonly words: string
  readonly more?: string
  readonly action?: { readonly label: string; readonly run: () => void }
}

/** More than three at once are not read. */
const shownLimit = 3
/** Long enough to reach for Undo. */
const goodToastMs = 12_000

let lastId = 0

export const useToasts = create<{ readonly toasts: readonly Toast[] }>(() => ({ toasts: [] }))

export function tell(toast: Omit<Toast, 'id'>): void {
  lastId += 1
  const id = lastId
  useToasts.setState(({ toasts }) => {
    const others = toasts.filter(({ topic }) => topic === undefined || topic !== toast.topic)
    return { toasts: [...others, { ...toast, id }].slice(-shownLimit) }
  })
  if (toast.tone === 'ok' || toast.tone === 'busy') setTimeout(() => dismissToast(id), goodToastMs)
}

/** Something else is looked at now: what went well needs no more place, and it would lie over buttons. */
export function dismissGoodToasts(): void {
  useToasts.setState(({ toasts }) => ({ toasts: toasts.filter(({ tone }) => tone === 'bad' || tone === 'warn') }))
}

export function dismissToast(id: number): void {
  useToasts.setState(({ toasts }) => ({ toasts: toasts.filter((toast) => toast.id !== id) }))
}
