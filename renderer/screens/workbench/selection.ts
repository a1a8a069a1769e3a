import { create } from 'zustand'

// What is chosen in the Workbench. The tree on the left writes it, the mapping in the centre and the inspector on the right
// read it. Values are not in here.

/** A node of an OPC UA server as the tree shows it. */
export interface NodeItem {
  readonly kind: 'node'
  readonly connectorId: string
  /** As in the configuration: `nsu=urn:plant;s=Line1.Speed`. */
  readonly nodeId: string
  readonly name: string
  /** Browse path from Root: `/Objects/Line1/M01`. */
  readonly path: string
  /** By number: 1 Object, 2 Variable, 4 Method, 8 ObjectType … */
  readonly nodeClass: number
  readonly typeName: string
}

/** A topic of an MQTT broker, or one field of its payload. */
export interface TopicItem {
  readonly kind: 'topic'
  readonly connectorId: string
  readonly topic: string
  /** `$` = the payload, `$.temp` = a field of it. */
  readonly field: string
}

export type SourceItem = NodeItem | TopicItem

interface WorkbenchState {
  /** The source the left pane shows. */
  readonly connectorId: string
  /** Selected in the tree, in tree order. */
  readonly items: readonly SourceItem[]
  /** What the inspector shows. */
  readonly focused: SourceItem | undefined
  /** Selected in the mapping. */
  readonly device: string | undefined
  readonly key: string | undefined
}

export const useWorkbench = create<WorkbenchState>(() => ({
  connectorId: '',
  items: [],
  focused: undefined,
  device: undefined,
  key: undefined,
}))

/** Of a drag from the tree: `getInitialData` and drop targets use it. */
export const dragKind = 'workbench-items'
