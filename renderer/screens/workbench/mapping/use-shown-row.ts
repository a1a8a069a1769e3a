import { useEffect } from 'react'
import { followRow } from '../chosen-device.ts'
import { useWorkbench } from '../selection.ts'
import { type MappingRows, nameOf } from './mapping-model.ts'

/** Arrowing through rows asks the server about none of those passed by. */
const followMs = 250

/**
 * Payload, sample and trace show the row under the cursor; the inspector its node, whichever source it belongs to, or the
 * row itself where a row has no node.
 */
export function useShownRow(rows: MappingRows, row: number): void {
  const group = rows.group(row)
  const device = group && nameOf(group)
  const key = rows.key(row)
  const name = key?.key
  const node = key && 'node' in key ? key.node : ''
  const connectorId = group?.connectorId
  useEffect(() => {
    const now = useWorkbench.getState()
    if (now.device !== device || now.key !== name) useWorkbench.setState({ device, key: name })
    if (connectorId === undefined || name === undefined) return undefined
    const isNode = /^(nsu=|ns=|[isgb]=)/.test(node)
    if (!isNode) {
      // A path in a payload, or a browse path: the node of another row would be taken for its own.
      useWorkbench.setState({ focused: undefined })
      return undefined
    }
    const timer = setTimeout(() => {
      const { focused: before } = useWorkbench.getState()
      if (before?.kind === 'node' && before.nodeId === node && before.connectorId === connectorId) return
      followRow({ kind: 'node', connectorId, nodeId: node, name, path: '', nodeClass: 2, typeName: '' })
    }, followMs)
    return () => clearTimeout(timer)
  }, [device, name, node, connectorId])
}
