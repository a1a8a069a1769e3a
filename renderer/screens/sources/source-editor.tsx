import { Tabs } from '@mantine/core'
import { useDeferredValue, useMemo } from 'react'
import { connectorSchema } from '../../../shared/config/gateway.ts'
import { noProblems, type Problems, problemsOf, shownProblems, toMap } from '../../forms/problems.ts'
import { SaveBar } from '../../forms/save-bar.tsx'
import { SaveNotes } from '../../forms/save-notes.tsx'
import { formText } from '../../i18n/en-forms.ts'
import { opcuaText } from '../../i18n/en-opcua.ts'
import { sourcesText as text } from '../../i18n/en-sources.ts'
import { useConfig } from '../../stores/config-store.ts'
import { useDraft } from '../../stores/draft-store.ts'
import { navigate, useRoute } from '../../stores/route.ts'
import {
  type ConnectorDraft,
  discardSource,
  editSource,
  type MqttDraft,
  markSource,
  type OpcuaDraft,
  type SourceDraft,
  useSourceDrafts,
} from '../../stores/source-drafts.ts'
import { TrustNotes } from '../certificates/server-trust.tsx'
import { MqttConnection } from './mqtt-connection.tsx'
import { MqttTopics } from './mqtt-topics.tsx'
import { OpcuaTab } from './opcua-tab.tsx'
import { saveSource } from './save-source.ts'
import { SourceHeader } from './source-header.tsx'

const tabsOf = {
  opcua: ['connection', 'devices', 'rules', 'events', 'tags'],
  mqtt: ['connection', 'topics'],
} as const
const tabNames = { ...text.tabs, ...opcuaText.tabs }

/** Beyond this many keys they are checked when they are added to the draft only: a check per keystroke would be felt. */
const checkedKeysLimit = 3000

export function SourceEditor({ id }: { readonly id: string }) {
  const saved = useDraft((d) => d.config?.connectors.find((connector) => connector.id === id))
  const running = useConfig((c) => c.config?.connectors.find((connector) => connector.id === id))
  const edit = useSourceDrafts((s) => s.drafts[id])
  const { detail } = useRoute()
  const connector: ConnectorDraft | undefined = edit?.draft ?? saved
  const problems = useProblems(connector, edit)
  if (!connector) return null
  const tabs = tabsOf[connector.type]
  const tab = tabs.find((name) => name === detail[1]) ?? 'connection'
  const changeOpcua = (change: (draft: OpcuaDraft) => OpcuaDraft): void =>
    editSource(id, (draft) => (draft.type === 'opcua' ? change(draft) : draft))
  const changeMqtt = (change: (draft: MqttDraft) => MqttDraft): void =>
    editSource(id, (draft) => (draft.type === 'mqtt' ? change(draft) : draft))

  return (
    <section className="panel source-editor" aria-label={connector.name || text.newSource[connector.type]}>
      <SourceHeader connector={connector} isRunning={running !== undefined}>
        <SaveBar
          edited={edit !== undefined}
          problems={problems}
          save={() => saveSource(id)}
          discard={() => discardSource(id)}
        />
      </SourceHeader>
      <Notes id={id} edit={edit} />
      <TrustNotes id={id} />
      <Tabs
        value={tab}
        onChange={(value) => navigate('sources', id, value ?? 'connection')}
        keepMounted={false}
        classNames={{ root: 'editor-tabs', panel: 'editor-panel' }}
      >
        <Tabs.List>
          {tabs.map((name) => (
            <Tabs.Tab key={name} value={name}>
              {tabNames[name]}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value={tab}>
          {connector.type === 'opcua' ? (
            <OpcuaTab
              tab={tab}
              draft={connector}
              saved={saved}
              running={running}
              problems={problems}
              change={changeOpcua}
            />
          ) : tab === 'connection' ? (
            <MqttConnection draft={connector} saved={saved} problems={problems} change={changeMqtt} />
          ) : (
            <MqttTopics draft={connector} problems={problems} change={changeMqtt} />
          )}
        </Tabs.Panel>
      </Tabs>
    </section>
  )
}

function useProblems(connector: ConnectorDraft | undefined, edit: SourceDraft | undefined): Problems {
  // Typing stays fluent: the check follows one render later.
  const checked = useDeferredValue(connector)
  const own = useMemo(() => (checked ? problemsOf(connectorSchema, lightened(checked)) : noProblems), [checked])
  const attempted = edit?.attempted ?? false
  const refused = edit?.refused
  return useMemo(() => {
    const shown = shownProblems(own, attempted)
    return refused && refused.length > 0 ? new Map([...shown, ...toMap(refused)]) : shown
  }, [own, attempted, refused])
}

function lightened(connector: ConnectorDraft): ConnectorDraft {
  if (connector.type !== 'opcua') return connector
  const keys = (connector.devices ?? []).reduce((total, device) => total + (device.keys?.length ?? 0), 0)
  return keys > checkedKeysLimit ? { ...connector, devices: [] } : connector
}

function Notes({ id, edit }: { readonly id: string; readonly edit: SourceDraft | undefined }) {
  if (!edit) return null
  return (
    <SaveNotes
      conflict={edit.conflict ? formText.conflict : undefined}
      onTakeTheirs={() => discardSource(id)}
      onKeepMine={() => {
        markSource(id, { conflict: false })
        void saveSource(id, true)
      }}
      error={edit.error}
      elsewhere={edit.refused.filter(({ path }) => /^(connectors|thingsboard|storage|\(whole file\))/.test(path))}
    />
  )
}
