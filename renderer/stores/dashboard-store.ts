import { create } from 'zustand'
import {
  type Dashboard,
  type DashboardCard,
  dashboardSchema,
  type SeriesItem,
} from '../../shared/api/watch-requests.ts'
import type { ErrorReport } from '../../shared/errors.ts'
import { request } from '../api/client.ts'

interface DashboardState {
  /** undefined = not loaded yet. */
  readonly dashboard: Dashboard | undefined
  readonly revision: number
  readonly error: ErrorReport | undefined
}

export const useDashboard = create<DashboardState>(() => ({ dashboard: undefined, revision: 0, error: undefined }))

/** Another window may have saved in between; a few tries are plenty. */
const saveTries = 3

export async function loadDashboard(): Promise<void> {
  const result = await request('dashboard.get', null)
  if (result.ok) useDashboard.setState({ ...result.value, error: undefined })
  else useDashboard.setState({ error: result.error })
}

/** Shown at once; taken back when it can not be saved. */
export async function changeDashboard(change: (dashboard: Dashboard) => Dashboard): Promise<void> {
  if (!useDashboard.getState().dashboard) await loadDashboard()
  for (let attempt = 0; attempt < saveTries; attempt += 1) {
    const { dashboard, revision } = useDashboard.getState()
    if (!dashboard) return
    const next = dashboardSchema.parse(change(dashboard))
    useDashboard.setState({ dashboard: next, error: undefined })
    const result = await request('dashboard.save', { dashboard: next, revision })
    if (result.ok) return useDashboard.setState({ revision: result.value.revision })
    await loadDashboard()
    if (result.error.code !== 'CONFIG_CONFLICT') return useDashboard.setState({ error: result.error })
  }
}

export function newCard(items: readonly SeriesItem[], kind: DashboardCard['kind']): DashboardCard {
  return { id: crypto.randomUUID().slice(0, 8), title: '', kind, width: kind === 'value' ? 1 : 2, items: [...items] }
}

/** A trend of one key, at the end. */
export function pin(item: SeriesItem): Promise<void> {
  return changeDashboard((dashboard) => ({ ...dashboard, cards: [...dashboard.cards, newCard([item], 'trend')] }))
}

export function putCard(card: DashboardCard): Promise<void> {
  return changeDashboard((dashboard) => {
    const known = dashboard.cards.some(({ id }) => id === card.id)
    const cards = known ? dashboard.cards.map((one) => (one.id === card.id ? card : one)) : [...dashboard.cards, card]
    return { ...dashboard, cards }
  })
}

export function removeCard(id: string): Promise<void> {
  return changeDashboard((dashboard) => ({ ...dashboard, cards: dashboard.cards.filter((card) => card.id !== id) }))
}

export function moveCard(id: string, by: -1 | 1): Promise<void> {
  return changeDashboard((dashboard) => {
    const cards = [...dashboard.cards]
    const from = cards.findIndex((card) => card.id === id)
    const [card] = cards.splice(from, 1)
    if (!card) return dashboard
    cards.splice(Math.max(0, from + by), 0, card)
    return { ...dashboard, cards }
  })
}
