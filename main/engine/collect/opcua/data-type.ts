import { AttributeIds, type NodeId } from 'node-opcua-client'
import { BuiltInType } from './built-in-types.ts'
import { makeNodeId } from './node-address.ts'
import { referencesOf, subtypeReference } from './node-references.ts'
import type { SessionAccess } from './session-access.ts'

// What a DataType attribute means on the wire: the built-in type at the root of its branch (Part 6, 5.1.2), and for an
// enumeration the names of its numbers.

export interface ResolvedType {
  /** 0 = abstract or not known: the type of the present value decides. */
  readonly builtIn: number
  /** As the server calls it: `Int32`, `MachineState`. */
  readonly name: string
  readonly names: ReadonlyMap<string, number> | undefined
}

/** Deepest type hierarchy followed; deeper ones are cycles. */
const depthLimit = 32
/** Abstract built-in bases in ns 0: BaseDataType, Number, Integer, UInteger; Enumeration is an Int32. */
const abstractTypes: ReadonlySet<number> = new Set([24, 26, 27, 28])
const enumeration = 29

export async function resolveDataType(access: SessionAccess, dataType: NodeId): Promise<ResolvedType> {
  const name = await nameOf(access, dataType)
  let at = dataType
  for (let depth = 0; depth < depthLimit; depth++) {
    if (at.namespace === 0 && typeof at.value === 'number') {
      if (at.value === enumeration)
        return { builtIn: BuiltInType.Int32, name, names: await enumNames(access, dataType) }
      if (abstractTypes.has(at.value)) return { builtIn: 0, name, names: undefined }
      if (at.value > 0 && at.value <= 25) return { builtIn: at.value, name, names: undefined }
    }
    const parent = await parentType(access, at)
    if (!parent) break
    at = parent
  }
  return { builtIn: 0, name, names: undefined }
}

/** BrowseName of a node, '' when it can not be read. */
export async function nameOf(access: SessionAccess, nodeId: NodeId): Promise<string> {
  const [value] = await access.read([nodeId], AttributeIds.BrowseName)
  const name: unknown = value?.value?.value
  return typeof name === 'object' && name !== null && 'name' in name ? String(name.name) : ''
}

async function parentType(access: SessionAccess, nodeId: NodeId): Promise<NodeId | undefined> {
  const { references } = await referencesOf(access, nodeId, 'inverse', subtypeReference, 1)
  return references[0]?.nodeId as NodeId | undefined
}

/** EnumStrings (index = number) or EnumValues (Part 3, 5.8.3). */
async function enumNames(access: SessionAccess, dataType: NodeId): Promise<ReadonlyMap<string, number> | undefined> {
  const properties = await propertiesOf(access, dataType, ['EnumStrings', 'EnumValues'])
  const strings: unknown = properties.get('EnumStrings')
  if (Array.isArray(strings)) return new Map(strings.map((s: { text?: string | null }, i) => [s.text ?? String(i), i]))
  const values: unknown = properties.get('EnumValues')
  if (!Array.isArray(values)) return undefined
  return new Map(
    values.map((v: { displayName?: { text?: string | null }; value?: unknown }) => [
      v.displayName?.text ?? '',
      wordOf(v.value),
    ]),
  )
}

/** Int64 travels as [high, low]; numbers of an enumeration fit into the low word. */
function wordOf(value: unknown): number {
  return Array.isArray(value) ? Number(value[1]) | 0 : Number(value)
}

/** Values of properties (HasProperty) by browse name; those that are not there are left out. */
export async function propertiesOf(
  access: SessionAccess,
  nodeId: NodeId,
  names: readonly string[],
): Promise<Map<string, unknown>> {
  const { references } = await referencesOf(access, nodeId, 'forward', hasProperty, propertiesLimit)
  const wanted = references.filter((r) => names.includes(r.browseName.name ?? ''))
  const values = await access.read(wanted.map((r) => r.nodeId as NodeId))
  const found = new Map<string, unknown>()
  for (const [i, reference] of wanted.entries()) {
    const value: unknown = values[i]?.value?.value
    if (value !== null && value !== undefined) found.set(reference.browseName.name ?? '', value)
  }
  return found
}

const hasProperty = 'i=46'
const propertiesLimit = 1000

export const standardNode = (identifier: number): NodeId => makeNodeId(0, `i=${identifier}`)!
