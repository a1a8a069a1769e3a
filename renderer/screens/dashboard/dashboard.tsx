import { Button, SegmentedControl } from '@mantine/core'
import { IconLayoutGridAdd, IconPencil } from '@tabler/icons-react'
import { useEffect, useMemo, useState } from 'react'
import type { DashboardCard } from '../../../shared/api/watch-requests.ts'
import { Empty } from '../../components/empty.tsx'
import { ErrorNote } from '../../components/note.tsx'
import { dashboardText as text } from '../../i18n/en-dashboard.ts'
import { changeDashboard, loadDashboard, useDashboard } from '../../stores/dashboard-store.ts'
import { useLiveQuery } from '../../stores/use-live-query.ts'
import { Card } from './card.tsx'
import { CardDialog } from './card-dialog.tsx'

const windows = [10, 60, 240, 480] as const
/** Pinned keys are kept once a second; asking more often shows nothing new. */
const everyMs = 1000

/** Pinned values and trends: `#/dashboard`. */
export function Dashboard() {
  const dashboard = useDashboard((s) => s.dashboard)
  const error = useDashboard((s) => s.error)
  const [arranging, setArranging] = useState(false)
  const [edited, setEdited] = useState<DashboardCard | 'new' | undefined>()
  useEffect(() => void loadDashboard(), [])
  const isEmpty = dashboard?.cards.length === 0
  const add = (
    <Button leftSection={<IconLayoutGridAdd size={16} />} onClick={() => setEdited('new')}>
      {text.add}
    </Button>
  )
  return (
    <section className="dashboard" aria-label={text.title}>
      <h1 className="visually-hidden">{text.title}</h1>
      {error ? <ErrorNote error={error} /> : null}
      {isEmpty ? (
        <Empty title={text.empty} actions={add}>
          {text.emptyBody}
        </Empty>
      ) : null}
      {dashboard && !isEmpty ? (
        <>
          <header className="dashboard-head">
            <SegmentedControl
              aria-label={text.window}
              value={String(dashboard.windowMinutes)}
              onChange={(value) => void changeDashboard((now) => ({ ...now, windowMinutes: Number(value) }))}
              data={windows.map((minutes) => ({ value: String(minutes), label: text.windows[minutes] }))}
            />
            <span className="spacer" />
            <Button
              variant="default"
              leftSection={<IconPencil size={16} />}
              aria-pressed={arranging}
              onClick={() => setArranging(!arranging)}
            >
              {arranging ? text.arranged : text.arrange}
            </Button>
            {add}
          </header>
          <Cards
            cards={dashboard.cards}
            windowMinutes={dashboard.windowMinutes}
            arranging={arranging}
            onEdit={setEdited}
          />
        </>
      ) : null}
      {edited ? <CardDialog card={edited === 'new' ? undefined : edited} onClose={() => setEdited(undefined)} /> : null}
    </section>
  )
}

function Cards(props: {
  readonly cards: readonly DashboardCard[]
  readonly windowMinutes: number
  readonly arranging: boolean
  readonly onEdit: (card: DashboardCard) => void
}) {
  const { cards, windowMinutes, arranging, onEdit } = props
  const items = useMemo(() => cards.flatMap((card) => card.items), [cards])
  const query = useLiveQuery('values.read', { items: [...items] }, everyMs)
  const now = query.at || Date.now()
  // Answers belong to the question that was asked: while cards change, the former ones may be shorter.
  const starts = useMemo(() => {
    let start = 0
    return cards.map((card) => {
      const own = start
      start += card.items.length
      return own
    })
  }, [cards])
  const slices = useMemo(
    () => cards.map((card, at) => query.value?.values.slice(starts[at], (starts[at] ?? 0) + card.items.length) ?? []),
    [cards, starts, query.value],
  )
  return (
    <div className="cards">
      {cards.map((card, at) => (
        <Card
          key={card.id}
          card={card}
          values={slices[at] ?? []}
          windowMs={windowMinutes * 60_000}
          now={now}
          arranging={arranging}
          onEdit={() => onEdit(card)}
        />
      ))}
    </div>
  )
}
