import { Button, Modal } from '@mantine/core'
import { useState, useSyncExternalStore } from 'react'
import type { NodeDetails, OpcuaTarget } from '../../../shared/api/opcua-requests.ts'
import { request } from '../../api/client.ts'
import { eventsText } from '../../i18n/en-events.ts'
import { frameText } from '../../i18n/en-frame.ts'
import { NodeDetailsPanel } from '../nodes/node-details.tsx'
import { NodeFinder } from '../nodes/node-finder.tsx'
import { NodeTree } from '../nodes/node-tree.ts'
import { useLooking } from '../nodes/use-looking.ts'

const text = eventsText.picker

/** Left the server's tree, right the node, which says whether it sends events. */
export function NotifierPicker(props: {
  readonly target: OpcuaTarget
  readonly onChoose: (nodeId: string) => void
  readonly onClose: () => void
}) {
  const { onChoose, onClose } = props
  const [target] = useState(props.target)
  const [tree] = useState(() => new NodeTree((nodeId) => request('opcua.browse', { target, nodeId })))
  useSyncExternalStore(tree.subscribe, tree.rows)
  const looking = useLooking(tree)
  return (
    <Modal
      opened
      onClose={onClose}
      size="min(1180px, 96vw)"
      title={text.title}
      closeButtonProps={{ 'aria-label': frameText.close }}
      classNames={{ body: 'picker', content: 'picker-content' }}
    >
      <NodeFinder
        target={target}
        tree={tree}
        purpose="look"
        looked={looking.nodeId}
        revealed={looking.revealed}
        onLook={looking.look}
      />
      <div className="picker-side">
        <NodeDetailsPanel
          target={target}
          nodeId={looking.nodeId}
          onTravel={looking.look}
          onBack={looking.back}
          onReveal={looking.reveal}
          notInTree={looking.notInTree}
          actions={(details) => (
            <UseNode
              details={details}
              onChoose={() => {
                onChoose(details.nodeId)
                onClose()
              }}
            />
          )}
        />
      </div>
      <div className="picker-actions">
        <Button variant="default" onClick={onClose}>
          {frameText.cancel}
        </Button>
      </div>
    </Modal>
  )
}

/** EventNotifier, Part 3, 8.59: what does not say that it sends events can not be subscribed to. */
function UseNode({ details, onChoose }: { readonly details: NodeDetails; readonly onChoose: () => void }) {
  const notifier = details.attributes.find(({ name }) => name === 'EventNotifier')?.value ?? ''
  const sends = notifier.split(', ').includes('events')
  return (
    <Button size="compact-sm" disabled={!sends} title={sends ? text.sends : text.sendsNot} onClick={onChoose}>
      {text.use}
    </Button>
  )
}
