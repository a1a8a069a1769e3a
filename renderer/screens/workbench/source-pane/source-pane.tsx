import { Button, Select } from '@mantine/core'
import { useEffect, useState } from 'react'
import type { ConnectorConfig } from '../../../../shared/config/gateway.ts'
import { request } from '../../../api/client.ts'
import { Empty } from '../../../components/empty.tsx'
import { Note } from '../../../components/note.tsx'
import { StateMark, ToneGlyph } from '../../../components/state-mark.tsx'
import { formatAge } from '../../../format.ts'
import { frameText } from '../../../i18n/en-frame.ts'
import { workbenchText } from '../../../i18n/en-workbench.ts'
import { connectorTones } from '../../../stores/gateway-tones.ts'
import { navigate, useRoute } from '../../../stores/route.ts'
import { useStatus } from '../../../stores/status-store.ts'
import { useNow } from '../../../stores/use-now.ts'
import { IndexBar } from '../../nodes/index-bar.tsx'
import { openSource } from '../commands.ts'
import { useWorkbench } from '../selection.ts'
import { ExploreBar } from './explore-bar.tsx'
import { SourceBrowser } from './source-browser.tsx'
import { type SourceSession, sessionKey, sessionOf } from './source-session.ts'
import { useSessionIndex } from './use-session-index.ts'

const text = workbenchText.source

/** Left side: which source, its state, its tree. */
export function SourcePane({ connectors }: { readonly connectors: readonly ConnectorConfig[] }) {
  const wanted = useWorkbench((w) => w.connectorId)
  const addressed = useRoute().detail[0]
  useEffect(() => {
    if (addressed !== undefined && addressed !== useWorkbench.getState().connectorId) openSource(addressed)
  }, [addressed])
  const connector = connectors.find(({ id }) => id === wanted) ?? connectors[0]
  useEffect(() => {
    if (connector && connector.id !== wanted)
      useWorkbench.setState({ connectorId: connector.id, items: [], focused: undefined })
  }, [connector, wanted])
  if (!connector) {
    return (
      <Empty
        title={text.empty}
        actions={
          <>
            <Button onClick={() => navigate('sources', 'new', 'opcua')}>{text.addOpcua}</Button>
            <Button variant="default" onClick={() => navigate('sources', 'new', 'mqtt')}>
              {text.addMqtt}
            </Button>
          </>
        }
      >
        {text.emptyBody}
      </Empty>
    )
  }
  return (
    <>
      <SourcePicker connectors={connectors} connector={connector} />
      <OpenSource key={sessionKey(connector)} connector={connector} />
    </>
  )
}

function SourcePicker(props: { readonly connectors: readonly ConnectorConfig[]; readonly connector: ConnectorConfig }) {
  const { connectors, connector } = props
  const states = useStatus((s) => s.status?.connectors)
  const toneOf = (id: string) => connectorTones[states?.find((c) => c.id === id)?.state ?? 'disabled']
  return (
    <div className="source-pick">
      <Select
        aria-label={text.pick}
        value={connector.id}
        data={connectors.map(({ id, name }) => ({ value: id, label: name }))}
        leftSection={<ToneGlyph tone={toneOf(connector.id)} />}
        searchable={connectors.length > 8}
        renderOption={({ option }) => <StateMark tone={toneOf(option.value)}>{option.label}</StateMark>}
        onChange={(id) => {
          if (id && id !== connector.id) openSource(id)
        }}
      />
    </div>
  )
}

function OpenSource({ connector }: { readonly connector: ConnectorConfig }) {
  const [session] = useState(() => sessionOf(connector))
  useEffect(() => {
    session.search.start()
    return () => session.search.stop()
  }, [session])
  return (
    <>
      <ConnectionNote id={connector.id} session={session} />
      {session.kind === 'opcua' ? <OpcuaSource session={session} /> : <TopicSource session={session} />}
    </>
  )
}

function OpcuaSource({ session }: { readonly session: SourceSession }) {
  const { index, reading } = useSessionIndex(session)
  return (
    <>
      <SourceBrowser session={session} reading={reading} />
      <IndexBar index={index} />
    </>
  )
}

function TopicSource({ session }: { readonly session: SourceSession }) {
  return (
    <>
      <ExploreBar session={session} />
      <SourceBrowser session={session} reading={undefined} />
    </>
  )
}

/** A source that does not answer can still be looked at and mapped: how old is what is shown. */
function ConnectionNote({ id, session }: { readonly id: string; readonly session: SourceSession }) {
  const status = useStatus((s) => s.status?.connectors.find((c) => c.id === id))
  const now = useNow()
  const [asOf, setAsOf] = useState(0)
  const isAway = status !== undefined && status.state !== 'online' && status.state !== 'disabled'
  useEffect(() => {
    if (!isAway || session.kind !== 'opcua') return
    void request('opcua.index', { target: { connectorId: id }, action: 'status' }).then((result) => {
      if (result.ok) setAsOf(result.value.takenAt)
    })
  }, [isAway, id, session])
  if (!status || !isAway) return null
  return (
    <Note
      tone={connectorTones[status.state]}
      action={
        status.state === 'connecting' ? undefined : (
          <Button
            size="compact-xs"
            variant="default"
            onClick={() => void request('connector.retry', { connectorId: id })}
          >
            {text.retry}
          </Button>
        )
      }
    >
      <strong>{frameText.connector[status.state]}</strong>
      {status.detail ? <div>{status.detail}</div> : null}
      {asOf > 0 ? <div className="muted">{text.asOf(formatAge(asOf, now))}</div> : null}
    </Note>
  )
}
