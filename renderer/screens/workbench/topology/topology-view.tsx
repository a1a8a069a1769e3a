import '@xyflow/react/dist/style.css'
import { ActionIcon, Tooltip, useComputedColorScheme } from '@mantine/core'
import { useReducedMotion } from '@mantine/hooks'
import { IconMaximize, IconMinus, IconPlus } from '@tabler/icons-react'
import { Handle, type NodeProps, Panel, Position, ReactFlow, ReactFlowProvider, useReactFlow } from '@xyflow/react'
import { useMemo } from 'react'
import { Empty } from '../../../components/empty.tsx'
import { ErrorNote } from '../../../components/note.tsx'
import { StateMark } from '../../../components/state-mark.tsx'
import { topologyText as text } from '../../../i18n/en-topology.ts'
import { useStatus } from '../../../stores/status-store.ts'
import { useLiveQuery } from '../../../stores/use-live-query.ts'
import { type BoxNode, topologyGraph } from './topology-graph.ts'

/** A drawing for talking about it; what it shows is looked at in the other screens, to which its boxes lead. */
const everyMs = 5000

export function TopologyView() {
  const status = useStatus((s) => s.status)
  const query = useLiveQuery('topology.get', null, everyMs)
  const graph = useMemo(
    () => (status && query.value ? topologyGraph(status, query.value) : undefined),
    [status, query.value],
  )
  if (query.error && !query.value) return <ErrorNote error={query.error} />
  if (!graph) return null
  if (status?.connectors.length === 0 && query.value?.groups.length === 0) {
    return <Empty title={text.empty}>{text.emptyBody}</Empty>
  }
  return (
    <section className="topology" aria-label={text.title}>
      <ReactFlowProvider>
        <Drawing {...graph} />
      </ReactFlowProvider>
    </section>
  )
}

const nodeTypes = { box: Box }

function Drawing({ nodes, edges }: ReturnType<typeof topologyGraph>) {
  const colorScheme = useComputedColorScheme('light')
  const still = useReducedMotion()
  const lines = useMemo(() => (still ? edges.map((edge) => ({ ...edge, animated: false })) : edges), [edges, still])
  return (
    <ReactFlow
      nodes={nodes}
      edges={lines}
      nodeTypes={nodeTypes}
      colorMode={colorScheme}
      fitView
      fitViewOptions={{ padding: 0.12, maxZoom: 1.1 }}
      minZoom={0.1}
      nodesDraggable={false}
      nodesConnectable={false}
      nodesFocusable={false}
      elementsSelectable={false}
      zoomOnDoubleClick={false}
      proOptions={{ hideAttribution: false }}
    >
      <Tools />
    </ReactFlow>
  )
}

function Tools() {
  const { fitView, zoomIn, zoomOut } = useReactFlow()
  const tools = [
    { label: text.zoomIn, icon: <IconPlus size={16} />, run: () => void zoomIn() },
    { label: text.zoomOut, icon: <IconMinus size={16} />, run: () => void zoomOut() },
    { label: text.fit, icon: <IconMaximize size={16} />, run: () => void fitView({ padding: 0.12, maxZoom: 1.1 }) },
  ]
  return (
    <Panel position="top-right" className="topology-tools">
      {tools.map(({ label, icon, run }) => (
        <Tooltip key={label} label={label} position="left">
          <ActionIcon variant="default" size={28} aria-label={label} onClick={run}>
            {icon}
          </ActionIcon>
        </Tooltip>
      ))}
    </Panel>
  )
}

function Box({ data }: NodeProps<BoxNode>) {
  return (
    <>
      <Handle type="target" position={Position.Left} isConnectable={false} />
      <a
        translate="no"
        className={`topology-box topology-${data.tone}`}
        href={data.href}
        title={`${data.title}: ${data.state}`}
      >
        <strong className="ellipsis">{data.title}</strong>
        {data.state ? <StateMark tone={data.tone}>{data.state}</StateMark> : null}
        {data.lines.map((line) => (
          <span key={line} className="muted ellipsis">
            {line}
          </span>
        ))}
      </a>
      <Handle type="source" position={Position.Right} isConnectable={false} />
    </>
  )
}
