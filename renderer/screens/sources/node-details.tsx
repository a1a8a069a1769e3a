import { Button, CopyButton, Tabs } from '@mantine/core'
import { IconArrowLeft, IconCopy, IconRefresh } from '@tabler/icons-react'
import { type ReactNode, useState } from 'react'
import type { NodeDetails } from '../../../shared/api/opcua-requests.ts'
import { Empty } from '../../components/empty.tsx'
import { IconAction } from '../../components/icon-action.tsx'
import { ErrorNote, Note } from '../../components/note.tsx'
import { frameText } from '../../i18n/en-frame.ts'
import { nodesText } from '../../i18n/en-nodes.ts'
import { useLiveQuery } from '../../stores/use-live-query.ts'
import { NodeAttributes } from '../nodes/node-attributes.tsx'
import { NodeReferences } from '../nodes/node-references.tsx'
import { OtherPaths } from '../nodes/other-paths.tsx'
import type { NodeFinding } from './use-node-finder.ts'

const text = nodesText.details
const tabs = ['attributes', 'references'] as const

interface DetailsProps {
  readonly finding: NodeFinding
  /** Beside the name: what one can do with the node where it is shown. */
  readonly actions: (details: NodeDetails) => ReactNode
}

/** All about one node. */
export function NodeDetailsPanel(props: DetailsProps) {
  if (props.finding.nodeId === '') {
    return (
      <section className="panel node-details" aria-label={text.title}>
        <Empty title={text.choose} />
      </section>
    )
  }
  return <ChosenNode {...props} />
}

function ChosenNode(props: DetailsProps) {
  const { session, nodeId, back } = props.finding
  const query = useLiveQuery('opcua.node', { target: session.target!, nodeId }, 0)
  const details = query.value
  // The question changed and its answer is not here yet: what is shown belongs to the node before.
  const stale = details !== undefined && query.at === 0
  return (
    <section className="panel node-details" aria-label={text.title} aria-busy={stale || (!details && !query.error)}>
      {query.error ? (
        <ErrorNote
          error={query.error}
          action={
            <>
              {back ? (
                <Button size="compact-sm" variant="default" onClick={back}>
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
  const { finding, details, reread } = props
  const { back, reveal } = finding
  const [tab, setTab] = useState<(typeof tabs)[number]>('attributes')
  const attribute = (name: string): string => details.attributes.find((a) => a.name === name)?.value ?? ''
  const nodeClass = attribute('NodeClass')
  const isVariable = nodeClass === 'Variable'
  return (
    <>
      <header className="node-head">
        <div className="node-title">
          {back ? <IconAction label={text.back} icon={<IconArrowLeft size={15} />} onClick={back} /> : null}
          <h2 className="ellipsis">{attribute('DisplayName') || attribute('BrowseName')}</h2>
          <span className="muted">{nodeClass}</span>
          <span className="spacer" />
          {props.actions(details)}
          {details.path ? (
            <Button size="compact-sm" variant="default" onClick={() => reveal(details.path)}>
              {text.show}
            </Button>
          ) : null}
          <IconAction label={text.reread} icon={<IconRefresh size={15} />} onClick={reread} />
        </div>
        <div className="node-id">
          <span className="mono ellipsis" title={details.nodeId}>
            {details.nodeId}
          </span>
          <CopyButton value={details.nodeId}>
            {({ copied, copy }) => (
              <IconAction label={copied ? text.copied : text.copy} icon={<IconCopy size={14} />} onClick={copy} />
            )}
          </CopyButton>
        </div>
        {details.path ? (
          <div className="muted ellipsis" title={details.path}>
            {details.path}
          </div>
        ) : null}
        <OtherPaths details={details} onReveal={reveal} />
        {finding.notInTree ? <Note tone="off">{text.notInTree}</Note> : null}
      </header>
      <Tabs
        value={tab}
        onChange={(value) => setTab(value === 'references' ? value : 'attributes')}
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
          <NodeAttributes target={finding.session.target!} details={details} isVariable={isVariable} />
        </Tabs.Panel>
        <Tabs.Panel value="references">
          <NodeReferences details={details} onTravel={finding.look} />
        </Tabs.Panel>
      </Tabs>
    </>
  )
}
