import { Button, Menu } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import type { GatewayConfig } from '../../../../shared/config/gateway.ts'
import { mqttTopicSchema } from '../../../../shared/config/mqtt.ts'
import { opcuaRuleSchema } from '../../../../shared/config/opcua.ts'
import { Empty } from '../../../components/empty.tsx'
import { Note } from '../../../components/note.tsx'
import { mappingText } from '../../../i18n/en-mapping.ts'
import { useDraft } from '../../../stores/draft-store.ts'
import { useWorkbench } from '../selection.ts'
import { newTopicKey } from './mapping-edits.ts'
import { type EditedRule, usePane } from './pane-store.ts'
import { RuleSide } from './rule-side.tsx'

const text = mappingText.rules

/** All rules of all sources, and the chosen one with what it takes at this moment. */
export function RulesTab() {
  const config = useDraft((draft) => draft.config)
  const edited = usePane((pane) => pane.edited)
  const notice = usePane((pane) => pane.notice)
  if (!config) return <p className="mapping-empty muted">{mappingText.loading}</p>
  const rules = rulesOf(config)
  const shown = edited ?? rules[0]
  return (
    <div className="rules-tab">
      <nav className="rules-list" aria-label={text.list}>
        <AddRule config={config} />
        <ul>
          {edited && edited.place < 0 ? <Entry rule={edited} isChosen isNew /> : null}
          {rules.map((rule) => (
            <Entry
              key={`${rule.connectorId} ${rule.place}`}
              rule={edited && isSame(edited, rule) ? edited : rule}
              isChosen={shown !== undefined && isSame(shown, rule)}
              isNew={false}
            />
          ))}
        </ul>
      </nav>
      <div className="rules-side">
        {notice === '' ? null : (
          <Note tone="bad" role="alert">
            {notice}
          </Note>
        )}
        {shown ? (
          <RuleSide key={`${shown.kind} ${shown.connectorId} ${shown.place}`} shown={shown} config={config} />
        ) : (
          <Empty title={text.none}>{text.noneBody}</Empty>
        )}
      </div>
    </div>
  )
}

function rulesOf(config: GatewayConfig): EditedRule[] {
  return config.connectors.flatMap((connector): EditedRule[] =>
    connector.type === 'opcua'
      ? connector.rules.map((rule, place) => ({ kind: 'opcua', connectorId: connector.id, place, rule }))
      : connector.topics.map((rule, place) => ({ kind: 'mqtt', connectorId: connector.id, place, rule })),
  )
}

function isSame(a: EditedRule, b: EditedRule): boolean {
  return a.kind === b.kind && a.connectorId === b.connectorId && a.place === b.place
}

function Entry({
  rule,
  isChosen,
  isNew,
}: {
  readonly rule: EditedRule
  readonly isChosen: boolean
  readonly isNew: boolean
}) {
  const isDirty = usePane((pane) => pane.isDirty) && isChosen
  return (
    <li>
      <button
        type="button"
        className={`topic-row${isChosen ? ' selected' : ''}`}
        aria-current={isChosen}
        onClick={() => {
          if (!isChosen) usePane.setState({ edited: rule, isDirty: false, notice: '' })
        }}
      >
        <span className="source-line">
          <strong className="ellipsis">{rule.kind === 'opcua' ? rule.rule.name : rule.rule.device}</strong>
          {isNew || isDirty ? (
            <span className="mapping-draft" title={text.unsaved}>
              ●
            </span>
          ) : null}
        </span>
        <span className="muted mono ellipsis">{patternOf(rule)}</span>
      </button>
    </li>
  )
}

function patternOf(edited: EditedRule): string {
  if (edited.kind === 'mqtt') return edited.rule.filter
  const { select } = edited.rule
  if ('path' in select) return select.path
  return 'regex' in select ? select.regex : select.type
}

function AddRule({ config }: { readonly config: GatewayConfig }) {
  const chosen = useWorkbench((state) => state.connectorId)
  const own = config.connectors.find(({ id }) => id === chosen)
  const sources = own ? [own, ...config.connectors.filter((one) => one !== own)] : config.connectors
  if (sources.length === 0) return null
  return (
    <div className="source-add">
      <Menu>
        <Menu.Target>
          <Button variant="default" leftSection={<IconPlus size={14} />}>
            {text.add}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {sources.map((source) => (
            <Menu.Item
              key={source.id}
              onClick={() => usePane.setState({ edited: freshRule(source.type, source.id), isDirty: true, notice: '' })}
            >
              {text.addFor(source.name)}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
    </div>
  )
}

function freshRule(type: 'opcua' | 'mqtt', connectorId: string): EditedRule {
  if (type === 'opcua') {
    const rule = opcuaRuleSchema.parse({ name: text.untitled, select: { path: 'Objects/*' } })
    return { kind: 'opcua', connectorId, place: -1, rule }
  }
  const rule = mqttTopicSchema.parse({
    filter: '#',
    device: '${topic[0]}',
    profile: 'default',
    keys: [newTopicKey('*', '*')],
  })
  return { kind: 'mqtt', connectorId, place: -1, rule }
}
