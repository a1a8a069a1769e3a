import { ActionIcon, Button, CopyButton, Tabs } from '@mantine/core'
import { IconArrowLeft, IconCopy, IconRefresh } from '@tabler/icons-react'
import { type ReactNode, useEffect, useState } from 'react'
import type { NodeDetails, OpcuaTarget } from '../../../shared/api/opcua-requests.ts'
import { Empty } from '../../components/empty.tsx'
import { ErrorNote, Note } from '../../components/note.tsx'
import { frameText } from '../../i18n/en-frame.ts'
import { nodesText } from '../../i18n/en-nodes.ts'
import { useConfig } from '../../stores/config-store.ts'
import { useLiveQuery } from '../../stores/use-live-query.ts'
import { NodeAttributes } from './node-attributes.tsx'
import { NodeHistory } from './node-history.tsx'
import { NodePaths } from './node-paths.tsx'
import { NodeReferences } from './node-references.tsx'

const text = nodesText.details

export interface DetailsProps {
  readonly target: OpcuaTarget
  /** NodeId or browse path; empty = nothing chosen. */
  readonly nodeId: string
  readonly onTravel: (nodeId: string) => void
  readonly onBack: (() => void) | undefined
  readonly onReveal: (path: string) => void
  /** Asked for, and the tree does not lead there. */
  readonly notInTree: boolean
  /** Beside the name: what one can do with the node where it is shown. */
  readonly actions?: (details: NodeDetails) => ReactNode
  /** Writing and calling, where that is offered. */
  readonly control?: (details: NodeDetails, reread: () => void) => ReactNode
}

/** All about one node. */
export function NodeDetailsPanel(props: DetailsProps) {
  if (props.nodeId === '') {
    return (
      <section className="panel node-details" aria-label={text.title}>
        <Empty title={text.choose} />
      </section>
    )
  }
  return <ChosenNode {...props} />
}

function ChosenNode(props: DetailsProps) {
  const query = useLiveQuery('opcua.node', { target: props.target, nodeId: props.nodeId }, 0)
  const details = query.value
  const revision = useConfig((c) => c.revision)
  const { refresh } = query
  // biome-ignore lint/correctness/useExhaustiveDependencies: what may be written is part of the configuration.
  useEffect(() => refresh(), [revision])
  // The question changed and its answer is not here yet: what is shown belongs to the node before.
  const stale = details !== undefined && query.at === 0
  return (
    <section className="panel node-details" aria-label={text.title} aria-busy={stale || (!details && !query.error)}>
      {query.error ? (
        <ErrorNote
          error={query.error}
          action={
            <>
              {props.onBack ? (
                <Button size="compact-sm" variant="default" onClick={props.onBack}>
                  {text.back}
                </Button>
              ) : null}
              <Button size="compact-sm" variant="default" onClick={query.refresh}>
                {frameText.tryAgain}
              </Button>
            </>
          }
        />
      ) : details ? (
        <DetailsBody {...props} details={details} reread={query.refresh} />
      ) : (
        <Empty title={text.loading} />
      )}
    </section>
  )
}

function DetailsBody(props: DetailsProps & { readonly details: NodeDetails; readonly reread: () => void }) {
  const { details, target, reread } = props
  const [wanted, setTab] = useState<string>('attributes')
  const attribute = (name: string): string => details.attributes.find((a) => a.name === name)?.value ?? ''
  const nodeClass = attribute('NodeClass')
  const isVariable = nodeClass === 'Variable'
  const control = props.control && (isVariable || details.method) ? props.control(details, reread) : undefined
  const tabs = [
    'attributes',
    'references',
    ...(control ? [details.method ? 'call' : 'write'] : []),
    ...(isVariable ? ['history'] : []),
  ] as (keyof typeof text.tabs)[]
  const tab =
    tabs.find((name) => name === wanted) ?? (tabs.includes('call') && wanted === 'write' ? 'call' : 'attributes')
  return (
    <>
      <header className="node-head">
        <div className="node-title">
          {props.onBack ? (
            <ActionIcon
              variant="subtle"
              color="gray"
              size={24}
              aria-label={text.back}
              title={text.back}
              onClick={props.onBack}
            >
              <IconArrowLeft size={15} />
            </ActionIcon>
          ) : null}
          <h2 className="ellipsis">{attribute('DisplayName') || attribute('BrowseName')}</h2>
          <span className="muted">{nodeClass}</span>
          <span className="spacer" />
          {props.actions?.(details)}
          {details.path ? (
            <Button size="compact-sm" variant="default" onClick={() => props.onReveal(details.path)}>
              {text.show}
            </Button>
          ) : null}
          <ActionIcon
            variant="subtle"
            color="gray"
            size={24}
            aria-label={text.reread}
            title={text.reread}
            onClick={reread}
          >
            <IconRefresh size={15} />
          </ActionIcon>
        </div>
        <div className="node-id">
          <span className="mono ellipsis" title={details.nodeId}>
            {details.nodeId}
          </span>
          <CopyButton value={details.nodeId}>
            {({ copied, copy }) => (
              <ActionIcon
                variant="subtle"
                color="gray"
                size={22}
                aria-label={copied ? text.copied : text.copy}
                title={copied ? text.copied : text.copy}
                onClick={copy}
              >
                <IconCopy size={14} />
              </ActionIcon>
            )}
          </CopyButton>
        </div>
        <NodePaths details={details} onReveal={props.onReveal} />
        {props.notInTree ? <Note tone="off">{text.notInTree}</Note> : null}
      </header>
      <Tabs
        value={tab}
        onChange={(value) => setTab(value ?? 'attributes')}
        keepMounted={false}
        classNames={{ root: 'editor-tabs', panel: 'editor-panel' }}
      >
        <Tabs.List>
          {tabs.map((name) => (
            <Tabs.Tab key={name} value={name}>
              {text.tabs[name]}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="attributes" tabIndex={0}>
          <NodeAttributes target={target} details={details} isVariable={isVariable} />
        </Tabs.Panel>
        <Tabs.Panel value="references">
          <NodeReferences details={details} onTravel={props.onTravel} />
        </Tabs.Panel>
        <Tabs.Panel value={details.method ? 'call' : 'write'}>{control}</Tabs.Panel>
        <Tabs.Panel value="history">
          <NodeHistory key={details.nodeId} target={target} nodeId={details.nodeId} />
        </Tabs.Panel>
      </Tabs>
    </>
  )
}
