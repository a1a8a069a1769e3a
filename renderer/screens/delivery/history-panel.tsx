import { Sparkline } from '../../components/sparkline.tsx'
import { formatCount, formatMs, formatRate } from '../../format.ts'
import { deliveryText } from '../../i18n/en-delivery.ts'
import { historyMinutes, historyPoints, rateHistory } from '../../stores/rate-history.ts'

const text = deliveryText.history

const charts = [
  { name: text.waiting, of: 'waiting', words: formatCount },
  { name: text.live, of: 'live', words: formatRate },
  { name: text.backlog, of: 'backlog', words: formatRate },
  { name: text.ack, of: 'ackP99Ms', words: formatMs },
] as const

/** As seen by this window; the screen is drawn again with each status. */
export function HistoryPanel() {
  const points = rateHistory.points
  return (
    <section className="history" aria-label={text.title}>
      {charts.map(({ name, of, words }) => {
        const values = points.map((point) => point[of])
        const label = `${name}, ${text.span(historyMinutes)}`
        return (
          <figure key={of}>
            <figcaption>
              <span>{name}</span>
              <strong>{words(values.at(-1) ?? 0)}</strong>
            </figcaption>
            <Sparkline values={values} slots={historyPoints} label={label} height={34} />
            <span className="muted history-span">
              {text.span(historyMinutes)}
              <span>{text.most(words(Math.max(0, ...values)))}</span>
            </span>
          </figure>
        )
      })}
    </section>
  )
}
