import type { ConnectorConfig } from '../../../../shared/config/gateway.ts'
import type { MqttTopicConfig } from '../../../../shared/config/mqtt.ts'
import { topicOf } from './topic-feed.ts'
import { classOf, type TreeModel } from './tree-model.ts'

// Which rows of a tree are collected already, from the keys of a configuration. Computed once per revision. Pure.

export interface MappedNodes {
  /** NodeIds with their namespace URI. */
  readonly nodeIds: ReadonlySet<string>
  /** Browse paths without namespaces. */
  readonly paths: ReadonlySet<string>
  readonly topics: readonly MqttTopicConfig[]
}

const none: MappedNodes = { nodeIds: new Set(), paths: new Set(), topics: [] }

/**
 * `namespaces` of the server turn `ns=2;…` into the notation of the tree; without them such keys stay unmarked. `ruled` are
 * the nodes the rules of a running source have found.
 */
export function mappedNodes(
  connector: ConnectorConfig | undefined,
  namespaces: readonly string[],
  ruled: readonly string[] = [],
): MappedNodes {
  if (!connector) return none
  if (connector.type === 'mqtt') return { ...none, topics: connector.topics }
  return namedNodes([...connector.devices.flatMap(({ keys }) => keys.map(({ node }) => node)), ...ruled], namespaces)
}

/** Nodes as a configuration names them: NodeIds or browse paths. */
export function namedNodes(named: Iterable<string>, namespaces: readonly string[]): MappedNodes {
  const nodeIds = new Set<string>()
  const paths = new Set<string>()
  for (const node of named) {
    if (node.startsWith('/')) paths.add(plainPath(node))
    else nodeIds.add(withUri(node, namespaces))
  }
  return { nodeIds, paths, topics: [] }
}

export function isMapped(mapped: MappedNodes, model: TreeModel, row: number): boolean {
  const nodeClass = model.nodeClass(row)
  if (nodeClass === classOf.topic || nodeClass === classOf.field) return isTopicMapped(mapped.topics, model.key(row))
  if (nodeClass !== classOf.variable) return false
  return mapped.nodeIds.has(model.key(row)) || (mapped.paths.size > 0 && mapped.paths.has(model.path(row)))
}

/** Rows that are mapped, of a whole tree. */
export function mappedRows(mapped: MappedNodes, model: TreeModel): Int32Array {
  const rows: number[] = []
  for (let row = 0; row < model.count; row += 1) if (isMapped(mapped, model, row)) rows.push(row)
  return Int32Array.from(rows)
}

/** `/Objects/{urn:x}Line1/2:Speed` → `/Objects/Line1/Speed`. */
function plainPath(path: string): string {
  return path.replace(/\/(\{[^}]*\}|\d+:)/g, '/')
}

function withUri(nodeId: string, namespaces: readonly string[]): string {
  const match = /^ns=(\d+);(.*)$/s.exec(nodeId)
  if (!match) return nodeId
  const index = Number(match[1])
  const uri = namespaces[index]
  if (index === 0) return match[2] ?? ''
  return uri === undefined ? nodeId : `nsu=${uri};${match[2]}`
}

function isTopicMapped(rules: readonly MqttTopicConfig[], key: string): boolean {
  const { topic, field } = topicOf(key)
  return rules.some((rule) => {
    if (!matchesFilter(rule.filter, topic)) return false
    const own =
      rule.forEach && field.startsWith(rule.forEach) ? field.slice(rule.forEach.length).replace(/^\[\d+\]/, '$') : field
    return rule.keys.some(({ value }) => value === own || (value === '*' && /^\$\.[^.[]+$/.test(own)))
  })
}

/** [MQTT-4.7.1]: + is one level, # the rest. */
function matchesFilter(filter: string, topic: string): boolean {
  const wanted = filter.replace(/^\$share\/[^/]+\//, '').split('/')
  const levels = topic.split('/')
  for (const [i, level] of wanted.entries()) {
    if (level === '#') return true
    if (i >= levels.length || (level !== '+' && level !== levels[i])) return false
  }
  return wanted.length === levels.length
}
