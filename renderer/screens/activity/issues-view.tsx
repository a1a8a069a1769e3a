import { SegmentedControl } from '@mantine/core'
import { useEffect, useState } from 'react'
import type { Issue } from '../../../shared/status.ts'
import { on } from '../../api/client.ts'
import { Empty } from '../../components/empty.tsx'
import { ErrorNote } from '../../components/note.tsx'
import { StateMark } from '../../components/state-mark.tsx'
import { formatAge, formatCount, formatMoment } from '../../format.ts'
import { activityText } from '../../i18n/en-activity.ts'
import { wordsOfCode } from '../../i18n/en-codes.ts'
import { useStatus } from '../../stores/status-store.ts'
import { useLiveQuery } from '../../stores/use-live-query.ts'
import { useNow } from '../../stores/use-now.ts'
import { IssueActions } from './issue-actions.tsx'
import { issueTones } from './issue-tones.ts'

const text = activityText.issues
const everyMs = 2000
type Shown = 'open' | 'snoozed' | 'closed'

export function IssuesView({ wanted }: { readonly wanted: string | undefined }) {
  const [shown, setShown] = useState<Shown>('open')
  const closed = shown === 'closed'
  const query = useLiveQuery('issues.list', { closed }, everyMs)
  const refresh = query.refresh
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new query object comes only with `closed`.
  useEffect(() => on('issues.changed', refresh), [closed])
  const issues = (query.value?.issues ?? []).filter((issue) => shownIn(issue) === shown)
  return (
    <div className="issues">
      <div className="row-gap">
        <SegmentedControl
          aria-label={text.show}
          value={shown}
          data={[
            { value: 'open', label: text.open },
            { value: 'snoozed', label: text.snoozed },
            { value: 'closed', label: text.closed },
          ]}
          onChange={(value) => setShown(value as Shown)}
        />
      </div>
      {query.error ? <ErrorNote error={query.error} /> : null}
      {issues.length === 0 && query.at > 0 ? <AllClear shown={shown} /> : null}
      <ul className="issue-list" aria-label={text.lists[shown]}>
        {issues.map((issue) => (
          <IssueCard key={issue.id} issue={issue} wanted={issue.id === wanted} />
        ))}
      </ul>
    </div>
  )
}

function shownIn(issue: Issue): Shown {
  if (issue.closedAt !== undefined) return 'closed'
  return issue.snoozedUntil === undefined ? 'open' : 'snoozed'
}

function AllClear({ shown }: { readonly shown: Shown }) {
  const startedAt = useStatus((s) => s.status?.startedAt)
  const now = useNow()
  if (shown === 'closed') return <Empty title={text.noneClosed} />
  if (shown === 'snoozed') return <Empty title={text.noneSnoozed} />
  return <Empty title={text.clear}>{startedAt ? text.clearSince(formatMoment(startedAt, now)) : undefined}</Empty>
}

function IssueCard({ issue, wanted }: { readonly issue: Issue; readonly wanted: boolean }) {
  const now = useNow()
  const closedAt = issue.closedAt
  const translated = wordsOfCode(issue.code)
  const tone = closedAt === undefined ? issueTones[issue.severity] : 'off'
  return (
    <li className={`issue attention-${tone}${wanted ? ' issue-wanted' : ''}`}>
      <div className="issue-main">
        <div className="issue-line">
          <StateMark tone={tone}>{text.severity[issue.severity]}</StateMark>
          <strong>{issue.subjectName}</strong>
          <span className="issue-message">{translated?.what ?? issue.message}</span>
        </div>
        {(translated?.todo ?? issue.hint) ? (
          <p className="issue-hint">
            <span className="muted">{text.todo}</span> {translated?.todo ?? issue.hint}
          </p>
        ) : null}
        {translated ? (
          <p className="issue-evidence" lang="en">
            {issue.message} {issue.hint}
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
        {issue.snoozedUntil === undefined ? null : (
          <div>
            <dt>{text.snoozedUntil}</dt>
            <dd>{formatMoment(issue.snoozedUntil, now)}</dd>
          </div>
        )}
        <div>
          <dt>{text.count}</dt>
          <dd>{formatCount(issue.count)}</dd>
        </div>
        <div>
          <dt>{text.code}</dt>
          <dd className="mono">{issue.code}</dd>
        </div>
      </dl>
      <IssueActions issue={issue} />
    </li>
  )
}
