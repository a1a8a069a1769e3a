import { Button } from '@mantine/core'
import { useEffect } from 'react'
import type { GatewayStatus, Issue } from '../../../shared/status.ts'
import { on } from '../../api/client.ts'
import { ToneGlyph } from '../../components/state-mark.tsx'
import { formatAge, formatCount, formatMoment } from '../../format.ts'
import { wordsOfCode } from '../../i18n/en-codes.ts'
import { overviewText } from '../../i18n/en-overview.ts'
import { hrefOf } from '../../stores/route.ts'
import { useLiveQuery } from '../../stores/use-live-query.ts'
import { useNow } from '../../stores/use-now.ts'
import { issueTones } from '../activity/issue-tones.ts'
import { type Alarm, alarmsOf } from './alarms.ts'
import { inOrder } from './issue-order.ts'

const text = overviewText.attention
/** More do not fit beside the devices on a small screen; the rest is one click away. */
const shown = 2
const everyMs = 5000

export function AttentionList({ status }: { readonly status: GatewayStatus }) {
  const query = useLiveQuery('issues.list', { closed: false }, everyMs)
  const refresh = query.refresh
  // biome-ignore lint/correctness/useExhaustiveDependencies: the query object behind refresh never changes here.
  useEffect(() => on('issues.changed', refresh), [])
  const issues = inOrder(query.value?.issues ?? [])
  const alarms = query.at > 0 ? alarmsOf(status, issues) : []
  const all = issues.length + alarms.length
  if (status.openIssues === 0 && all === 0) return null
  const alarmsShown = alarms.slice(0, shown)
  return (
    <section className="panel attention" aria-label={text.title}>
      {alarmsShown.map((alarm) => (
        <AlarmRow key={alarm.id} alarm={alarm} />
      ))}
      {issues.slice(0, shown - alarmsShown.length).map((issue) => (
        <AttentionRow key={issue.id} issue={issue} />
      ))}
      {all > shown && issues.length > 0 ? (
        <a className="attention-all" href={hrefOf('activity')}>
          {text.all(issues.length)}
        </a>
      ) : null}
    </section>
  )
}

function AlarmRow({ alarm }: { readonly alarm: Alarm }) {
  return (
    <article className={`attention-row attention-${alarm.tone}`}>
      <ToneGlyph tone={alarm.tone} size={12} />
      <div className="attention-text">
        <div>
          <strong>{text.storage}</strong> <span>{alarm.message}</span>
        </div>
        <div className="muted">{alarm.hint}</div>
      </div>
      <Button component="a" size="compact-xs" variant="default" href={alarm.href}>
        {text.open}
      </Button>
    </article>
  )
}

function AttentionRow({ issue }: { readonly issue: Issue }) {
  const now = useNow()
  const translated = wordsOfCode(issue.code)
  return (
    <article className={`attention-row attention-${issueTones[issue.severity]}`}>
      <ToneGlyph tone={issueTones[issue.severity]} size={12} />
      <div className="attention-text">
        <div>
          <strong>{issue.subjectName}</strong> <span>{translated?.what ?? issue.message}</span>
        </div>
        <div className="muted">{translated?.todo ?? issue.hint}</div>
      </div>
      <div className="attention-since muted">
        {`${text.since} ${formatMoment(issue.since, now)} (${formatAge(issue.since, now)})`}
        {issue.count > 1 ? `, ${text.times(formatCount(issue.count))}` : ''}
      </div>
      <Button component="a" size="compact-xs" variant="default" href={hrefOf('activity', 'issues', issue.id)}>
        {text.open}
      </Button>
    </article>
  )
}
