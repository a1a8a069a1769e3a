import { Button, Menu } from '@mantine/core'
import { useState } from 'react'
import type { ErrorReport } from '../../../shared/errors.ts'
import type { Issue } from '../../../shared/status.ts'
import { request } from '../../api/client.ts'
import { activityText } from '../../i18n/en-activity.ts'
import { wordsOfCode } from '../../i18n/en-codes.ts'
import { hrefOf } from '../../stores/route.ts'
import { useStatus } from '../../stores/status-store.ts'

const text = activityText.issues
/** Of a source that waits between two tries: trying at once may help. */
const retryable =
  /^(CONNECTION|HOST|TIMEOUT|TLS|OPCUA_(ENDPOINT|CERTIFICATE|REJECTED|IDENTITY|SERVER_LIMIT|SESSION|SILENT)|MQTT_(NOT|REFUSED|SUBSCRIPTION))/
const minutes = [60, 480, 1440] as const

/** What can be done about an issue from here: the cure's place, another try, the log of that moment, or later. */
export function IssueActions({ issue }: { readonly issue: Issue }) {
  const [error, setError] = useState<ErrorReport | undefined>()
  const isSource = useStatus((s) => s.status?.connectors.some((c) => c.id === issue.subject) ?? false)
  const run = async (asked: ReturnType<typeof request<'connector.retry' | 'issues.snooze'>>): Promise<void> => {
    const result = await asked
    setError(result.ok ? undefined : result.error)
  }
  const isOpen = issue.closedAt === undefined
  const snooze = (for_: number): void => void run(request('issues.snooze', { id: issue.id, minutes: for_ }))
  return (
    <div className="issue-links">
      <Cure issue={issue} isSource={isSource} />
      {isOpen && isSource && retryable.test(issue.code) ? (
        <Button
          variant="default"
          size="compact-xs"
          onClick={() => void run(request('connector.retry', { connectorId: issue.subject }))}
        >
          {text.tryNow}
        </Button>
      ) : null}
      <a href={hrefOf('activity', 'log', 'at', String(issue.lastSeen))}>{text.logThen}</a>
      {isOpen && issue.snoozedUntil === undefined ? (
        <Menu>
          <Menu.Target>
            <Button variant="subtle" color="gray" size="compact-xs">
              {text.snooze}
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            {minutes.map((each) => (
              <Menu.Item key={each} onClick={() => snooze(each)}>
                {text.snoozeFor[each]}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      ) : null}
      {issue.snoozedUntil === undefined ? null : (
        <Button variant="default" size="compact-xs" onClick={() => snooze(0)}>
          {text.wake}
        </Button>
      )}
      {error ? <span className="tone-bad">{wordsOfCode(error.code)?.what ?? error.message}</span> : null}
    </div>
  )
}

/** Where the cure is applied. */
function Cure({ issue, isSource }: { readonly issue: Issue; readonly isSource: boolean }) {
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
