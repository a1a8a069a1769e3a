import { type Words, words } from './locale.ts'

/** Events and alarms of an OPC UA source. */
const eventsEnglish = {
  title: 'Events and alarms',
  none: 'No events yet',
  noneBody:
    'Servers send events and alarms beside values. Choose who sends them, and which of their fields become keys or attributes of a device.',
  add: 'Add events',
  event: 'Events',
  remove: 'Remove events',
  notifier: 'Notifier',
  notifierHint: 'The node that sends them. Server sends all; an area or a machine only its own.',
  pick: 'Pick…',
  pickNamed: 'Pick the notifier on the server',
  pickIncomplete: 'Complete the connection first, then nodes can be picked.',
  eventType: 'Event type',
  eventTypeHint: 'These and all their subtypes.',
  types: {
    'i=2041': 'All events',
    'i=2915': 'Alarms',
    'i=2881': 'Conditions to acknowledge',
    'i=2782': 'Conditions',
    'i=2052': 'Audit events',
    'i=2130': 'System events',
    other: 'Another type…',
  },
  otherType: 'Type of the events',
  otherTypeHint: 'NodeId or browse path of the type',
  severity: 'At least severity',
  severityHint: '1 to 1000; empty = every event',
  device: 'Device name',
  deviceHint: '${$.SourceName} is the machine the event is about',
  profile: 'Device profile',
  keysHint:
    '$.Message, $.Severity, $.SourceName, $.EventType, $.Time; of alarms also $.ConditionName, $.ActiveState.Id, $.AckedState.Id. $ alone is the whole event as JSON.',
  fields: {
    title: 'Further fields',
    hint: 'Fields a maker has added, by browse path from the event type; they are then part of the event: $.Batch.',
    add: 'Add field',
    field: (n: number) => `Field ${n}`,
    remove: (n: number) => `Remove field ${n}`,
  },
  server: 'Server: all events',
  picker: {
    title: 'Choose who sends the events',
    use: 'Use as notifier',
    sends: 'Sends events',
    sendsNot: 'This node sends no events (its EventNotifier says so).',
  },
} as const

export type EventsWords = Words<typeof eventsEnglish>
export const eventsText = words('events', eventsEnglish)
