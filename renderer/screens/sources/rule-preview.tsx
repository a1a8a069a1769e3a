import { Button } from '@mantine/core'
import { useEffect, useState } from 'react'
import type { RequestOutput } from '../../../shared/api/contract.ts'
import type { OpcuaTarget } from '../../../shared/api/opcua-requests.ts'
import { opcuaRuleSchema } from '../../../shared/config/opcua.ts'
import { DataGrid } from '../../components/data-grid.tsx'
import { Empty } from '../../components/empty.tsx'
import { ErrorNote, Note } from '../../components/note.tsx'
import { formatCount } from '../../format.ts'
import { frameText } from '../../i18n/en-frame.ts'
import { rulesText } from '../../i18n/en-rules.ts'
import { useLiveQuery } from '../../stores/use-live-query.ts'
import { ruleColumns } from './rule-columns.tsx'
import type { RuleDraft } from './rule-editor.tsx'

const text = rulesText.preview
/** A rule is expanded by browsing the server: not at every key stroke. */
const settleMs = 600
const linesShown = 5

type Preview = RequestOutput<'opcua.previewRule'>

interface Asked {
  readonly target: OpcuaTarget
  readonly rule: RuleDraft
}

/** What the rule would make on the server right now: nothing is collected by looking. */
export function RulePreview(props: { readonly rule: RuleDraft; readonly target: OpcuaTarget | undefined }) {
  const asked = useSettledQuestion(props.rule, props.target)
  return (
    <section className="panel rule-preview" aria-label={text.title}>
      {asked ? (
        <Answer asked={asked} />
      ) : (
        <>
          <header className="panel-head">
            <h2>{text.title}</h2>
          </header>
          <p className="rule-preview-note muted">{text.incomplete}</p>
        </>
      )}
    </section>
  )
}

function Answer({ asked }: { readonly asked: Asked }) {
  const query = useLiveQuery('opcua.previewRule', { target: asked.target, rule: asked.rule }, 0)
  const preview = query.value
  const waiting = !query.error && query.at === 0
  return (
    <>
      <header className="panel-head" aria-busy={waiting}>
        <h2>{text.title}</h2>
        <span className="muted" role="status">
          {waiting ? text.running : preview ? text.count(formatCount(preview.devices), formatCount(preview.keys)) : ''}
        </span>
        <Button size="compact-sm" variant="default" loading={waiting} onClick={query.refresh}>
          {query.error ? frameText.tryAgain : text.again}
        </Button>
      </header>
      {query.error ? (
        <div className="rule-preview-note">
          <ErrorNote error={query.error} />
        </div>
      ) : preview ? (
        <Findings preview={preview} />
      ) : null}
    </>
  )
}

function Findings({ preview }: { readonly preview: Preview }) {
  const { problems, nearMisses, rows, truncated } = preview
  return (
    <>
      {problems.length + nearMisses.length > 0 || truncated ? (
        <div className="rule-preview-note">
          {problems.length > 0 ? <Lines tone="warn" title={text.problems} lines={problems} /> : null}
          {nearMisses.length > 0 ? <Lines tone="off" title={text.nearMisses} lines={nearMisses} /> : null}
          {truncated ? <Note tone="off">{text.truncated}</Note> : null}
        </div>
      ) : null}
      <div className="rule-rows">
        <DataGrid
          label={text.title}
          columns={ruleColumns}
          total={rows.length}
          rowAt={(index) => rows[index]}
          empty={<Empty title={text.none}>{text.noneBody}</Empty>}
        />
      </div>
    </>
  )
}

function Lines(props: { readonly tone: 'warn' | 'off'; readonly title: string; readonly lines: readonly string[] }) {
  const { tone, title, lines } = props
  return (
    <Note tone={tone}>
      <strong>{title}</strong>
      {lines.slice(0, linesShown).map((line) => (
        <div key={line}>{line}</div>
      ))}
      {lines.length > linesShown ? (
        <details>
          <summary>{text.more(lines.length - linesShown)}</summary>
          {lines.slice(linesShown).map((line) => (
            <div key={line}>{line}</div>
          ))}
        </details>
      ) : null}
    </Note>
  )
}

/** The newest complete question, once typing has paused. */
function useSettledQuestion(rule: RuleDraft, target: OpcuaTarget | undefined): Asked | undefined {
  const [asked, setAsked] = useState<Asked | undefined>(() => questionOf(rule, target))
  const key = JSON.stringify([rule, target])
  // biome-ignore lint/correctness/useExhaustiveDependencies: `key` stands for both by value.
  useEffect(() => {
    const timer = setTimeout(() => setAsked(questionOf(rule, target)), settleMs)
    return () => clearTimeout(timer)
  }, [key])
  return asked
}

function questionOf(rule: RuleDraft, target: OpcuaTarget | undefined): Asked | undefined {
  const parsed = opcuaRuleSchema.safeParse(rule)
  return parsed.success && target ? { target, rule: parsed.data } : undefined
}
