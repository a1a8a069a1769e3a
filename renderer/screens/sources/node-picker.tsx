import { Button, SegmentedControl } from '@mantine/core'
import { useMemo, useState } from 'react'
import type { NodeDetails, OpcuaTarget } from '../../../shared/api/opcua-requests.ts'
import { nodesText } from '../../i18n/en-nodes.ts'
import { sourcesText } from '../../i18n/en-sources.ts'
import type { OpcuaDraft } from '../../stores/source-drafts.ts'
import {
  addProposals,
  collectedNodes,
  type Grouping,
  type PickedVariable,
  proposedDeviceName,
  proposeKeys,
} from './key-proposals.ts'
import { NodeDetailsPanel } from './node-details.tsx'
import { NodeSelection } from './node-selection.tsx'
import { PickerDialog } from './picker-dialog.tsx'
import { useNodeFinder } from './use-node-finder.ts'
import { usePicked, variableOf } from './use-picked.ts'

const text = sourcesText.picker

/** The server's tree, and what will be added to the draft. Nothing is collected before the source is saved. */
export function NodePicker(props: {
  readonly draft: OpcuaDraft
  readonly target: OpcuaTarget
  readonly onAdd: (draft: OpcuaDraft) => void
  readonly onClose: () => void
}) {
  const { draft, onClose } = props
  const collected = useMemo(() => collectedNodes(draft), [draft])
  const finding = useNodeFinder(props.target, true, collected)
  const picked = usePicked(finding)
  const [side, setSide] = useState<'selection' | 'node'>('selection')
  const [grouping, setGrouping] = useState<Grouping>('one')
  const [typedName, setTypedName] = useState<string>()
  const [profile, setProfile] = useState('')
  const [renamed, setRenamed] = useState<ReadonlyMap<string, string>>(new Map())

  const { fresh } = picked
  const deviceName = typedName ?? proposedDeviceName(fresh, draft.name)
  const proposals = proposeKeys(fresh, grouping, deviceName, renamed, draft.devices)
  const devices = new Set(proposals.map((proposal) => proposal.device)).size
  const incomplete = proposals.some((proposal) => proposal.key === '' || proposal.device === '')

  return (
    <PickerDialog
      title={text.title(draft.name)}
      finding={finding}
      onClose={onClose}
      status={picked.isReading ? text.reading : proposals.length > 0 ? text.summary(proposals.length, devices) : ''}
      action={
        <Button
          disabled={proposals.length === 0 || incomplete || picked.isReading}
          onClick={() => {
            props.onAdd(addProposals(draft, proposals, profile))
            onClose()
          }}
        >
          {text.add(proposals.length)}
        </Button>
      }
    >
      <SegmentedControl
        aria-label={nodesText.picker.side}
        value={side}
        data={[
          { value: 'selection', label: nodesText.picker.selection(fresh.length) },
          { value: 'node', label: nodesText.picker.node },
        ]}
        onChange={(value) => setSide(value === 'node' ? 'node' : 'selection')}
      />
      {side === 'node' ? (
        <NodeDetailsPanel
          finding={finding}
          actions={(details) => (
            <AddNode details={details} isPicked={picked.has(details.nodeId)} onTurn={picked.turn} />
          )}
        />
      ) : (
        <NodeSelection
          target={finding.session.target!}
          items={fresh}
          proposals={proposals}
          alreadyCollected={picked.alreadyCollected}
          isCut={picked.isCut}
          grouping={grouping}
          onGrouping={setGrouping}
          deviceName={deviceName}
          deviceNames={(draft.devices ?? []).slice(0, 50).map((device) => device.name)}
          onDeviceName={setTypedName}
          profile={profile}
          onProfile={setProfile}
          onRename={(nodeId, key) => setRenamed(new Map(renamed).set(nodeId, key))}
          onRemove={picked.turn}
        />
      )}
    </PickerDialog>
  )
}

/** A variable that was travelled to or typed joins the selection like one of the tree. */
function AddNode(props: {
  readonly details: NodeDetails
  readonly isPicked: boolean
  readonly onTurn: (variable: PickedVariable, path: string) => void
}) {
  const { details, isPicked } = props
  const variable = variableOf(details)
  if (!variable) return null
  return (
    <Button
      size="compact-sm"
      variant={isPicked ? 'default' : 'filled'}
      onClick={() => props.onTurn(variable, details.path)}
    >
      {isPicked ? nodesText.details.leave : nodesText.details.add}
    </Button>
  )
}
