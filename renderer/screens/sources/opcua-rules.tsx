import { Button } from '@mantine/core'
import { useState } from 'react'
import type { ConnectorConfig } from '../../../shared/config/gateway.ts'
import { Empty } from '../../components/empty.tsx'
import { below, type Problems } from '../../forms/problems.ts'
import { rulesText as text } from '../../i18n/en-rules.ts'
import type { OpcuaDraft } from '../../stores/source-drafts.ts'
import { EntryList } from './entry-list.tsx'
import { opcuaTarget } from './opcua-target.ts'
import { type RuleDraft, RuleEditor } from './rule-editor.tsx'
import { RulePreview } from './rule-preview.tsx'

interface Props {
  readonly draft: OpcuaDraft
  readonly saved: ConnectorConfig | undefined
  readonly problems: Problems
  readonly change: (change: (draft: OpcuaDraft) => OpcuaDraft) => void
}

/** As many as the configuration takes. */
const rulesLimit = 1000

const fresh: RuleDraft = { name: text.untitled, select: { path: 'Objects/*' } }

/** Left the rules, right the chosen one and what it finds on the server at this moment. */
export function OpcuaRules({ draft, saved, problems, change }: Props) {
  const rules = draft.rules ?? []
  const [wanted, setWanted] = useState(0)
  const at = Math.min(wanted, rules.length - 1)
  const rule = rules[at]
  const setRules = (next: RuleDraft[]): void => change((d) => ({ ...d, rules: next }))
  const add = (): void => {
    setRules([...rules, fresh])
    setWanted(rules.length)
  }
  if (!rule) {
    return (
      <Empty title={text.none} actions={<Button onClick={add}>{text.add}</Button>}>
        {text.noneBody}
      </Empty>
    )
  }
  return (
    <div className="topics rules">
      <EntryList
        label={text.title}
        entries={rules.map((entry, index) => ({
          title: entry.name || text.untitled,
          detail: patternOf(entry),
          isBad: below(`rules[${index}]`, problems).size > 0,
        }))}
        chosen={at}
        onChoose={setWanted}
        add={text.add}
        onAdd={add}
        limit={rulesLimit}
      />
      <div className="rule-side">
        <RuleEditor
          key={at}
          rule={rule}
          problems={below(`rules[${at}]`, problems)}
          change={(next) => setRules(rules.map((old, index) => (index === at ? next : old)))}
          onRemove={() => setRules(rules.filter((_rule, index) => index !== at))}
        />
        <RulePreview rule={rule} target={opcuaTarget(draft, saved)} />
      </div>
    </div>
  )
}

function patternOf({ select }: RuleDraft): string {
  if ('path' in select) return select.path
  return 'regex' in select ? select.regex : select.type
}
