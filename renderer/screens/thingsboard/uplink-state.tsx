import { Ago } from '../../components/age.tsx'
import { StateMark } from '../../components/state-mark.tsx'
import { formatCount } from '../../format.ts'
import { frameText } from '../../i18n/en-frame.ts'
import { thingsboardText as text } from '../../i18n/en-thingsboard.ts'
import { sayField, sayWhole } from '../../i18n/say.ts'
import { uplinkTones } from '../../stores/gateway-tones.ts'
import { useStatus } from '../../stores/status-store.ts'

export function UplinkState() {
  const uplink = useStatus((s) => s.status?.uplink)
  if (!uplink) return null
  return (
    <div className="source-state">
      <StateMark tone={uplinkTones[uplink.state]}>{frameText.uplink[uplink.state]}</StateMark>
      <span className="muted ellipsis" title={sayWhole(uplink, 'detail')}>
        {uplink.state === 'unconfigured'
          ? text.notConfigured
          : uplink.state === 'online'
            ? uplink.address
            : sayField(uplink, 'detail')}
      </span>
      {uplink.state === 'online' ? (
        <span className="muted source-figures">
          {frameText.lastAck} <Ago at={uplink.lastAckAt} />
          {` · ${uplink.inFlightMessages} ${frameText.statusBar.full} ${uplink.window} ${text.facts.window}`}
          {` · ${formatCount(uplink.reconnects)} ${text.facts.reconnects} · ${formatCount(uplink.repeated)} ${text.facts.repeated}`}
        </span>
      ) : null}
    </div>
  )
}
