import { Button } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useState } from 'react'
import type { ConnectorConfig } from '../../../shared/config/gateway.ts'
import { Empty } from '../../components/empty.tsx'
import { ToneGlyph } from '../../components/state-mark.tsx'
import { below, type Problems } from '../../forms/problems.ts'
import { eventsText as text } from '../../i18n/en-events.ts'
import type { OpcuaDraft } from '../../stores/source-drafts.ts'
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
      <nav className="panel topic-list" aria-label={text.title}>
        <div className="source-add">
          <Button
            variant="default"
            leftSection={<IconPlus size={14} />}
            disabled={events.length >= eventsLimit}
            onClick={add}
          >
            {text.add}
          </Button>
        </div>
        <ul>
          {events.map((entry, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a selection has no identity but its place in the list.
            <li key={index}>
              <button
                type="button"
                className={`topic-row${index === at ? ' selected' : ''}`}
                aria-current={index === at}
                onClick={() => setWanted(index)}
              >
                <span className="source-line">
                  {below(`events[${index}]`, problems).size > 0 ? <ToneGlyph tone="bad" /> : null}
                  <strong className="ellipsis">{typeName(entry.eventType)}</strong>
                </span>
                <span className="muted mono ellipsis">{entry.notifier ?? text.server}</span>
              </button>
            </li>
          ))}
        </ul>
      </nav>
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
