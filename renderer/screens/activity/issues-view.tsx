import { SegmentedControl } from '@mantine/core'
import { useEffect, useState } from 'react'
import type { Issue } from '../../../shared/status.ts'
import { on } from '../../api/client.ts'
import { Empty } from '../../components/empty.tsx'
import { ErrorNote } from '../../components/note.tsx'
import { StateMark } from '../../components/state-mark.tsx'
import { formatAge, formatCount, formatMoment } from '../../format.ts'
import { activityText } from '../../i18n/en-activity.ts'
import { hrefOf } from '../../stores/route.ts'
import { useStatus } from '../../stores/status-store.ts'
import { useLiveQuery } from '../../stores/use-live-query.ts'
import { useNow } from '../../stores/use-now.ts'
import { issueTones } from './issue-tones.ts'

const text = activityText.issues
const everyMs = 2000

export function IssuesView({ wanted }: { readonly wanted: string | undefined }) {
  const [closed, setClosed] = useState(false)
  const query = useLiveQuery('issues.list', { closed }, everyMs)
  const refresh = query.refresh
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new query object comes only with `closed`.
  useEffect(() => on('issues.changed', refresh), [closed])
  const issues = (query.value?.issues ?? []).filter((issue) => (issue.closedAt !== undefined) === closed)
  return (
    <div className="issues">
      <div className="row-gap">
        <SegmentedControl
          aria-label={text.show}
          value={closed ? 'closed' : 'open'}
          data={[
            { value: 'open', label: text.open },
            { value: 'closed', label: text.closed },
          ]}
          onChange={(value) => setClosed(value === 'closed')}
        />
      </div>
      {query.error ? <ErrorNote error={query.error} /> : null}
      {issues.length === 0 && query.at > 0 ? <AllClear closed={closed} /> : null}
      <ul className="issue-list" aria-label={closed ? text.closedList : text.openList}>
        {issues.map((issue) => (
          <IssueCard key={issue.id} issue={issue} wanted={issue.id === wanted} />
        ))}
      </ul>
    </div>
  )
}

function AllClear({ closed }: { readonly closed: boolean }) {
  const startedAt = useStatus((s) => s.status?.startedAt)
  const now = useNow()
  if (closed) return <Empty title={text.noneClosed} />
  return <Empty title={text.clear}>{startedAt ? text.clearSince(formatMoment(startedAt, now)) : undefined}</Empty>
}

function IssueCard({ issue, wanted }: { readonly issue: Issue; readonly wanted: boolean }) {
  const now = useNow()
  const closedAt = issue.closedAt
  const tone = closedAt === undefined ? issueTones[issue.severity] : 'off'
  return (
    <li className={`issue attention-${tone}${wanted ? ' issue-wanted' : ''}`}>
      <div className="issue-main">
        <div className="issue-line">
          <StateMark tone={tone}>{text.severity[issue.severity]}</StateMark>
          <strong>{issue.subjectName}</strong>
          <span className="issue-message">{issue.message}</span>
        </div>
        {issue.hint ? (
          <p className="issue-hint">
            <span className="muted">{text.todo}</span> {issue.hint}
          </p>
        ) : null}
        {issue.evidence ? (
          <p className="issue-evidence">
            <span className="muted">{text.evidence}</span> <span className="mono">{issue.evidence}</span>
          </p>
        ) : null}
      </div>
      <dl className="issue-facts">
        <div>
          <dt>{text.since}</dt>
          <dd>{`${formatMoment(issue.since, now)} (${formatAge(issue.since, now)})`}</dd>
        </div>
        <div>
          <dt>{closedAt === undefined ? text.lastSeen : text.closedAt}</dt>
          <dd>{text.ago(formatAge(closedAt ?? issue.lastSeen, now))}</dd>
        </div>
        <div>
          <dt>{text.count}</dt>
          <dd>{formatCount(issue.count)}</dd>
        </div>
        <div>
          <dt>{text.code}</dt>
          <dd className="mono">{issue.code}</dd>
        </div>
      </dl>
      <div className="issue-links">
        <IssueLink issue={issue} />
      </div>
    </li>
  )
}

/** Where the cure is applied. */
function IssueLink({ issue }: { readonly issue: Issue }) {
  const isSource = useStatus((s) => s.status?.connectors.some((c) => c.id === issue.subject) ?? false)
  if (/^OPCUA_CERTIFICATE_/.test(issue.code)) {
    return <a href={hrefOf('activity', 'certificates')}>{text.goTo.certificates}</a>
  }
  if (issue.code === 'STORE_QUARANTINE' || /^UPLINK_VALUE_/.test(issue.code)) {
    return <a href={hrefOf('delivery', 'quarantine')}>{text.goTo.quarantine}</a>
  }
  if (issue.subject === 'store') return <a href={hrefOf('delivery')}>{text.goTo.delivery}</a>
  if (isSource) return <a href={hrefOf('sources', issue.subject)}>{text.goTo.source}</a>
  return issue.subject === 'thingsboard' ? <a href={hrefOf('thingsboard')}>{text.goTo.thingsboard}</a> : null
}
