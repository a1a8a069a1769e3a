import type { ConnectorConfig } from '../../../../shared/config/gateway.ts'
import type { OpcuaKeyConfig } from '../../../../shared/config/opcua.ts'
import { mappingText as text } from '../../../i18n/en-mapping.ts'
import { useConfig } from '../../../stores/config-store.ts'
import { useDraft } from '../../../stores/draft-store.ts'
import { edit } from './edit.ts'
import { addOwnKeys } from './mapping-edits.ts'
import { type Group, keysOf, type MappingRows, nameOf, type RowRef } from './mapping-model.ts'
import { usePane } from './pane-store.ts'

// From a row that a rule made to the rule, and to a key of its own beside the rule.

type MadeGroup = Extract<Group, { kind: 'made' }>

/** In the words of the rule's author. */
export function ruleName({ connectorId, made }: MadeGroup): string {
  const connector = running(connectorId)
  if (connector?.type === 'opcua') return connector.rules[made.rule]?.name ?? ''
  return connector?.topics[made.rule]?.filter ?? ''
}

/** Shows the rule as the draft has it; what is being typed elsewhere is not thrown away for it. */
export function openRule(group: MadeGroup): void {
  const edited = ruleInDraft(group)
  if (!edited) usePane.setState({ notice: text.made.gone(ruleName(group)) })
  else if (usePane.getState().isDirty) usePane.setState({ tab: 'rules' })
  else usePane.setState({ tab: 'rules', edited, notice: '' })
}

/** A configured key wins over the rule: the same key, node and fields, from now on edited by itself. */
export async function makeExceptions(rows: MappingRows, refs: readonly RowRef[]): Promise<boolean> {
  const byConnector = new Map<string, { name: string; profile: string; keys: OpcuaKeyConfig[] }[]>()
  const seen = new Set<string>()
  for (const ref of refs) {
    const group = rows.groupOf(ref)
    if (group?.kind !== 'made' || group.made.type !== 'opcua') continue
    const keys = (ref.keyAt < 0 ? keysOf(group) : keysOf(group).slice(ref.keyAt, ref.keyAt + 1)).filter(
      (key): key is OpcuaKeyConfig => 'node' in key,
    )
    const fresh = keys.filter(({ key }) => {
      const id = `${group.connectorId}\u0000${nameOf(group)}\u0000${key}`
      return !seen.has(id) && seen.add(id)
    })
    const list = byConnector.get(group.connectorId) ?? []
    byConnector.set(group.connectorId, list)
    list.push({ name: nameOf(group), profile: group.made.profile, keys: fresh })
  }
  const count = [...byConnector.values()].flat().reduce((sum, { keys }) => sum + keys.length, 0)
  if (count === 0) return false
  return edit(text.labels.exception(count), (config) => {
    let next = config
    for (const [id, devices] of byConnector) next = addOwnKeys(next, id, devices)
    return next
  })
}

function ruleInDraft({ connectorId, made }: MadeGroup) {
  const now = running(connectorId)
  const draft = useDraft.getState().config?.connectors.find(({ id }) => id === connectorId)
  if (now?.type === 'opcua' && draft?.type === 'opcua') {
    const name = now.rules[made.rule]?.name
    const place = draft.rules.findIndex((rule) => rule.name === name)
    const rule = draft.rules[place]
    return rule && { kind: 'opcua' as const, connectorId, place, rule }
  }
  if (now?.type !== 'mqtt' || draft?.type !== 'mqtt') return undefined
  const topic = now.topics[made.rule]
  const place = draft.topics.findIndex(({ filter, device }) => filter === topic?.filter && device === topic.device)
  const rule = draft.topics[place]
  return rule && { kind: 'mqtt' as const, connectorId, place, rule }
}

function running(id: string): ConnectorConfig | undefined {
  return useConfig.getState().config?.connectors.find((one) => one.id === id)
}
