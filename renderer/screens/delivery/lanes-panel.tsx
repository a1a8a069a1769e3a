import type { GatewayStatus } from '../../../shared/status.ts'
import { formatBytes, formatCount, formatDuration, formatRate, noValue } from '../../format.ts'
import { deliveryText } from '../../i18n/en-delivery.ts'
import { useConfig } from '../../stores/config-store.ts'

const text = deliveryText.lanes
const lanes = ['live', 'backlog', 'attributes'] as const

/** Live values go first, what waited goes beside them, of attributes only the newest waits. */
export function LanesPanel({ status }: { readonly status: GatewayStatus }) {
  const backlog = useConfig((c) => c.config?.thingsboard?.backlog)
  const { store, uplink } = status
  const rates = { live: uplink.livePerSecond, backlog: uplink.backlogPerSecond, attributes: undefined }
  const left = uplink.backlogSecondsLeft
  const { columns } = text
  return (
    <section className="block" aria-label={text.title}>
      <header className="block-head">
        <h2>{text.title}</h2>
      </header>
      <table className="plain-table lanes-table">
        <thead>
          <tr>
            <th>{columns.lane}</th>
            <th className="num">{columns.waiting}</th>
            <th className="num">{columns.bytes}</th>
            <th className="num">{columns.oldest}</th>
            <th className="num">{columns.rate}</th>
            <th className="num">{columns.gone}</th>
          </tr>
        </thead>
        <tbody>
          {lanes.map((name) => {
            const lane = store.lanes[name]
            const rate = rates[name]
            return (
              <tr key={name}>
                <th scope="row">
                  {text.names[name]} <span className="muted lane-hint">{text.hints[name]}</span>
                </th>
                <td className="num">{formatCount(lane.pending)}</td>
                <td className="num">{lane.bytes > 0 ? formatBytes(lane.bytes) : noValue}</td>
                <td className="num">{lane.oldestSeconds > 0 ? formatDuration(lane.oldestSeconds) : noValue}</td>
                <td className="num">{rate === undefined ? noValue : text.rate(formatRate(rate))}</td>
                <td className="num">{name === 'backlog' && left !== undefined ? formatDuration(left) : noValue}</td>
              </tr>
            )
          })}
        </tbody>
      </table>
      {backlog ? (
        <p className="muted">
          {backlog.mode === 'fixed' ? text.fixed(formatCount(backlog.valuesPerSecond)) : text.adaptive}
        </p>
      ) : null}
    </section>
  )
}
