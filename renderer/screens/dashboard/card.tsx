import { ActionIcon, Menu, Tooltip } from '@mantine/core'
import { IconArrowLeft, IconArrowRight, IconColumns, IconPencil, IconTrash } from '@tabler/icons-react'
import type { RequestOutput } from '../../../shared/api/contract.ts'
import type { DashboardCard } from '../../../shared/api/watch-requests.ts'
import { ErrorNote } from '../../components/note.tsx'
import { ToneGlyph } from '../../components/state-mark.tsx'
import { shortNumber, TrendChart, trendColors } from '../../components/trend-chart.tsx'
import { formatDuration, formatMoment } from '../../format.ts'
import { dashboardText } from '../../i18n/en-dashboard.ts'
import { moveCard, putCard, removeCard } from '../../stores/dashboard-store.ts'
import { navigate } from '../../stores/route.ts'
import { useLines } from './use-lines.ts'

const text = dashboardText.card
/** Of the time axis. */
const shortestMs = 60_000

type CardValue = RequestOutput<'values.read'>['values'][number]

interface CardProps {
  readonly card: DashboardCard
  /** In the order of the card's items. */
  readonly values: readonly (CardValue | undefined)[]
  readonly windowMs: number
  readonly now: number
}

function cardTitle({ title, items }: DashboardCard): string {
  if (title) return title
  const devices = new Set(items.map(({ device }) => device))
  const keys = items.map(({ key }) => key).join(', ')
  return devices.size === 1
    ? `${items[0]?.device} · ${keys}`
    : items.map(({ device, key }) => `${device} ${key}`).join(', ')
}

export function Card(props: CardProps & { readonly arranging: boolean; readonly onEdit: () => void }) {
  const { card, arranging, onEdit } = props
  const title = cardTitle(card)
  return (
    <article className={`panel card card-${card.width}`} aria-label={title}>
      <header className="card-head">
        <h2 className="ellipsis" title={title}>
          {title}
        </h2>
        {arranging ? <CardTools card={card} title={title} onEdit={onEdit} /> : null}
      </header>
      {card.kind === 'value' ? <Values {...props} /> : <Trend {...props} />}
    </article>
  )
}

function CardTools({
  card,
  title,
  onEdit,
}: {
  readonly card: DashboardCard
  readonly title: string
  readonly onEdit: () => void
}) {
  const tool = (label: string, icon: React.ReactNode, onClick: () => void) => (
    <Tooltip label={label}>
      <ActionIcon variant="subtle" color="gray" size={24} aria-label={label} onClick={onClick}>
        {icon}
      </ActionIcon>
    </Tooltip>
  )
  return (
    <div className="card-tools">
      {tool(text.earlier(title), <IconArrowLeft size={15} />, () => void moveCard(card.id, -1))}
      {tool(text.later(title), <IconArrowRight size={15} />, () => void moveCard(card.id, 1))}
      <Menu>
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" size={24} aria-label={text.wider(title)}>
            <IconColumns size={15} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {([1, 2, 4] as const).map((width) => (
            <Menu.Item key={width} onClick={() => void putCard({ ...card, width })}>
              {text.widths[width]}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      {tool(text.edit(title), <IconPencil size={15} />, onEdit)}
      {tool(text.remove(title), <IconTrash size={15} />, () => void removeCard(card.id))}
    </div>
  )
}

function Values({ card, values, now }: CardProps) {
  return (
    <div className="card-values">
      {card.items.map((item, at) => (
        <div key={`${item.device} ${item.key}`} className="card-value">
          <span className="muted ellipsis">{card.items.length > 1 ? `${item.device} ${item.key}` : ''}</span>
          <ValueText value={values[at]} large />
          <span className="muted">{moment(values[at], now)}</span>
        </div>
      ))}
    </div>
  )
}

function moment(value: CardValue | undefined, now: number): string {
  return value && value.ts > 0 ? formatMoment(value.ts, now) : ''
}

function ValueText({ value, large = false }: { readonly value: CardValue | undefined; readonly large?: boolean }) {
  if (!value || value.ts === 0) return <span className="muted">{text.noValue}</span>
  const shown = value.number !== undefined && value.text.length > 9 ? shortNumber(value.number) : value.text
  const isBad = value.quality === 'bad'
  return (
    <span className={`ellipsis ${large ? 'card-number' : 'card-small'}`} title={`${value.text} ${value.unit}`}>
      {isBad ? <ToneGlyph tone="bad" /> : null} {shown} <span className="card-unit">{value.unit}</span>
    </span>
  )
}

function Trend({ card, values, windowMs, now }: CardProps) {
  const { lines, states, loaded, error } = useLines(card.items, windowMs, values)
  const drawn = lines.filter((line) => line.ts.length > 0)
  // A gateway that has just started shows what is there, not an hour of nothing.
  const first = Math.min(...drawn.map((line) => line.ts[0] ?? now))
  const from = Math.max(now - windowMs, Math.min(first, now - shortestMs))
  const single = new Set(card.items.map(({ device }) => device)).size === 1
  return (
    <>
      <ul className="card-legend">
        {card.items.map((item, at) => (
          <li key={`${item.device} ${item.key}`}>
            <span
              className="legend-line"
              style={{ background: `var(${trendColors[at % trendColors.length]})` }}
              aria-hidden="true"
            />
            <button
              type="button"
              className="link-button ellipsis"
              title={text.open(item.device)}
              onClick={() => navigate('overview', 'device', item.device)}
            >
              {single ? item.key : `${item.device} ${item.key}`}
            </button>
            <ValueText value={values[at]} />
          </li>
        ))}
      </ul>
      {error && !loaded ? <ErrorNote error={error} /> : null}
      {drawn.length > 0 ? (
        <TrendChart
          lines={drawn}
          from={from}
          to={now}
          label={text.trend(drawn.map((line) => line.label).join(', '), formatDuration(windowMs / 1000))}
        />
      ) : null}
      {states.map((line) => (
        <ol key={line.label} className="card-states">
          {line.texts
            .map((state, at) => ({ state, ts: line.ts[at] ?? 0 }))
            .slice(-5)
            .reverse()
            .map(({ state, ts }) => (
              <li key={ts}>
                <strong className="ellipsis">{state}</strong>{' '}
                <span className="muted">{text.since(formatMoment(ts, now))}</span>
              </li>
            ))}
        </ol>
      ))}
      {loaded && drawn.length === 0 && states.length === 0 ? (
        <p className="card-empty muted">{text.noHistory}</p>
      ) : null}
    </>
  )
}
