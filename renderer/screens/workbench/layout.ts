import { create } from 'zustand'

// Sizes of the panes, kept by this browser. What is kept wrongly is the layout everybody begins with.

export interface Layout {
  /** px */
  readonly source: number
  readonly inspector: number
  readonly bottom: number
}

const storageKey = 'tb-gateway.workbench.layout'
/** 320 / 620 / 380 on the common panel PC of 1366 × 768. */
export const firstLayout: Layout = { source: 320, inspector: 380, bottom: 178 }
/** Below it a pane shows nothing useful; above it the mapping has no room. */
export const bounds = {
  source: [220, 640],
  inspector: [280, 760],
  bottom: [90, 480],
} as const satisfies Record<keyof Layout, readonly [number, number]>
/** Narrower windows begin without the inspector: it opens over a press of its button. */
export const narrowWidth = 1180

export const useLayout = create<Layout>(() => read())

export function resize(pane: keyof Layout, size: number): void {
  const [least, most] = bounds[pane]
  useLayout.setState({ [pane]: Math.round(Math.max(least, Math.min(most, size))) })
  keep()
}

export function resetLayout(): void {
  useLayout.setState(firstLayout)
  keep()
}

function keep(): void {
  try {
    localStorage.setItem(storageKey, JSON.stringify(useLayout.getState()))
  } catch {
    // Full or forbidden: it lasts as long as the window then.
  }
}

function read(): Layout {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(storageKey) ?? '{}')
    return {
      source: sizeIn(kept, 'source'),
      inspector: sizeIn(kept, 'inspector'),
      bottom: sizeIn(kept, 'bottom'),
    }
  } catch {
    return firstLayout
  }
}

function sizeIn(kept: unknown, pane: keyof Layout): number {
  const size =
    typeof kept === 'object' && kept !== null ? (kept as Partial<Record<keyof Layout, unknown>>)[pane] : undefined
  const [least, most] = bounds[pane]
  return typeof size === 'number' && size >= least && size <= most ? size : firstLayout[pane]
}
