import type { NodeRow } from '../../../../shared/api/opcua-requests.ts'
import { classOf, flag, type NewRow, TreeModel } from './tree-model.ts'

// What every OPC UA server has, and its nodes as rows.

const classNumbers: Readonly<Record<NodeRow['nodeClass'], number>> = {
  Object: 1,
  Variable: 2,
  Method: 4,
  ObjectType: 8,
  VariableType: 16,
  ReferenceType: 32,
  DataType: 64,
  View: 128,
}
/** The folders of Root, Part 5, 8.2.2 to 8.2.4, and the Server object: the standard part of every server. */
export const objectsKey = 'i=85'
const rootFolders = [
  [objectsKey, 'Objects'],
  ['i=86', 'Types'],
  ['i=87', 'Views'],
] as const
export const foldedKeys: ReadonlySet<string> = new Set(['i=86', 'i=87', 'i=2253'])
/** The model every server begins with. */
export function opcuaRoots(): TreeModel {
  const model = new TreeModel()
  for (const [key, name] of rootFolders) {
    const row = model.add({ parent: -1, name, nodeClass: classOf.object, typeName: 'FolderType', key })
    model.set(row, flag.folded, foldedKeys.has(key))
  }
  return model
}

/** A child as the server browsed it. */
export function newRow(node: NodeRow): Omit<NewRow, 'parent'> {
  return {
    key: node.nodeId,
    name: node.displayName,
    browseName: node.browseName.replace(/^\d+:/, ''),
    nodeClass: classNumbers[node.nodeClass],
    typeName: node.typeName,
  }
}
