import { Button } from '@mantine/core'
import { useEffect, useId, useRef, useState } from 'react'
import type { RequestOutput } from '../../../../shared/api/contract.ts'
import { opcuaRuleSchema } from '../../../../shared/config/opcua.ts'
import { sentencesOf } from '../../../../shared/said/said.ts'
import { DataGrid } from '../../../components/data-grid.tsx'
import { Empty } from '../../../components/empty.tsx'
import { ErrorNote, Note } from '../../../components/note.tsx'
import { formatCount } from '../../../format.ts'
import { mappingText } from '../../../i18n/en-mapping.ts'
import { rulesText } from '../../../i18n/en-rules.ts'
import { sayAll } from '../../../i18n/say.ts'
import { type Live, useLiveQuery } from '../../../stores/use-live-query.ts'
import { ruleColumns } from '../../sources/rule-columns.tsx'
import type { RuleDraft } from '../../sources/rule-editor.tsx'
import { distinguishing, including } from './rule-fixes.ts'
import { useSettledValue } from './use-settled.ts'

const text = mappingText.rules
/** The index answers while one types; the server is walked once typing has paused. */
const typingMs = 60
const settleMs = 1200
/** Pause before the next part of an answer is asked for. */
const moreMs = 40
const shownNear = 6

type Preview = RequestOutput<'opcua.previewRule'>

interface Props {
  readonly rule: RuleDraft
  readonly connectorId: string
  readonly change: (rule: RuleDraft) => void
}

/** What the rule takes on the server now, what it takes twice and what it nearly takes, with a repair beside each. */
export function RuleMatches(props: Props) {
  const typed = useSettledValue(props.rule, typingMs)
  const settled = useSettledValue(props.rule, settleMs)
  const parsed = opcuaRuleSchema.safeParse(typed)
  return (
    <section className="panel rule-matches" aria-label={text.matches}>
      {parsed.success ? (
        <Answer {...props} asked={parsed.data} quick={settled !== typed} />
      ) : (
        <p className="rule-preview-note muted">{rulesText.preview.incomplete}</p>
      )}
    </section>
  )
}

function Answer(props: Props & { readonly asked: RequestOutputRule; readonly quick: boolean }) {
  const { connectorId, asked, quick } = props
  const asker = useId()
  const query = useLiveQuery('opcua.previewRule', { target: { connectorId }, rule: asked, quick, asker }, 0)
  const preview = query.value
  useMore(query)
  return (
    <>
      <header className="panel-head">
        <h2>{text.matches}</h2>
        <span className="muted" role="status">
          {preview ? countWords(preview) : rulesText.preview.running}
        </span>
        <Button size="compact-sm" variant="default" onClick={query.refresh}>
          {rulesText.preview.again}
        </Button>
      </header>
      {query.error ? (
        <div className="rule-preview-note">
          <ErrorNote error={query.error} />
        </div>
      ) : null}
      {preview && !query.error ? <Findings {...props} preview={preview} /> : null}
    </>
  )
}

/** A large server is looked through in parts: the first ones are shown, and the rest asked for. */
function useMore({ value, refresh }: Live<Preview>): void {
  const ask = useRef(refresh)
  ask.current = refresh
  useEffect(() => {
    if (!value || value.looked >= 1) return undefined
    const timer = setTimeout(() => ask.current(), moreMs)
    return () => clearTimeout(timer)
  }, [value])
}

function countWords({ devices, keys, looked }: Preview): string {
  const count = text.count(formatCount(devices), formatCount(keys))
  return looked >= 1 ? count : text.soFar(count, Math.floor(looked * 100))
}

type RequestOutputRule = ReturnType<typeof opcuaRuleSchema.parse>

function Findings({ preview, rule, change }: Props & { readonly preview: Preview }) {
  const { problems, rows, truncated } = preview
  const isTwice = sentencesOf(preview, 'problems').some(({ code }) => code === 'rule.collision')
  const fix = isTwice ? distinguishing(rule) : undefined
  return (
    <>
      {problems.length === 0 ? null : (
        <div className="rule-preview-note">
          <Note
            tone="warn"
            action={
              fix ? (
                <Button size="compact-sm" variant="default" onClick={() => change(fix.rule)}>
                  {text.fix(fix.level)}
                </Button>
              ) : null
            }
          >
            <strong>{isTwice ? text.collisions : rulesText.preview.problems}</strong>
            {sayAll(preview, 'problems')
              .slice(0, 3)
              .map((problem) => (
                <div key={problem}>{problem}</div>
              ))}
            {problems.length > 3 ? <div>{rulesText.preview.more(problems.length - 3)}</div> : null}
          </Note>
        </div>
      )}
      {truncated ? (
        <div className="rule-preview-note">
          <Note tone="off">{rulesText.preview.truncated}</Note>
        </div>
      ) : null}
      <NearMisses paths={preview.nearMisses} rule={rule} change={change} />
      <div className="rule-rows">
        <DataGrid
          label={rulesText.preview.title}
          columns={ruleColumns}
          total={rows.length}
          rowAt={(index) => rows[index]}
          empty={<Empty title={rulesText.preview.none}>{rulesText.preview.noneBody}</Empty>}
        />
      </div>
    </>
  )
}

function NearMisses({ paths, rule, change }: Pick<Props, 'rule' | 'change'> & { readonly paths: readonly string[] }) {
  const [ignored, setIgnored] = useState<ReadonlySet<string>>(new Set())
  const shown = paths.filter((path) => !ignored.has(path))
  if (shown.length === 0) return null
  return (
    <section className="near-misses" aria-label={text.near}>
      <h3>{`${text.near} (${shown.length})`}</h3>
      <ul>
        {shown.slice(0, shownNear).map((path) => {
          const wider = including(rule, path)
          return (
            <li key={path}>
              <span className="mono ellipsis" title={path}>
                {path}
              </span>
              {wider ? (
                <Button
                  size="compact-xs"
                  variant="default"
                  title={text.includeTitle(path)}
                  aria-label={text.includeTitle(path)}
                  onClick={() => change(wider)}
                >
                  {text.include}
                </Button>
              ) : null}
              <Button
                size="compact-xs"
                variant="subtle"
                aria-label={`${text.ignore} ${path}`}
                onClick={() => setIgnored(new Set(ignored).add(path))}
              >
                {text.ignore}
              </Button>
            </li>
          )
        })}
      </ul>
    </section>
  )
}
