import { Button } from '@mantine/core'
import { useState } from 'react'
import type { NodeRow, OpcuaTarget } from '../../../shared/api/opcua-requests.ts'
import { FilterField } from '../../components/filter-field.tsx'
import { nodesText } from '../../i18n/en-nodes.ts'
import { IndexBar } from './index-bar.tsx'
import { isSearchable } from './index-words.ts'
import { isNodeAddress, nodeClassName, pathSegments } from './node-address.ts'
import type { NodeTree, TreeItem } from './node-tree.ts'
import { NodeTreeView } from './node-tree-view.tsx'
import { type FoundNode, SearchResults } from './search-results.tsx'
import { useNodeIndex } from './use-node-index.ts'

const text = nodesText.finder

interface Props {
  readonly target: OpcuaTarget
  readonly tree: NodeTree
  /** `select`: variables are ticked. `look`: a node is chosen to see all about it. */
  readonly purpose: 'select' | 'look'
  readonly looked: string
  readonly revealed: TreeItem | undefined
  readonly onLook: (nodeId: string) => void
  /** Somebody typed a NodeId and wants to see that node. */
  readonly onGoTo?: () => void
}

/**
 * Finds nodes: the tree, opened branch by branch, or a search over the index of the whole server as soon as there is one.
 * Without an index the field filters the loaded branches.
 */
export function NodeFinder(props: Props) {
  const { target, tree, purpose, onLook } = props
  const index = useNodeIndex(target)
  const [typed, setTyped] = useState('')
  const wanted = typed.trim()
  const isAddress = isNodeAddress(wanted)
  const nodes = index.status?.nodes ?? 0
  const hasIndex = isSearchable(index.status)
  const searching = wanted !== '' && hasIndex
  const open = (found: FoundNode): void => {
    onLook(found.nodeId)
    if (purpose === 'select' && found.nodeClass === 2) tree.toggleFound(rowOf(found), folderOf(found.path))
  }
  return (
    <div className="node-finder">
      <form
        className="finder-search"
        onSubmit={(event) => {
          event.preventDefault()
          if (!isAddress) return
          onLook(wanted)
          props.onGoTo?.()
        }}
      >
        <FilterField
          label={hasIndex ? text.search : text.filter}
          value={typed}
          width="100%"
          onChange={(value) => {
            setTyped(value)
            tree.filter(hasIndex || isNodeAddress(value) ? '' : value)
          }}
        />
        {isAddress ? (
          <Button type="submit" size="compact-sm" variant="default" title={wanted} className="finder-go">
            {text.goTo}
          </Button>
        ) : null}
      </form>
      <IndexBar index={index} />
      <div className="panel picker-box">
        {searching ? (
          <SearchResults
            target={target}
            text={wanted}
            version={`${index.status?.generation} ${index.status?.isReading ? Math.floor(nodes / 1000) : nodes}`}
            complete={index.status?.isComplete ?? false}
            isSelected={purpose === 'select' ? (nodeId) => tree.hasSelected(nodeId) : undefined}
            onOpen={open}
          />
        ) : (
          <NodeTreeView
            tree={tree}
            filtered={wanted !== '' && !isAddress}
            revealed={props.revealed}
            looked={props.looked}
            {...(purpose === 'look'
              ? { onLook: (item: TreeItem) => onLook(item.node.nodeId) }
              : { onActive: (item: TreeItem) => onLook(item.node.nodeId) })}
          />
        )}
      </div>
    </div>
  )
}

function rowOf(found: FoundNode): NodeRow {
  return {
    nodeId: found.nodeId,
    displayName: found.name,
    browseName: found.name,
    nodeClass: nodeClassName(found.nodeClass),
    typeName: found.typeName,
    hasChildren: false,
  }
}

function folderOf(path: string): string {
  return pathSegments(path).at(-2) ?? ''
}
