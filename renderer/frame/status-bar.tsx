import type { ConnectorStatus, GatewayStatus } from '../../shared/status.ts'
import { StateMark, type Tone } from '../components/state-mark.tsx'
import { formatBytes, formatCount, formatRate, noValue } from '../format.ts'
import { frameText as text } from '../i18n/en-frame.ts'
import { useDraft } from '../stores/draft-store.ts'
import { useLink } from '../stores/link-store.ts'
import { hrefOf } from '../stores/route.ts'
import { useStatus } from '../stores/status-store.ts'

export function StatusBar() {
  const status = useStatus((s) => s.status)
  const online = useLink((link) => link.state === 'online')
  return (
    <footer className={`status-bar${online ? '' : ' stale'}`}>
      {status ? <Facts status={status} /> : <span>{text.waitingForGateway}</span>}
    </footer>
  )
}

function Facts({ status }: { readonly status: GatewayStatus }) {
  const { store, balance, rates } = status
  const waiting = balance.pending + balance.inFlight
  return (
    <>
      <Protocol label={text.statusBar.opcua} connectors={status.connectors.filter((c) => c.type === 'opcua')} />
      <Protocol label={text.statusBar.mqtt} connectors={status.connectors.filter((c) => c.type === 'mqtt')} />
      <span>{`${rates.known ? formatRate(rates.receivedPerSecond) : noValue}/s`}</span>
      <span className={store.alarm === 'none' ? undefined : `tone-${store.alarm === 'critical' ? 'bad' : 'warn'}`}>
        {`${text.statusBar.queue} ${waiting === 0 ? text.statusBar.empty : formatCount(waiting)}`}
        {` · ${formatBytes(store.usedBytes)} ${text.statusBar.full} ${formatBytes(store.limitBytes)}`}
      </span>
      <span className="spacer" />
      <span>{`v${status.version}`}</span>
      <ConfigNumber />
    </>
  )
}

/** Which applied configuration runs; its page tells who applied it and why. */
function ConfigNumber() {
  const base = useDraft((d) => d.state?.base ?? 0)
  return base > 0 ? <a href={hrefOf('versions')}>{text.statusBar.config(base)}</a> : null
}

function Protocol({ label, connectors }: { readonly label: string; readonly connectors: readonly ConnectorStatus[] }) {
  const enabled = connectors.filter((c) => c.state !== 'disabled')
  const online = enabled.filter((c) => c.state === 'online').length
  return <StateMark tone={protocolTone(enabled, online)}>{`${label} ${online}/${enabled.length}`}</StateMark>
}

function protocolTone(enabled: readonly ConnectorStatus[], online: number): Tone {
  if (enabled.length === 0) return 'off'
  if (online === enabled.length) return 'ok'
  return enabled.some((c) => c.state === 'faulted') ? 'bad' : 'warn'
}
