import type { ReactNode } from 'react'
import { Sparkline } from '../../components/sparkline.tsx'
import { StateMark } from '../../components/state-mark.tsx'
import { overviewText as text } from '../../i18n/en-overview.ts'
import { historyMinutes, historyPoints } from '../../stores/rate-history.ts'
import type { StageReport } from './stage-reports.ts'

export type StageFact = readonly [label: string, value: ReactNode, tone?: 'warn' | undefined]

export function StageCard(props: {
  readonly name: string
  readonly href: string
  readonly report: StageReport
  readonly worst: boolean
  readonly value: string
  readonly unit: string
  readonly history: readonly number[]
  readonly historyLabel: string
  readonly facts: readonly StageFact[]
}) {
  const { report } = props
  return (
    <section className={`stage stage-${report.tone}${props.worst ? ' stage-worst' : ''}`} aria-label={props.name}>
      <header className="stage-head">
        <h2>
          <a href={props.href}>{props.name}</a>
        </h2>
        <StateMark tone={report.tone}>{text.stageStates[report.tone]}</StateMark>
      </header>
      <div className="stage-main">
        <div className="stage-figure">
          <span className="stage-value">{props.value}</span>
          <span className="stage-unit">{props.unit}</span>
        </div>
        <div className="stage-history" title={`${props.historyLabel}, ${text.history(historyMinutes)}`}>
          <Sparkline
            values={props.history}
            slots={historyPoints}
            label={`${props.historyLabel}, ${text.history(historyMinutes)}`}
          />
        </div>
      </div>
      <p className="stage-cause" title={report.cause}>
        {report.cause}
      </p>
      <dl className="stage-facts">
        {props.facts.map(([label, value, tone]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd className={tone ? `tone-${tone}` : undefined}>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  )
}
