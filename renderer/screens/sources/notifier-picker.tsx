import { Button } from '@mantine/core'
import type { NodeDetails, OpcuaTarget } from '../../../shared/api/opcua-requests.ts'
import { eventsText } from '../../i18n/en-events.ts'
import { NodeDetailsPanel } from './node-details.tsx'
import { PickerDialog } from './picker-dialog.tsx'
import { useNodeFinder } from './use-node-finder.ts'

const text = eventsText.picker
const noNodes: ReadonlySet<string> = new Set()

/** The server's tree, and the node in it, which says whether it sends events. */
export function NotifierPicker(props: {
  readonly target: OpcuaTarget
  readonly onChoose: (nodeId: string) => void
  readonly onClose: () => void
}) {
  const { target, onChoose, onClose } = props
  const finding = useNodeFinder(target, false, noNodes)
  return (
    <PickerDialog title={text.title} finding={finding} onClose={onClose}>
      <NodeDetailsPanel
        finding={finding}
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
    </PickerDialog>
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
