import { Button } from '@mantine/core'
import { useMemo } from 'react'
import type { GatewayConfig } from '../../../../shared/config/gateway.ts'
import { type MqttTopicConfig, mqttTopicSchema } from '../../../../shared/config/mqtt.ts'
import { type OpcuaRuleConfig, opcuaRuleSchema } from '../../../../shared/config/opcua.ts'
import { problemsOf } from '../../../forms/problems.ts'
import { mappingText } from '../../../i18n/en-mapping.ts'
import { type RuleDraft, RuleEditor } from '../../sources/rule-editor.tsx'
import { type TopicDraft, TopicEditor } from '../../sources/topic-editor.tsx'
import { edit } from './edit.ts'
import { setRules, setTopics } from './mapping-edits.ts'
import { type EditedRule, usePane } from './pane-store.ts'
import { RuleMatches } from './rule-matches.tsx'
import { TopicMatches } from './topic-matches.tsx'

const text = mappingText.rules

/** The editor of one rule and what it takes. Typing changes the window only; one button puts it into the draft, as one edit. */
export function RuleSide({ shown, config }: { readonly shown: EditedRule; readonly config: GatewayConfig }) {
  const isDirty = usePane((pane) => pane.isDirty)
  const schema = shown.kind === 'opcua' ? opcuaRuleSchema : mqttTopicSchema
  const problems = useMemo(() => problemsOf(schema, shown.rule), [schema, shown.rule])
  const isThere = config.connectors.some(({ id }) => id === shown.connectorId)
  // What is being typed may be incomplete; the schema decides before it goes anywhere.
  const changeRule = (rule: RuleDraft): void =>
    usePane.setState({ edited: { ...shown, kind: 'opcua', rule: rule as OpcuaRuleConfig }, isDirty: true })
  const changeTopic = (rule: TopicDraft): void =>
    usePane.setState({ edited: { ...shown, kind: 'mqtt', rule: rule as MqttTopicConfig }, isDirty: true })
  return (
    <>
      <div className="rule-bar">
        <span className="muted" role="status">
          {isDirty ? text.unsaved : ''}
        </span>
        <Button
          variant="default"
          disabled={!isDirty}
          onClick={() => usePane.setState({ edited: undefined, isDirty: false, notice: '' })}
        >
          {text.discard}
        </Button>
        <Button disabled={!isDirty || problems.size > 0 || !isThere} onClick={() => void keep(shown)}>
          {text.apply}
        </Button>
      </div>
      {shown.kind === 'opcua' ? (
        <>
          <RuleEditor
            rule={shown.rule}
            problems={problems}
            change={changeRule}
            onRemove={() => void removeRule(shown)}
          />
          <RuleMatches rule={shown.rule} connectorId={shown.connectorId} change={changeRule} />
        </>
      ) : (
        <>
          <TopicEditor
            topic={shown.rule}
            problems={problems}
            change={changeTopic}
            onRemove={() => void removeRule(shown)}
          />
          <TopicMatches topic={shown.rule} connectorId={shown.connectorId} place={shown.place} />
        </>
      )}
    </>
  )
}

async function keep(shown: EditedRule): Promise<void> {
  const { connectorId, place } = shown
  const put = <T,>(all: readonly T[], rule: T): T[] => (place < 0 ? [...all, rule] : all.with(place, rule))
  let isKept: boolean
  let at = place
  if (shown.kind === 'opcua') {
    const rule = opcuaRuleSchema.parse(shown.rule)
    const label = place < 0 ? mappingText.labels.addRule(rule.name) : mappingText.labels.changeRule(rule.name)
    isKept = await edit(label, (config) =>
      setRules(config, connectorId, (all) => {
        if (place < 0) at = all.length
        return put(all, rule)
      }),
    )
  } else {
    const rule = mqttTopicSchema.parse(shown.rule)
    const label = place < 0 ? mappingText.labels.addTopic(rule.filter) : mappingText.labels.changeTopic(rule.filter)
    isKept = await edit(label, (config) =>
      setTopics(config, connectorId, (all) => {
        if (place < 0) at = all.length
        return put(all, rule)
      }),
    )
  }
  if (isKept) usePane.setState({ edited: { ...shown, place: at }, isDirty: false })
}

async function removeRule(shown: EditedRule): Promise<void> {
  const { connectorId, place } = shown
  usePane.setState({ edited: undefined, isDirty: false })
  if (place < 0) return
  if (shown.kind === 'opcua')
    await edit(mappingText.labels.removeRule(shown.rule.name), (config) =>
      setRules(config, connectorId, (all) => all.toSpliced(place, 1)),
    )
  else
    await edit(mappingText.labels.removeTopic(shown.rule.filter), (config) =>
      setTopics(config, connectorId, (all) => all.toSpliced(place, 1)),
    )
}
