import { request } from '../../../api/client.ts'
import type { NodeItem } from '../selection.ts'

// What is below the selected nodes: from the index of the server, or by browsing where there is no index yet.

export interface FoundNode {
  readonly nodeId: string
  readonly name: string
  /** `/Objects/Line1/M01/Speed`. */
  readonly path: string
  readonly typeName: string
}

export interface Found {
  readonly item: NodeItem
  readonly variables: readonly FoundNode[]
  /** Objects below, with their types: devices take their profile from them. */
  readonly objects: readonly FoundNode[]
  /** There is more than was looked at. */
  readonly isCut: boolean
}

/** Variables one question maps: more is what rules are for. */
const variableLimit = 20_000
/** Nodes asked for one by one when there is no index. */
const browseLimit = 3000
/** Requests under way at once: small servers answer one after another anyway. */
const branchesAtOnce = 8
const pageSize = 2000
const objectClass = 1
const variableClass = 2

export async function findVariables(items: readonly NodeItem[]): Promise<Found[]> {
  const found: Found[] = []
  for (const item of items) found.push(await below(item))
  return found
}

function isVariable(item: NodeItem): boolean {
  return item.nodeClass === variableClass
}

async function below(item: NodeItem): Promise<Found> {
  if (isVariable(item)) return { item, variables: [item], objects: [], isCut: false }
  return (await fromIndex(item)) ?? (await byBrowsing(item))
}

/** undefined: there is no index, or it is not complete: what it does not know yet must not be left out in silence. */
async function fromIndex(item: NodeItem): Promise<Found | undefined> {
  const prefix = `${item.path}/`
  const variables: FoundNode[] = []
  const objects: FoundNode[] = []
  for (let offset = 0; variables.length < variableLimit; offset += pageSize) {
    const target = { connectorId: item.connectorId }
    const answer = await request('opcua.search', { target, text: `${prefix}**`, offset, limit: pageSize })
    if (!answer.ok || !answer.value.status.isComplete) return undefined
    const { rows, total, isCut } = answer.value
    for (const row of rows) {
      if (!row.path.startsWith(prefix)) continue
      if (row.nodeClass === variableClass) variables.push(row)
      else if (row.nodeClass === objectClass) objects.push(row)
    }
    if (offset + rows.length < total && rows.length > 0) continue
    if (total === 0) return undefined
    return { item, variables: withoutProperties(variables), objects, isCut }
  }
  return { item, variables: withoutProperties(variables), objects, isCut: true }
}

/** Level by level, a few branches at a time. */
async function byBrowsing(item: NodeItem): Promise<Found> {
  const variables: FoundNode[] = []
  const objects: FoundNode[] = []
  const seen = new Set([item.nodeId])
  let waiting: FoundNode[] = [item]
  while (waiting.length > 0 && seen.size < browseLimit) {
    const some = waiting.splice(0, branchesAtOnce)
    const answers = await Promise.all(some.map((branch) => childrenOf(item.connectorId, branch)))
    for (const { node, row } of answers.flat()) {
      if (seen.has(row.nodeId) || seen.size >= browseLimit) continue
      seen.add(row.nodeId)
      if (node.nodeClass === 'Variable') variables.push(row)
      else if (node.nodeClass === 'Object') {
        objects.push(row)
        if (node.hasChildren) waiting = [...waiting, row]
      }
    }
  }
  return { item, variables: withoutProperties(variables), objects, isCut: seen.size >= browseLimit }
}

async function childrenOf(connectorId: string, { nodeId, path }: FoundNode) {
  const answer = await request('opcua.browse', { target: { connectorId }, nodeId })
  const nodes = answer.ok ? answer.value.nodes : []
  return nodes.map((node) => {
    const { browseName: name, typeName } = node
    return { node, row: { nodeId: node.nodeId, name, path: `${path}/${name}`, typeName } }
  })
}

/** Properties describe (units, ranges, identifiers) and are mapped when somebody picks them; rules do the same. */
function withoutProperties(variables: readonly FoundNode[]): FoundNode[] {
  const paths = new Set(variables.map(({ path }) => path))
  return variables.filter(
    ({ path, typeName }) => typeName !== 'PropertyType' && !paths.has(path.slice(0, path.lastIndexOf('/'))),
  )
}
