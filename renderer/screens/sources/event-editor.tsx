import { Button } from '@mantine/core'
import { useState } from 'react'
import type { OpcuaTarget } from '../../../shared/api/opcua-requests.ts'
import { ChoiceField, NumberField, TextField } from '../../forms/fields.tsx'
import type { Problems } from '../../forms/problems.ts'
import { TextList } from '../../forms/text-list.tsx'
import { eventsText as text } from '../../i18n/en-events.ts'
import type { OpcuaDraft } from '../../stores/source-drafts.ts'
import { DeviceFields } from './device-fields.tsx'
import { NotifierPicker } from './notifier-picker.tsx'
import { TopicKeys } from './topic-keys.tsx'

export type EventDraft = NonNullable<OpcuaDraft['events']>[number]

type KnownType = keyof typeof text.types
/** The Server object, which sends all events. */
const serverObject = 'i=2253'
const allEvents = 'i=2041'
/** As many as the configuration takes. */
const fieldsLimit = 100

interface Props {
  readonly event: EventDraft
  /** Undefined while the connection is not complete. */
  readonly target: OpcuaTarget | undefined
  /** Relative to the selection. */
  readonly problems: Problems
  readonly change: (event: EventDraft) => void
  readonly onRemove: () => void
}

/** Who sends which events, and what becomes of them. */
export function EventEditor({ event, target, problems, change, onRemove }: Props) {
  const set = (patch: Partial<EventDraft>): void => change({ ...event, ...patch })
  const [picking, setPicking] = useState(false)
  return (
    <section className="form" aria-label={text.event}>
      <div className="w-9 field-with-button">
        <TextField
          label={text.notifier}
          description={text.notifierHint}
          mono
          placeholder={serverObject}
          value={event.notifier}
          error={problems.get('notifier')}
          onChange={(notifier) => set({ notifier: orAbsent(notifier.trim()) })}
        />
        <Button
          variant="default"
          className="under-description"
          disabled={!target}
          title={target ? text.pickNamed : text.pickIncomplete}
          aria-label={text.pickNamed}
          onClick={() => setPicking(true)}
        >
          {text.pick}
        </Button>
      </div>
      <div className="w-3 rule-remove">
        <Button variant="subtle" color="red" onClick={onRemove}>
          {text.remove}
        </Button>
      </div>
      <TypeFields event={event} problems={problems} set={set} />
      <div className="w-3">
        <NumberField
          label={text.severity}
          description={text.severityHint}
          value={event.minSeverity}
          error={problems.get('minSeverity')}
          onChange={(minSeverity) => set({ minSeverity })}
        />
      </div>
      <DeviceFields words={text} placeholder="${$.SourceName}" draft={event} problems={problems} set={set} />
      <div>
        <TopicKeys keys={event.keys ?? [{ key: 'event' }]} json problems={problems} change={(keys) => set({ keys })} />
        <p className="muted rule-hint">{text.keysHint}</p>
      </div>
      <TextList
        words={text.fields}
        name="fields"
        values={event.fields ?? []}
        limit={fieldsLimit}
        placeholder="2:Batch"
        problems={problems}
        onChange={(fields) => set({ fields })}
      />
      {picking && target ? (
        <NotifierPicker target={target} onChoose={(notifier) => set({ notifier })} onClose={() => setPicking(false)} />
      ) : null}
    </section>
  )
}

/** The types people look for by name, any other one by its NodeId. */
function TypeFields(props: {
  readonly event: EventDraft
  readonly problems: Problems
  readonly set: (patch: Partial<EventDraft>) => void
}) {
  const { event, problems, set } = props
  const kind = kindOf(event.eventType)
  return (
    <>
      <div className={kind === 'other' ? 'w-4' : 'w-9'}>
        <ChoiceField
          label={text.eventType}
          description={text.eventTypeHint}
          value={kind}
          choices={Object.entries(text.types).map(([value, label]) => [value as KnownType, label])}
          onChange={(value) => set({ eventType: value === 'other' ? '' : value })}
        />
      </div>
      {kind === 'other' ? (
        <div className="w-5">
          <TextField
            label={text.otherType}
            description={text.otherTypeHint}
            required
            mono
            placeholder="nsu=urn:maker;i=1001"
            value={event.eventType}
            error={problems.get('eventType')}
            onChange={(eventType) => set({ eventType: eventType.trim() })}
          />
        </div>
      ) : null}
    </>
  )
}

function kindOf(eventType = allEvents): KnownType {
  return eventType in text.types ? (eventType as KnownType) : 'other'
}

/** The type in words for the list. */
export function typeName(eventType = allEvents): string {
  const kind = kindOf(eventType)
  return kind === 'other' ? eventType || text.types.other : text.types[kind]
}

/** Empty = what the placeholder says. */
function orAbsent(value: string): string | undefined {
  return value === '' ? undefined : value
}
