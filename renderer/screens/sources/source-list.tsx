import { Button } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import type { ConfigChange } from '../../../shared/api/draft-requests.ts'
import { ToneGlyph } from '../../components/state-mark.tsx'
import { formatRate } from '../../format.ts'
import { draftText } from '../../i18n/en-draft.ts'
import { frameText } from '../../i18n/en-frame.ts'
import { sourcesText as text } from '../../i18n/en-sources.ts'
import { connectorTones } from '../../stores/gateway-tones.ts'
import { hrefOf, navigate } from '../../stores/route.ts'
import { type ConnectorDraft, newSource, useSourceDrafts } from '../../stores/source-drafts.ts'
import type { SourceMarks } from '../../stores/source-marks.ts'
import { useStatus } from '../../stores/status-store.ts'
import { SourceMenu } from './source-menu.tsx'

export function SourceList(props: {
  readonly connectors: readonly ConnectorDraft[]
  readonly marks: SourceMarks
  readonly selectedId: string | undefined
}) {
  return (
    <section className="panel source-list" aria-label={text.list}>
      <div className="source-add">
        <Button
          variant="default"
          leftSection={<IconPlus size={14} />}
          onClick={() => navigate('sources', newSource('opcua'))}
        >
          {text.addOpcua}
        </Button>
        <Button
          variant="default"
          leftSection={<IconPlus size={14} />}
          onClick={() => navigate('sources', newSource('mqtt'))}
        >
          {text.addMqtt}
        </Button>
      </div>
      <ul>
        {props.connectors.map((connector) => (
          <SourceRow
            key={connector.id}
            connector={connector}
            mark={props.marks.get(connector.id)}
            selected={connector.id === props.selectedId}
          />
        ))}
      </ul>
    </section>
  )
}

function SourceRow(props: {
  readonly connector: ConnectorDraft
  readonly mark: ConfigChange['kind'] | undefined
  readonly selected: boolean
}) {
  const { connector, mark, selected } = props
  const status = useStatus((s) => s.status?.connectors.find((c) => c.id === connector.id))
  const draft = useSourceDrafts((s) => s.drafts[connector.id])
  const shown = draft?.draft ?? connector
  const name = shown.name || text.newSource[shown.type]
  const address = shown.type === 'opcua' ? shown.endpointUrl : shown.host && `${shown.host}:${shown.port ?? 1883}`
  return (
    <li className={`source-row${selected ? ' selected' : ''}${mark === 'removed' ? ' removed' : ''}`}>
      <a href={hrefOf('sources', connector.id)} aria-current={selected ? 'true' : undefined}>
        <span className="source-line">
          <ToneGlyph tone={status ? connectorTones[status.state] : 'off'} />
          <span className="source-name ellipsis">{name}</span>
          {mark ? (
            <span className={`draft-mark draft-${mark}`} title={draftText.markHints[mark]}>
              {draftText.marks[mark]}
            </span>
          ) : null}
          {draft ? <span className="source-unsaved">{text.unsaved}</span> : null}
        </span>
        <span className="source-sub ellipsis">{address || text.kinds[shown.type]}</span>
        <span className="source-sub">
          <span className="ellipsis">{status ? frameText.connector[status.state] : text.notRunning}</span>
          {status?.state === 'online' ? <span>{text.rate(formatRate(status.receivedPerSecond))}</span> : null}
        </span>
      </a>
      <SourceMenu id={connector.id} name={name} mark={mark} />
    </li>
  )
}
