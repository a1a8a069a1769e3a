import type { ReactNode } from 'react'
import type { ConnectorStatus } from '../../../shared/status.ts'
import { StateMark } from '../../components/state-mark.tsx'
import { formatCount, formatRate } from '../../format.ts'
import { frameText } from '../../i18n/en-frame.ts'
import { sourcesText as text } from '../../i18n/en-sources.ts'
import { asSentence } from '../../i18n/punctuation.ts'
import { sayField, sayWhole } from '../../i18n/say.ts'
import { connectorTones } from '../../stores/gateway-tones.ts'
import { hrefOf } from '../../stores/route.ts'
import type { ConnectorDraft } from '../../stores/source-drafts.ts'
import { useStatus } from '../../stores/status-store.ts'
import { useNow } from '../../stores/use-now.ts'

/** Which source this is, how it is doing and why, and the buttons that save. */
export function SourceHeader({
  connector,
  isRunning,
  children,
}: {
  readonly connector: ConnectorDraft
  /** Only what runs can be looked into. */
  readonly isRunning: boolean
  readonly children: ReactNode
}) {
  const status = useStatus((s) => s.status?.connectors.find((c) => c.id === connector.id))
  const now = useNow()
  const next = status?.nextTryAt === undefined ? 0 : Math.ceil((status.nextTryAt - now) / 1000)
  return (
    <header className="source-head">
      <div className="source-title">
        <h2>{connector.name || text.newSource[connector.type]}</h2>
        <span className="muted">{text.kinds[connector.type]}</span>
        {isRunning ? <a href={hrefOf('workbench', connector.id)}>{text.openInWorkbench}</a> : null}
      </div>
      <div className="source-state">
        {status ? (
          <>
            <StateMark tone={connectorTones[status.state]}>{frameText.connector[status.state]}</StateMark>
            <span className="muted ellipsis" title={sayWhole(status, 'detail')}>
              {detailWords(status)}
              {status.state === 'waiting' && next > 0 ? ` ${text.nextTry(next)}` : ''}
            </span>
            {status.state === 'online' ? (
              <span className="muted source-figures">
                {`${text.tags(status.tagsGood, status.tags)} · ${text.rate(formatRate(status.receivedPerSecond))}`}
                {status.refused > 0 ? ` · ${text.refused(formatCount(status.refused))}` : ''}
              </span>
            ) : null}
          </>
        ) : (
          <StateMark tone="off">{text.notRunning}</StateMark>
        )}
      </div>
      <div className="source-buttons">{children}</div>
    </header>
  )
}

function detailWords(status: ConnectorStatus): string {
  const { state, nextTryAt } = status
  const detail = sayField(status, 'detail')
  if (state === 'waiting' && nextTryAt !== undefined) return asSentence(detail)
  return beyondState(detail, frameText.connector[state])
}

/** The mark says "Connected" already; the sentence beside it begins with what it adds. */
function beyondState(detail: string, state: string): string {
  if (detail === state) return ''
  const rest = detail.startsWith(state) ? detail.slice(state.length).replace(/^[,;:.，；：。]\s*|^\s+/, '') : detail
  return rest.charAt(0).toUpperCase() + rest.slice(1)
}
