import { create } from 'zustand'
import { type ClockStyle, clockStyles, setClockStyle } from '../format.ts'

// How this window looks, remembered by this browser or desktop; the gateway knows nothing of it. Theme and language have
// their own keepers (Mantine, i18n/locale.ts).

export const densities = ['compact', 'normal', 'touch'] as const
export type Density = (typeof densities)[number]

/** px; the same numbers as `--row` in styles/tokens.css. */
const rowHeights: Readonly<Record<Density, number>> = { compact: 24, normal: 32, touch: 44 }

const densityKey = 'tb-gateway.density'
const clockKey = 'tb-gateway.clock'

interface Preferences {
  readonly density: Density
  readonly clock: ClockStyle
}

export const usePreferences = create<Preferences>(() => ({ density: 'normal', clock: 'auto' }))

/** Before the first drawing. */
export function installPreferences(): void {
  setDensity(densities.find((name) => name === localStorage.getItem(densityKey)) ?? 'normal')
  setClock(clockStyles.find((name) => name === localStorage.getItem(clockKey)) ?? 'auto')
}

export function setDensity(density: Density): void {
  localStorage.setItem(densityKey, density)
  document.documentElement.dataset['density'] = density
  usePreferences.setState({ density })
}

export function setClock(clock: ClockStyle): void {
  localStorage.setItem(clockKey, clock)
  setClockStyle(clock)
  usePreferences.setState({ clock })
}

/** Of every windowed list and table. */
export function useRowHeight(): number {
  return usePreferences(({ density }) => rowHeights[density])
}
