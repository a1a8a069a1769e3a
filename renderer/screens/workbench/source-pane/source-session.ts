import type { OpcuaTarget } from '../../../../shared/api/opcua-requests.ts'
import type { ConnectorConfig } from '../../../../shared/config/gateway.ts'
import { ok } from '../../../../shared/errors.ts'
import { request } from '../../../api/client.ts'
import { attention } from '../../../stores/attention.ts'
import { type SourceItem, useWorkbench } from '../selection.ts'
import { ValueFeed } from '../values/value-feed.ts'
import { type LiveValue, qualityOf, ValueStore } from '../values/value-store.ts'
import { AccessFeed } from './access-feed.ts'
import { IndexFeed } from './index-feed.ts'
import { SearchClient } from './search-client.ts'
import { SourceTree } from './source-tree.ts'
import { fieldKey, TopicFeed, topicOf } from './topic-feed.ts'
import { classOf } from './tree-model.ts'
import { eachBelow, selectedRows } from './tree-selection.ts'

/** Selected rows that are handed on; a rule is the better way to more. */
const itemsLimit = 10_000
/** Trees kept for the way back to another source: a tree of 100,000 rows is about 20 MB. */
const sessionsLimit = 2

/** Everything that is known about one source while somebody looks at it: its tree, values, search. */
export interface SourceSession {
  readonly id: string
  /** Whom to ask about a node; undefined: a broker. */
  readonly target: OpcuaTarget | undefined
  readonly kind: ConnectorConfig['type']
  readonly tree: SourceTree
  readonly values: ValueStore
  readonly feed: ValueFeed
  readonly search: SearchClient
  /** Only servers say what may be written. */
  readonly access: AccessFeed | undefined
  readonly index: IndexFeed | undefined
  readonly topics: TopicFeed | undefined
}

const sessions = new Map<string, SourceSession>()

/** The session of a source: begun, or as it was left. */
export function sessionOf(connector: ConnectorConfig): SourceSession {
  const key = sessionKey(connector)
  const session =
    sessions.get(key) ??
    (connector.type === 'opcua' ? opcuaSession({ connectorId: connector.id }) : topicSession(connector.id))
  sessions.delete(key)
  sessions.set(key, session)
  for (const [old, { id, index, topics }] of sessions) {
    if (sessions.size <= sessionsLimit) break
    // The one on screen, however many others the inspector looks into.
    if (id === useWorkbench.getState().connectorId) continue
    index?.stop()
    topics?.stop()
    sessions.delete(old)
  }
  return session
}

export function sessionKey(connector: ConnectorConfig): string {
  const address = connector.type === 'opcua' ? connector.endpointUrl : `${connector.host}:${connector.port}`
  return `${connector.id} ${address}`
}

/** The session of a server, begun anew. `selects` false: its nodes are only looked at. */
export function opcuaSession(target: OpcuaTarget, selects = true): SourceSession {
  const id = 'connectorId' in target ? target.connectorId : target.connector.id
  const tree = new SourceTree((nodeId) => request('opcua.browse', { target, nodeId }), selects)
  const values = new ValueStore()
  const feed = new ValueFeed(
    async (nodeIds) => {
      const result = await request('opcua.read', { target, nodeIds: [...nodeIds] })
      if (!result.ok) return result
      return ok(result.value.values.map(({ value, quality, type, ts }) => live(value, quality, type, ts)))
    },
    values,
    attention,
  )
  const access = new AccessFeed(async (nodeIds) => {
    const result = await request('opcua.access', { target, nodeIds: [...nodeIds] })
    return result.ok ? ok(result.value.access) : result
  }, attention)
  tree.open()
  const index = new IndexFeed(tree, target, (page) => request('opcua.indexPage', page))
  return {
    id,
    target,
    kind: 'opcua',
    tree,
    values,
    feed,
    search: new SearchClient(tree),
    access,
    index,
    topics: undefined,
  }
}

function topicSession(id: string): SourceSession {
  const topics = new TopicFeed(id, (page) => request('explore.page', page))
  const { tree } = topics
  const values = new ValueStore()
  const feed = new ValueFeed(
    async (keys) => {
      const wanted = [...new Set(keys.map((key) => topicOf(key).topic))]
      const result = await request('explore.values', { connectorId: id, topics: wanted })
      if (!result.ok) return result
      const found = new Map<string, LiveValue>()
      for (const { topic, text, ts, fields } of result.value.values) {
        found.set(topic, live(text, 'Good', 'string', ts))
        for (const { path, value, type } of fields) found.set(fieldKey(topic, path), live(value, 'Good', type, ts))
      }
      return ok(keys.map((key) => found.get(key)))
    },
    values,
    attention,
  )
  return {
    id,
    target: undefined,
    kind: 'mqtt',
    tree,
    values,
    feed,
    search: new SearchClient(tree),
    access: undefined,
    index: undefined,
    topics,
  }
}

function live(text: string, status: string, type: string, ts: number): LiveValue {
  return { text, status, type, ts, quality: qualityOf(status) }
}

/** What a row is for the mapping; undefined for a level of topics, which is only the way to them. */
export function itemOf({ id, kind, tree }: SourceSession, row: number): SourceItem | undefined {
  const { model } = tree
  if (row < 0 || row >= model.count) return undefined
  if (kind === 'opcua') {
    return {
      kind: 'node',
      connectorId: id,
      nodeId: model.key(row),
      name: model.name(row),
      path: model.path(row),
      nodeClass: model.nodeClass(row),
      typeName: model.typeName(row),
    }
  }
  return model.isCountable(row) ? { kind: 'topic', connectorId: id, ...topicOf(model.key(row)) } : undefined
}

/** Everything selected, in the order of the tree; a level of topics is what is below it. */
export function selectedItems(session: SourceSession): SourceItem[] {
  const { model } = session.tree
  const items: SourceItem[] = []
  const add = (row: number): void => {
    const item = itemOf(session, row)
    if (item && items.length < itemsLimit) items.push(item)
  }
  for (const row of selectedRows(model, itemsLimit)) {
    if (session.kind === 'mqtt' && model.nodeClass(row) === classOf.level) eachBelow(model, row, add)
    else add(row)
  }
  return items
}

/** The key under which the live value of a row is kept; undefined where a row has none. */
export function valueKey({ tree: { model } }: SourceSession, row: number): string | undefined {
  const nodeClass = model.nodeClass(row)
  const hasValue = nodeClass === classOf.variable || nodeClass === classOf.topic || nodeClass === classOf.field
  return hasValue ? model.key(row) : undefined
}
