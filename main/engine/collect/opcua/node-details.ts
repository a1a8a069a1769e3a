import { AttributeIds, type DataValue, NodeClass, type NodeId, type ReferenceDescription } from 'node-opcua-client'
import type { RequestOutput } from '../../../../shared/api/contract.ts'
import type { NodeDetails } from '../../../../shared/api/opcua-requests.ts'
import type { OpcuaConnectorConfig } from '../../../../shared/config/opcua.ts'
import { inWords, said } from '../../../../shared/said/said.ts'
import { browsePaths } from './browse-paths.ts'
import { nameOf } from './data-type.ts'
import { methodShape, ownerOf } from './method.ts'
import { formatNodeId } from './node-address.ts'
import { anyReference, type Direction, referencesOf } from './node-references.ts'
import { oneNode } from './one-node.ts'
import { resolveNodes } from './resolve-nodes.ts'
import type { SessionAccess } from './session-access.ts'
import { textValueOf } from './text-value.ts'
import { isAllowed } from './write-permission.ts'

// All about one node, in words: what an engineer looks up in another client before a tag is trusted.

type Rights = Pick<OpcuaConnectorConfig, 'name' | 'writable' | 'callable'>
type Attribute = NodeDetails['attributes'][number]

/** References shown of one node, per direction. */
const referencesLimit = 1000

/** The attributes of Part 3, 5.9 in the order people read them; those a node class does not have are left out. */
const attributes = [
  'NodeId',
  'NodeClass',
  'BrowseName',
  'DisplayName',
  'Description',
  'Value',
  'DataType',
  'ValueRank',
  'ArrayDimensions',
  'AccessLevel',
  'UserAccessLevel',
  'MinimumSamplingInterval',
  'Historizing',
  'Executable',
  'UserExecutable',
  'EventNotifier',
  'IsAbstract',
  'Symmetric',
  'InverseName',
  'ContainsNoLoops',
  'WriteMask',
  'UserWriteMask',
] as const
type AttributeName = (typeof attributes)[number]

export async function nodeDetails(access: SessionAccess, rights: Rights, text: string): Promise<NodeDetails> {
  const nodeId = await oneNode(access, text)
  const read = await readAttributes(access, nodeId)
  const forward = await referencesOf(access, nodeId, 'forward', anyReference, referencesLimit)
  const inverse = await referencesOf(access, nodeId, 'inverse', anyReference, referencesLimit)
  const names = new ReferenceNames(access)
  const references = [
    ...(await names.describe(inverse.references, 'inverse')),
    ...(await names.describe(forward.references, 'forward')),
  ]
  const isMethod = Number(read.get('NodeClass')?.value?.value) === NodeClass.Method
  const { paths, isCut } = await browsePaths(access, nodeId)
  const [path = '', ...otherPaths] = paths.map(({ plain }) => plain)
  return {
    nodeId: formatNodeId(nodeId, access.namespaces),
    path,
    otherPaths,
    pathsCut: isCut,
    attributes: await attributeWords(access, read),
    references,
    truncated: forward.truncated || inverse.truncated,
    ...(isMethod ? { method: await methodOf(access, nodeId) } : {}),
    access: await accessOf(access, rights, nodeId, isMethod),
  }
}

/** As a row of a search; undefined when the server does not have it. */
export async function findNode(
  access: SessionAccess,
  text: string,
): Promise<RequestOutput<'opcua.search'>['rows'][number] | undefined> {
  const nodeId = (await resolveNodes(access, [text])).get(text)
  if (nodeId?.kind !== 'found') return undefined
  const read = await readAttributes(access, nodeId.nodeId)
  const nodeClass: unknown = read.get('NodeClass')?.value?.value
  if (typeof nodeClass !== 'number') return undefined
  const { paths } = await browsePaths(access, nodeId.nodeId)
  const [path = '', ...otherPaths] = paths.map(({ plain }) => plain)
  const name = read.get('DisplayName')
  return {
    row: notIndexed,
    nodeId: formatNodeId(nodeId.nodeId, access.namespaces),
    name: name ? textValueOf(name).value : '',
    path,
    otherPaths,
    nodeClass,
    typeName: '',
  }
}

const notIndexed = -1

async function readAttributes(access: SessionAccess, nodeId: NodeId): Promise<Map<AttributeName, DataValue>> {
  const read = new Map<AttributeName, DataValue>()
  const values = await access.session.read(attributes.map((name) => ({ nodeId, attributeId: AttributeIds[name] })))
  for (const [i, name] of attributes.entries()) {
    const value = values[i]
    if (value && !notThere.has(value.statusCode.name)) read.set(name, value)
  }
  return read
}

const notThere: ReadonlySet<string> = new Set(['BadAttributeIdInvalid', 'BadNotSupported', 'BadNotImplemented'])

async function attributeWords(
  access: SessionAccess,
  read: ReadonlyMap<AttributeName, DataValue>,
): Promise<Attribute[]> {
  const list: Attribute[] = []
  for (const [name, value] of read) {
    const raw: unknown = value.value?.value
    const text = raw === null || raw === undefined ? '' : await wordOf(access, name, raw, value)
    list.push({ name, value: text, quality: value.statusCode.name })
    if (name !== 'Value' || value.statusCode.isBad()) continue
    for (const [stamp, date] of [
      ['SourceTimestamp', value.sourceTimestamp],
      ['ServerTimestamp', value.serverTimestamp],
    ] as const) {
      if (date) list.push({ name: stamp, value: date.toISOString(), quality: 'Good' })
    }
  }
  return list
}

async function wordOf(access: SessionAccess, name: AttributeName, raw: unknown, value: DataValue): Promise<string> {
  switch (name) {
    case 'NodeId':
      return formatNodeId(raw as NodeId, access.namespaces)
    case 'NodeClass':
      return NodeClass[raw as number] ?? String(raw)
    case 'DataType': {
      const type = raw as NodeId
      return `${await nameOf(access, type)} (${formatNodeId(type, access.namespaces)})`
    }
    case 'ValueRank':
      return rankWords(raw as number)
    case 'AccessLevel':
    case 'UserAccessLevel':
      return bitWords(raw as number, accessBits) || 'none'
    case 'EventNotifier':
      return bitWords(raw as number, notifierBits) || 'none'
    case 'MinimumSamplingInterval':
      return (raw as number) < 0 ? 'not known' : `${String(raw)} ms`
    default:
      return textValueOf(value).value
  }
}

/** Part 3, 8.57. */
const accessBits = ['read', 'write', 'read history', 'write history', 'change semantics', 'write status', 'write time']
/** Part 3, 8.59. */
const notifierBits = ['events', '', 'read history of events', 'write history of events']

function bitWords(bits: number, words: readonly string[]): string {
  return words.filter((word, bit) => word !== '' && bits & (1 << bit)).join(', ')
}

function rankWords(rank: number): string {
  if (rank === -1) return 'scalar'
  if (rank === -2) return 'scalar or array'
  if (rank === -3) return 'scalar or one-dimensional array'
  if (rank === 0) return 'array of any dimensions'
  return rank === 1 ? 'one-dimensional array' : `array of ${rank} dimensions`
}

/** Names of reference types and types of nodes, each read once. */
class ReferenceNames {
  readonly #access: SessionAccess
  readonly #names = new Map<string, string>()

  constructor(access: SessionAccess) {
    this.#access = access
  }

  async describe(
    references: readonly ReferenceDescription[],
    direction: Direction,
  ): Promise<NodeDetails['references']> {
    const attribute = direction === 'forward' ? AttributeIds.BrowseName : AttributeIds.InverseName
    const types = await this.#read(
      references.map((r) => r.referenceTypeId),
      attribute,
    )
    const definitions = await this.#read(
      references.map((r) => r.typeDefinition as NodeId),
      AttributeIds.BrowseName,
    )
    return references.map(({ nodeId, displayName, browseName, nodeClass }, i) => ({
      direction,
      type: types[i] ?? '',
      nodeId: formatNodeId(nodeId as NodeId, this.#access.namespaces),
      name: displayName.text || browseName.name || '',
      nodeClass: NodeClass[nodeClass] ?? '',
      typeName: definitions[i] ?? '',
    }))
  }

  async #read(nodeIds: readonly NodeId[], attribute: number): Promise<string[]> {
    const keyOf = (nodeId: NodeId): string => `${attribute} ${nodeId.toString()}`
    const open = new Map<string, NodeId>()
    for (const nodeId of nodeIds) {
      if (!nodeId.isEmpty() && !this.#names.has(keyOf(nodeId))) open.set(keyOf(nodeId), nodeId)
    }
    const values = await this.#access.read([...open.values()], attribute)
    for (const [i, [key, nodeId]] of [...open].entries()) {
      const name = values[i] ? textValueOf(values[i]).value : ''
      // Symmetric reference types have no inverse name.
      this.#names.set(key, name || (attribute === AttributeIds.InverseName ? await nameOf(this.#access, nodeId) : ''))
    }
    return nodeIds.map((nodeId) => this.#names.get(keyOf(nodeId))?.replace(/^\d+:/, '') ?? '')
  }
}

async function methodOf(access: SessionAccess, methodId: NodeId): Promise<NonNullable<NodeDetails['method']>> {
  const owner = await ownerOf(access, methodId)
  const { inputs, outputs } = await methodShape(access, methodId)
  return {
    objectId: owner ? formatNodeId(owner, access.namespaces) : '',
    inputs: inputs.map(({ argument }) => argument),
    outputs: outputs.map(({ argument }) => argument),
  }
}

async function accessOf(
  access: SessionAccess,
  { name, writable, callable }: Rights,
  nodeId: NodeId,
  isMethod: boolean,
): Promise<NodeDetails['access']> {
  const allowed = await isAllowed(access, nodeId, isMethod ? callable : writable)
  const detail = allowed
    ? said(isMethod ? 'node.mayCall' : 'node.mayWrite')
    : said(isMethod ? 'node.mayNotCall' : 'node.mayNotWrite', { source: name })
  return { allowed, ...inWords({ detail }) }
}
