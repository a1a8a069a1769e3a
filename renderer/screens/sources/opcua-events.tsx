import { Button } from '@mantine/core'
import { useState } from 'react'
import type { ConnectorConfig } from '../../../shared/config/gateway.ts'
import { Empty } from '../../components/empty.tsx'
import { below, type Problems } from '../../forms/problems.ts'
import { eventsText as text } from '../../i18n/en-events.ts'
import type { OpcuaDraft } from '../../stores/source-drafts.ts'
import { EntryList } from './entry-list.tsx'
import { type EventDraft, EventEditor, typeName } from './event-editor.tsx'
import { opcuaTarget } from './opcua-target.ts'

interface Props {
  readonly draft: OpcuaDraft
  readonly saved: ConnectorConfig | undefined
  readonly problems: Problems
  readonly change: (change: (draft: OpcuaDraft) => OpcuaDraft) => void
}

/** As many as the configuration takes. */
const eventsLimit = 100

/** What a fresh selection begins with: the sentence of the event, and how bad it is. */
const fresh: EventDraft = {
  keys: [
    { key: 'event', value: '$.Message' },
    { key: 'severity', value: '$.Severity' },
  ],
}

/** Left the selections of events, right the chosen one. */
export function OpcuaEvents({ draft, saved, problems, change }: Props) {
  const events = draft.events ?? []
  const [wanted, setWanted] = useState(0)
  const at = Math.min(wanted, events.length - 1)
  const event = events[at]
  const setEvents = (next: EventDraft[]): void => change((d) => ({ ...d, events: next }))
  const add = (): void => {
    setEvents([...events, fresh])
    setWanted(events.length)
  }
  if (!event) {
    return (
      <Empty title={text.none} actions={<Button onClick={add}>{text.add}</Button>}>
        {text.noneBody}
      </Empty>
    )
  }
  return (
    <div className="topics">
      <EntryList
        label={text.title}
        entries={events.map(({ eventType, notifier }, index) => ({
          title: typeName(eventType),
          detail: notifier ?? text.server,
          isBad: below(`events[${index}]`, problems).size > 0,
        }))}
        chosen={at}
        onChoose={setWanted}
        add={text.add}
        onAdd={add}
        limit={eventsLimit}
      />
      <EventEditor
        key={at}
        event={event}
        target={opcuaTarget(draft, saved)}
        problems={below(`events[${at}]`, problems)}
        change={(next) => setEvents(events.map((old, index) => (index === at ? next : old)))}
        onRemove={() => setEvents(events.filter((_event, index) => index !== at))}
      />
    </div>
  )
}
