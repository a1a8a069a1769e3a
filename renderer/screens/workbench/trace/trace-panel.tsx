import type { RequestInput } from '../../../../shared/api/contract.ts'
import type { TraceReport, TraceStage } from '../../../../shared/api/mapping-requests.ts'
import { ErrorNote } from '../../../components/note.tsx'
import { type Tone, ToneGlyph } from '../../../components/state-mark.tsx'
import { formatAge, formatMoment } from '../../../format.ts'
import { traceText as text } from '../../../i18n/en-trace.ts'
import { useDraft } from '../../../stores/draft-store.ts'
import { useLiveQuery } from '../../../stores/use-live-query.ts'
import { useNow } from '../../../stores/use-now.ts'
import { useChosenRow } from '../chosen-device.ts'
import { useWorkbench } from '../selection.ts'
import { useRefreshOn } from '../use-refresh-on.ts'
import { TraceActions } from './trace-actions.tsx'
import { factWords } from './trace-facts.ts'

const everyMs = 1000
/** Of the stage where it ends: to be mended, or only not yet further. */
const marks: Record<TraceStage['state'], string> = {
  ok: '',
  waiting: 'trace-waits',
  problem: 'trace-broken',
  off: 'trace-off',
}
const tones: Record<TraceStage['state'], Tone> = { ok: 'ok', waiting: 'busy', problem: 'bad', off: 'off' }

/** Read → Map → Queue → Deliver of one key: where it stops, why, and what to do about it. */
export function TracePanel() {
  const question = useQuestion()
  if (!question) return <p className="tool-empty muted">{text.none}</p>
  return <Trace key={JSON.stringify(question)} question={question} />
}

type Question = RequestInput<'trace.get'>

function useQuestion(): Question | undefined {
  const { device, key } = useChosenRow()
  const focused = useWorkbench((state) => state.focused)
  if (device !== undefined && key !== undefined) return { device, key }
  if (focused?.kind === 'node' && focused.nodeClass === 2)
    return { connectorId: focused.connectorId, nodeId: focused.nodeId }
  if (focused?.kind === 'topic')
    return { connectorId: focused.connectorId, nodeId: `${focused.topic}\n${focused.field}` }
  return undefined
}

function Trace({ question }: { readonly question: Question }) {
  const revision = useDraft((draft) => draft.state?.revision ?? 0)
  const query = useLiveQuery('trace.get', question, everyMs)
  useRefreshOn(revision, query.refresh)
  if (query.error) return <ErrorNote error={query.error} />
  const report = query.value
  if (!report) return null
  return (
    <section className="trace" aria-label={text.title}>
      <header className="trace-head">
        <strong className="ellipsis">
          {report.device === '' ? report.from || text.title : text.of(report.device, report.key)}
        </strong>
        {report.value === '' ? null : <span className="mono">{report.value}</span>}
      </header>
      <Verdict report={report} />
      <ol className="trace-stages">
        {report.stages.map((stage) => (
          <Stage key={stage.stage} stage={stage} report={report} isBroken={report.broken === stage.stage} />
        ))}
      </ol>
    </section>
  )
}

/** Announced when it changes, not at every value. */
function Verdict({ report }: { readonly report: TraceReport }) {
  const broken = report.stages.find(({ stage }) => stage === report.broken)
  if (!broken)
    return (
      <p className="trace-verdict tone-ok" role="status">
        {text.allGood}
      </p>
    )
  const name = text.stages[broken.stage]
  const isBad = broken.state === 'problem'
  return (
    <p className={`trace-verdict tone-${broken.state === 'off' ? 'warn' : tones[broken.state]}`} role="status">
      <strong>{isBad ? text.broken(name) : text.waits(name)}</strong> {sentence(broken)}
    </p>
  )
}

function Stage({
  stage,
  report,
  isBroken,
}: {
  readonly stage: TraceStage
  readonly report: TraceReport
  readonly isBroken: boolean
}) {
  const now = useNow()
  const facts = factWords(stage, now)
  return (
    <li
      className={`trace-stage${isBroken ? ` ${marks[stage.state]}` : ''}`}
      aria-current={isBroken ? 'step' : undefined}
    >
      <span className="trace-name">
        <ToneGlyph tone={tones[stage.state]} />
        {text.stages[stage.stage]}
        <span className="visually-hidden">{text.states[stage.state]}</span>
      </span>
      <span className="trace-at muted" title={stage.at > 0 ? formatMoment(stage.at, now) : undefined}>
        {stage.at > 0
          ? stage.state === 'ok'
            ? text.ago(formatAge(stage.at, now))
            : text.since(formatMoment(stage.at, now))
          : ''}
      </span>
      <div className="trace-says">
        <div>{sentence(stage)}</div>
        {stage.detail === '' ? null : <div className="trace-cause">{stage.detail}</div>}
        {facts.length === 0 ? null : <div className="muted">{facts.join(' · ')}</div>}
        {stage.hint === '' ? null : <div className="trace-hint">{stage.hint}</div>}
        {stage.state === 'ok' ? null : <TraceActions stage={stage} report={report} />}
      </div>
    </li>
  )
}

/** An engine that is newer than this window may name a state it does not know. */
function sentence({ code }: TraceStage): string {
  return (text.codes as Readonly<Record<string, string>>)[code] ?? text.unknown
}
