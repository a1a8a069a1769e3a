import type { ThingsboardConfig } from '../../../shared/config/thingsboard.ts'
import { sentenceOf } from '../../../shared/said/said.ts'
import type { GatewayStatus, UplinkStatus } from '../../../shared/status.ts'
import { Ago } from '../../components/age.tsx'
import { StateMark } from '../../components/state-mark.tsx'
import { formatAge, formatCount, formatDuration, formatMs } from '../../format.ts'
import { deliveryText } from '../../i18n/en-delivery.ts'
import { frameText } from '../../i18n/en-frame.ts'
import { sayField } from '../../i18n/say.ts'
import { useConfig } from '../../stores/config-store.ts'
import { uplinkTones } from '../../stores/gateway-tones.ts'
import { hrefOf } from '../../stores/route.ts'
import { useNow } from '../../stores/use-now.ts'
import { deliverReport } from '../overview/stage-reports.ts'
import { Facts } from './facts.tsx'

const text = deliveryText.uplink

export function UplinkPanel({ status }: { readonly status: GatewayStatus }) {
  const config = useConfig((c) => c.config?.thingsboard)
  const { uplink } = status
  return (
    <section className="block" aria-label={text.title}>
      <header className="block-head">
        <h2>{text.title}</h2>
        <StateMark tone={uplinkTones[uplink.state]}>{frameText.uplink[uplink.state]}</StateMark>
        <span className="spacer" />
        <a href={hrefOf('thingsboard')}>{text.change}</a>
      </header>
      <p>{sentence(status)}</p>
      {uplink.state === 'unconfigured' ? null : (
        <Facts
          facts={[
            [text.window, windowWords(uplink, config)],
            [text.limit, sayField(uplink, 'limit') || text.noLimit],
            [text.lastAck, <Ago key="ack" at={uplink.lastAckAt} />],
            [text.ack, `${formatMs(uplink.ackP50Ms)} / ${formatMs(uplink.ackP99Ms)}`],
            [text.sourceToAck, `${formatMs(uplink.sourceToAckP50Ms)} / ${formatMs(uplink.sourceToAckP99Ms)}`],
            [text.reconnects, formatCount(uplink.reconnects)],
            [text.repeated, formatCount(uplink.repeated)],
            config ? [text.confirmed, <Confirmed key="confirmed" uplink={uplink} config={config} />] : false,
            config ? [text.payload, text.payloads[config.payload]] : false,
          ]}
        />
      )}
    </section>
  )
}

/** What is wrong first; else what the link says about its pace. */
function sentence(status: GatewayStatus): string {
  const { cause, tone } = deliverReport(status)
  const detail = sayField(status.uplink, 'detail')
  return tone !== 'ok' || detail === '' || sentenceOf(status.uplink, 'detail').code === 'uplink.online' ? cause : detail
}

/** The window adapts: narrower than configured means that ThingsBoard or the line is slow. */
function windowWords({ inFlightMessages, window }: UplinkStatus, config: ThingsboardConfig | undefined): string {
  const words = text.messages(formatCount(inFlightMessages), formatCount(window))
  return config && window > 0 && window < config.maxInFlight
    ? `${words}, ${text.narrowed(formatCount(config.maxInFlight))}`
    : words
}

function Confirmed({ uplink, config }: { readonly uplink: UplinkStatus; readonly config: ThingsboardConfig }) {
  const now = useNow()
  const minutes = config.confirmed.retainMinutes
  if (minutes === 0) return text.off
  const { replays = 0, replayedValues = 0, lastReplayAt } = uplink
  const happened =
    replays > 0
      ? text.replays(formatCount(replays), formatCount(replayedValues), formatAge(lastReplayAt, now))
      : text.noReplay
  return `${text.keeps(formatDuration(minutes * 60))}; ${happened}`
}
