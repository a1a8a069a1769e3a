import { Button, Tabs } from '@mantine/core'
import { useEffect } from 'react'
import type { NodeDetails, OpcuaTarget } from '../../../../shared/api/opcua-requests.ts'
import { Empty } from '../../../components/empty.tsx'
import { ErrorNote, Note } from '../../../components/note.tsx'
import { frameText } from '../../../i18n/en-frame.ts'
import { workbenchText } from '../../../i18n/en-workbench.ts'
import { useConfig } from '../../../stores/config-store.ts'
import { useStatus } from '../../../stores/status-store.ts'
import { useLiveQuery } from '../../../stores/use-live-query.ts'
import { NodeAttributes } from '../../nodes/node-attributes.tsx'
import { NodeReferences } from '../../nodes/node-references.tsx'
import { OtherPaths } from '../../nodes/other-paths.tsx'
import { useView } from '../commands.ts'
import type { NodeItem } from '../selection.ts'
import type { SourceSession } from '../source-pane/source-session.ts'
import { TracePanel } from '../trace/trace-panel.tsx'
import { travel } from '../visits.ts'
import { ControlPanel } from './control-panel.tsx'
import { InspectorHead } from './inspector-head.tsx'
import { NodeValue } from './node-value.tsx'
import { Trend } from './trend.tsx'

const text = workbenchText.inspector
type Tab = keyof typeof text.tabs

/** All about one node of a server. */
export function NodeInspector({ session, item }: { readonly session: SourceSession; readonly item: NodeItem }) {
  const target: OpcuaTarget = { connectorId: item.connectorId }
  const query = useLiveQuery('opcua.node', { target, nodeId: item.nodeId }, 0)
  const revision = useConfig((c) => c.revision)
  const isOnline = useStatus((s) => s.status?.connectors.find((c) => c.id === item.connectorId)?.state) === 'online'
  const { refresh } = query
  // biome-ignore lint/correctness/useExhaustiveDependencies: what may be written is part of the configuration; a server that came back is asked again.
  useEffect(() => refresh(), [revision, isOnline])
  // The answer on hand can still be that of the node before.
  const details = query.value?.nodeId === item.nodeId || query.at > 0 ? query.value : undefined
  const attribute = (name: string): string => details?.attributes.find((a) => a.name === name)?.value ?? ''
  const nodeClass = attribute('NodeClass') || (item.nodeClass === 2 ? 'Variable' : '')
  const isVariable = nodeClass === 'Variable'
  return (
    <div className="looking" aria-busy={!details && !query.error}>
      <InspectorHead
        item={item}
        title={attribute('DisplayName') || item.name}
        kind={[nodeClass, item.typeName].filter(Boolean).join(' · ')}
        address={details?.nodeId ?? item.nodeId}
        path={details?.path || item.path}
        hasValue={isVariable}
        reread={query.refresh}
      />
      {details ? (
        <OtherPaths
          details={details}
          onReveal={(path) => useView.setState({ reveal: { sourceId: item.connectorId, key: '', path } })}
        />
      ) : null}
      {query.error ? (
        details || !isOnline ? (
          <Note tone="warn">{text.offline}</Note>
        ) : (
          <ErrorNote
            error={query.error}
            action={
              <Button size="compact-sm" variant="default" onClick={query.refresh}>
                {frameText.tryAgain}
              </Button>
            }
          />
        )
      ) : null}
      <InspectorTabs
        session={session}
        item={item}
        details={details}
        isVariable={isVariable}
        target={target}
        reread={query.refresh}
      />
    </div>
  )
}

interface TabsProps {
  readonly session: SourceSession
  readonly item: NodeItem
  readonly details: NodeDetails | undefined
  readonly isVariable: boolean
  readonly target: OpcuaTarget
  readonly reread: () => void
}

function InspectorTabs({ session, item, details, isVariable, target, reread }: TabsProps) {
  const wanted = useView((v) => v.inspectorTab)
  const isMethod = details ? details.method !== undefined : item.nodeClass === 4
  const tabs: readonly Tab[] = isVariable
    ? ['value', 'attributes', 'references', 'trend', 'write', 'trace']
    : isMethod
      ? ['attributes', 'references', 'call']
      : ['value', 'attributes', 'references']
  const tab = tabs.find((name) => name === wanted) ?? tabs[0] ?? 'attributes'
  return (
    <Tabs
      value={tab}
      onChange={(value) => value && useView.setState({ inspectorTab: value })}
      keepMounted={false}
      classNames={{ root: 'inspector-tabs', panel: 'inspector-panel' }}
    >
      <Tabs.List>
        {tabs.map((name) => (
          <Tabs.Tab key={name} value={name}>
            {text.tabs[name]}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      <Tabs.Panel value={tab}>
        {tab === 'trace' ? (
          <TracePanel />
        ) : tab === 'trend' ? (
          <Trend key={item.nodeId} session={session} valueKey={item.nodeId} name={item.name} target={target} />
        ) : !details ? (
          <Empty title={text.loading} />
        ) : tab === 'value' ? (
          <NodeValue session={session} item={item} details={details} isVariable={isVariable} />
        ) : tab === 'attributes' ? (
          <NodeAttributes target={target} details={details} isVariable={false} />
        ) : tab === 'references' ? (
          <NodeReferences details={details} onTravel={(nodeId) => travel(referenceItem(session, details, nodeId))} />
        ) : (
          <ControlPanel key={details.nodeId} target={target} details={details} reread={reread} />
        )}
      </Tabs.Panel>
    </Tabs>
  )
}

function referenceItem(session: SourceSession, details: NodeDetails, nodeId: string): NodeItem {
  const reference = details.references.find((r) => r.nodeId === nodeId)
  const { model } = session.tree
  const row = model.rowOf(nodeId)
  return {
    kind: 'node',
    connectorId: session.id,
    nodeId,
    name: reference?.name ?? nodeId,
    path: row >= 0 ? model.path(row) : '',
    nodeClass: row >= 0 ? model.nodeClass(row) : 0,
    typeName: reference?.typeName ?? '',
  }
}
