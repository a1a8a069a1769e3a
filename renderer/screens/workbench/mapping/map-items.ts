import { request } from '../../../api/client.ts'
import { mappingText as text } from '../../../i18n/en-mapping.ts'
import { useDraft } from '../../../stores/draft-store.ts'
import type { NodeItem, SourceItem, TopicItem } from '../selection.ts'
import { edit } from './edit.ts'
import { findVariables } from './find-variables.ts'
import { newTopicKey, setTopics } from './mapping-edits.ts'
import type { RowRef } from './mapping-model.ts'
import { usePane } from './pane-store.ts'
import { ruleFor } from './plans.ts'
import { fieldName, takes, topicRuleFor } from './topic-plan.ts'

// The commands behind the keys M and R, and behind a drop: they open the question or the rule editor.

/** Key M, and a drop that needs an answer: how the selected nodes become devices and keys. */
export function mapItems(items: readonly SourceItem[], target?: RowRef): void {
  const nodes = nodesOf(items)
  if (nodes.length > 0) usePane.setState({ question: { items: nodes, target }, tab: 'devices', notice: '' })
  else void mapTopics(items.filter((item) => item.kind === 'topic'))
}

/** Key R: a rule that takes the selection and what is like it. */
export function ruleFromItems(items: readonly SourceItem[]): void {
  const nodes = nodesOf(items)
  if (nodes.length > 0) void nodeRule(nodes)
  else void mapTopics(items.filter((item) => item.kind === 'topic'))
}

/** One source at a time: the first one's. */
function nodesOf(items: readonly SourceItem[]): NodeItem[] {
  const nodes = items.filter((item) => item.kind === 'node')
  return nodes.filter(({ connectorId }) => connectorId === nodes[0]?.connectorId)
}

async function nodeRule(nodes: readonly NodeItem[]): Promise<void> {
  const rule = ruleFor(await findVariables(nodes))
  const connectorId = nodes[0]?.connectorId
  if (rule && connectorId !== undefined)
    usePane.setState({ tab: 'rules', edited: { kind: 'opcua', connectorId, place: -1, rule }, isDirty: true })
}

/** Fields of topics some rule takes already become keys of that rule; other topics get a rule of their own. */
async function mapTopics(items: readonly TopicItem[]): Promise<void> {
  const [first] = items
  if (!first) return
  const { connectorId } = first
  const own = items.filter((item) => item.connectorId === connectorId)
  const filter = own.length === 1 ? first.topic : '#'
  const answer = await request('samples.recent', { connectorId, filter })
  const topics = new Set(own.map(({ topic }) => topic))
  const messages = answer.ok ? answer.value.messages.filter(({ topic }) => topics.has(topic)) : []
  const rule = topicRuleFor(
    own,
    messages.map(({ payload }) => payload),
  )
  if (!rule) return
  const connector = useDraft.getState().config?.connectors.find(({ id }) => id === connectorId)
  const place =
    connector?.type === 'mqtt'
      ? connector.topics.findIndex(({ filter: own }) => [...topics].every((topic) => takes(own, topic)))
      : -1
  const known = connector?.type === 'mqtt' ? connector.topics[place] : undefined
  if (known) {
    const fields = own
      .map(({ field }) => field)
      .filter((field) => field !== '$' && !known.keys.some((key) => key.value === field))
    const keys = fields.map((field) => newTopicKey(fieldName(field) || 'value', field))
    if (keys.length > 0)
      await edit(text.labels.changeTopic(known.filter), (config) =>
        setTopics(config, connectorId, (all) =>
          all.map((topic, at) => (at === place ? { ...topic, keys: [...topic.keys, ...keys] } : topic)),
        ),
      )
    usePane.setState({
      tab: 'rules',
      edited: { kind: 'mqtt', connectorId, place, rule: { ...known, keys: [...known.keys, ...keys] } },
      isDirty: false,
    })
    return
  }
  usePane.setState({ tab: 'rules', edited: { kind: 'mqtt', connectorId, place: -1, rule }, isDirty: true })
}
