import { ActionIcon, Button, Tabs } from '@mantine/core'
import {
  IconLayoutBottombarCollapse,
  IconLayoutBottombarExpand,
  IconLayoutSidebarRightCollapse,
  IconLayoutSidebarRightExpand,
  IconRestore,
} from '@tabler/icons-react'
import { type ReactNode, useEffect } from 'react'
import { Empty } from '../../components/empty.tsx'
import { ErrorNote } from '../../components/note.tsx'
import { frameText } from '../../i18n/en-frame.ts'
import { workbenchText as text } from '../../i18n/en-workbench.ts'
import { loadConfig, useConfig } from '../../stores/config-store.ts'
import { useView } from './commands.ts'
import { Inspector } from './inspector/inspector.tsx'
import { narrowWidth, resetLayout, useLayout } from './layout.ts'
import { MappingPane } from './mapping/mapping-pane.tsx'
import { PayloadPanel } from './payload/payload-panel.tsx'
import { SamplePanel } from './sample/sample-panel.tsx'
import { useWorkbench } from './selection.ts'
import { SourcePane } from './source-pane/source-pane.tsx'
import { type SourceSession, sessionOf } from './source-pane/source-session.ts'
import { Splitter } from './splitter.tsx'
import { WatchPanel, WatchState } from './watch/watch-panel.tsx'
import { workbenchKey } from './workbench-keys.ts'

/** Browse on the left, map in the middle, look closely on the right, watch below. */
export function Workbench() {
  const config = useConfig((c) => c.config)
  const error = useConfig((c) => c.error)
  const layout = useLayout()
  const { isInspectorOpen, isBottomOpen } = useView()
  useWorkbenchKeys()
  useEffect(() => {
    if (innerWidth < narrowWidth) useView.setState({ isInspectorOpen: false })
  }, [])
  if (!config) {
    if (!error) return <div className="panel screen-fill">{<Empty title={frameText.loading} />}</div>
    return <ErrorNote error={error} action={<Button onClick={() => void loadConfig()}>{frameText.tryAgain}</Button>} />
  }
  // What somebody chose is the most a pane takes: in a narrow window both sides give way before the middle is gone.
  const inspector = isInspectorOpen ? `6px minmax(240px, ${layout.inspector}px)` : '6px 30px'
  const columns = `minmax(220px, ${layout.source}px) 6px minmax(240px, 1fr) ${inspector}`
  const rows = `minmax(160px, 1fr) ${isBottomOpen ? `6px ${layout.bottom}px` : '0 32px'}`
  return (
    <div className="workbench" style={{ gridTemplateColumns: columns, gridTemplateRows: rows }}>
      <h1 className="visually-hidden">{frameText.screens.workbench}</h1>
      <section className="panel workbench-source" aria-label={text.panes.source} data-pane>
        <SourcePane connectors={config.connectors} />
      </section>
      <Splitter pane="source" label={text.layout.resizeSource} axis="x" direction={1} />
      <section className="workbench-mapping" aria-label={text.panes.mapping} data-pane>
        <MappingPane />
      </section>
      {isInspectorOpen ? (
        <Splitter pane="inspector" label={text.layout.resizeInspector} axis="x" direction={-1} />
      ) : (
        <span />
      )}
      <section className="panel workbench-inspector" aria-label={text.panes.inspector} data-pane>
        {isInspectorOpen ? <Inspector /> : null}
        <InspectorToggle isOpen={isInspectorOpen} />
      </section>
      {isBottomOpen ? (
        <Splitter pane="bottom" label={text.layout.resizeBottom} axis="y" direction={-1} />
      ) : (
        <span className="splitter-y" />
      )}
      <BottomPane />
    </div>
  )
}

function BottomPane() {
  const { bottomTab, isBottomOpen } = useView()
  const session = useOpenSession()
  return (
    <section className="panel workbench-bottom" aria-label={text.panes.bottom} data-pane>
      <Tabs
        value={bottomTab}
        onChange={(value) =>
          useView.setState({ bottomTab: (value ?? 'watch') as typeof bottomTab, isBottomOpen: true })
        }
        keepMounted={false}
        classNames={{ root: 'bottom-tabs', panel: 'bottom-panel', list: 'bottom-list' }}
      >
        <Tabs.List>
          <Tabs.Tab value="watch">{text.bottom.tabs.watch}</Tabs.Tab>
          <Tabs.Tab value="payload">{text.bottom.tabs.payload}</Tabs.Tab>
          <Tabs.Tab value="test">{text.bottom.tabs.test}</Tabs.Tab>
        </Tabs.List>
        <div className="bottom-tools">
          {session && bottomTab === 'watch' ? <WatchState session={session} /> : null}
          <Tool label={text.layout.reset} onClick={resetLayout} icon={<IconRestore size={16} stroke={1.7} />} />
          <Tool
            label={isBottomOpen ? text.layout.hideBottom : text.layout.showBottom}
            onClick={() => useView.setState({ isBottomOpen: !isBottomOpen })}
            icon={
              isBottomOpen ? (
                <IconLayoutBottombarCollapse size={16} stroke={1.7} />
              ) : (
                <IconLayoutBottombarExpand size={16} stroke={1.7} />
              )
            }
          />
        </div>
        {isBottomOpen ? (
          <Tabs.Panel value={bottomTab}>
            {bottomTab === 'payload' ? (
              <PayloadPanel />
            ) : bottomTab === 'test' ? (
              <SamplePanel />
            ) : session ? (
              <WatchPanel key={session.id} session={session} />
            ) : (
              <Empty title={text.source.empty} />
            )}
          </Tabs.Panel>
        ) : null}
      </Tabs>
    </section>
  )
}

function InspectorToggle({ isOpen }: { readonly isOpen: boolean }) {
  return (
    <span className="inspector-toggle">
      <Tool
        label={isOpen ? text.layout.hideInspector : text.layout.showInspector}
        onClick={() => useView.setState({ isInspectorOpen: !isOpen })}
        icon={
          isOpen ? (
            <IconLayoutSidebarRightCollapse size={16} stroke={1.7} />
          ) : (
            <IconLayoutSidebarRightExpand size={16} stroke={1.7} />
          )
        }
      />
    </span>
  )
}

function Tool(props: { readonly label: string; readonly icon: ReactNode; readonly onClick: () => void }) {
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      size={24}
      aria-label={props.label}
      title={props.label}
      onClick={props.onClick}
    >
      {props.icon}
    </ActionIcon>
  )
}

/** Of the source the left pane shows. */
function useOpenSession(): SourceSession | undefined {
  const connectorId = useWorkbench((w) => w.connectorId)
  const connector = useConfig((c) => c.config)?.connectors.find(({ id }) => id === connectorId)
  return connector ? sessionOf(connector) : undefined
}

function useWorkbenchKeys(): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (!event.defaultPrevented && !event.isComposing && workbenchKey(event)) event.preventDefault()
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [])
}
