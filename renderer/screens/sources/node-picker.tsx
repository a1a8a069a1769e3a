import { Button, Modal } from '@mantine/core'
import { useMemo, useState, useSyncExternalStore } from 'react'
import type { OpcuaTarget } from '../../../shared/api/contract.ts'
import { request } from '../../api/client.ts'
import { FilterField } from '../../components/filter-field.tsx'
import { frameText } from '../../i18n/en-frame.ts'
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
import { NodeSelection } from './node-selection.tsx'
import { NodeTree, type TreeItem } from './node-tree.ts'
import { NodeTreeView } from './node-tree-view.tsx'

const text = sourcesText.picker

/** Left the server's tree, right what will be added to the draft. Nothing is collected before the source is saved. */
export function NodePicker(props: {
  readonly draft: OpcuaDraft
  readonly target: OpcuaTarget
  readonly onAdd: (draft: OpcuaDraft) => void
  readonly onClose: () => void
}) {
  const { draft, onClose } = props
  const [target] = useState(props.target)
  const [tree] = useState(() => new NodeTree((nodeId) => request('opcua.browse', { target, nodeId })))
  useSyncExternalStore(tree.subscribe, tree.rows)
  const [filter, setFilter] = useState('')
  const [grouping, setGrouping] = useState<Grouping>('one')
  const [typedName, setTypedName] = useState<string>()
  const [profile, setProfile] = useState('')
  const [renamed, setRenamed] = useState<ReadonlyMap<string, string>>(new Map())

  const collected = useMemo(() => collectedNodes(draft), [draft])
  const selected = tree.selected
  const fresh = selected.filter((item) => !collected.has(item.node.nodeId))
  const picked = fresh.map(asPicked)
  const deviceName = typedName ?? proposedDeviceName(picked, draft.name)
  const proposals = proposeKeys(picked, grouping, deviceName, renamed, draft.devices)
  const devices = new Set(proposals.map((proposal) => proposal.device)).size
  const incomplete = proposals.some((proposal) => proposal.key === '' || proposal.device === '')

  return (
    <Modal
      opened
      onClose={onClose}
      size="min(1280px, 96vw)"
      title={text.title(draft.name)}
      closeButtonProps={{ 'aria-label': frameText.close }}
      classNames={{ body: 'picker', content: 'picker-content' }}
    >
      <div className="picker-tree">
        <FilterField
          label={text.filter}
          value={filter}
          width="100%"
          onChange={(value) => {
            setFilter(value)
            tree.filter(value)
          }}
        />
        <div className="panel picker-box">
          <NodeTreeView tree={tree} filtered={filter.trim() !== ''} />
        </div>
      </div>
      <NodeSelection
        target={target}
        items={fresh}
        proposals={proposals}
        alreadyCollected={selected.length - fresh.length}
        grouping={grouping}
        onGrouping={setGrouping}
        deviceName={deviceName}
        deviceNames={(draft.devices ?? []).slice(0, 50).map((device) => device.name)}
        onDeviceName={setTypedName}
        profile={profile}
        onProfile={setProfile}
        onRename={(nodeId, key) => setRenamed(new Map(renamed).set(nodeId, key))}
        onRemove={(item) => tree.select([item], false)}
      />
      <div className="picker-actions">
        <span className="muted" role="status">
          {proposals.length > 0 ? text.summary(proposals.length, devices) : ''}
        </span>
        <Button variant="default" onClick={onClose}>
          {frameText.cancel}
        </Button>
        <Button
          disabled={proposals.length === 0 || incomplete}
          onClick={() => {
            props.onAdd(addProposals(draft, proposals, profile))
            onClose()
          }}
        >
          {text.add(proposals.length)}
        </Button>
      </div>
    </Modal>
  )
}

function asPicked(item: TreeItem): PickedVariable {
  return {
    nodeId: item.node.nodeId,
    name: item.node.displayName,
    folder: item.parent?.level ? item.parent.node.displayName : '',
  }
}
