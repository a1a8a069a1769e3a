import type { EventsWords } from '../en-events.ts'

export const events: EventsWords = {
  title: 'Ereignisse und Alarme',
  none: 'Noch keine Ereignisse',
  noneBody:
    'Server senden neben Werten auch Ereignisse und Alarme. Hier wird gewählt, wer sie sendet und welche ihrer Felder Schlüssel oder Attribute eines Geräts werden.',
  add: 'Ereignisse hinzufügen',
  event: 'Ereignisse',
  remove: 'Ereignisse entfernen',
  notifier: 'Sender',
  notifierHint:
    'Der Knoten, der sie sendet (EventNotifier). „Server“ sendet alle; ein Bereich oder eine Maschine nur die eigenen.',
  pick: 'Auswählen…',
  pickNamed: 'Sender auf dem Server auswählen',
  pickIncomplete: 'Erst die Verbindung vervollständigen, dann lassen sich Knoten auswählen.',
  eventType: 'Ereignistyp',
  eventTypeHint: 'Diese und alle Untertypen.',
  types: {
    'i=2041': 'Alle Ereignisse',
    'i=2915': 'Alarme',
    'i=2881': 'Quittierpflichtige Zustände',
    'i=2782': 'Zustände (Conditions)',
    'i=2052': 'Audit-Ereignisse',
    'i=2130': 'Systemereignisse',
    other: 'Anderer Typ…',
  },
  otherType: 'Typ der Ereignisse',
  otherTypeHint: 'NodeId oder Browse-Pfad des Typs',
  severity: 'Ab Schweregrad',
  severityHint: '1 bis 1000; leer = jedes Ereignis',
  device: 'Gerätename',
  deviceHint: '${$.SourceName} ist die Maschine, um die es geht',
  profile: 'Geräteprofil',
  keysHint:
    '$.Message, $.Severity, $.SourceName, $.EventType, $.Time; bei Alarmen auch $.ConditionName, $.ActiveState.Id, $.AckedState.Id. $ allein ist das ganze Ereignis als JSON.',
  fields: {
    title: 'Weitere Felder',
    hint: 'Vom Hersteller ergänzte Felder, als Browse-Pfad ab dem Ereignistyp; sie gehören dann zum Ereignis: $.Batch.',
    add: 'Feld hinzufügen',
    field: (n) => `Feld ${n}`,
    remove: (n) => `Feld ${n} entfernen`,
  },
  server: 'Server: alle Ereignisse',
  picker: {
    title: 'Sender der Ereignisse wählen',
    use: 'Als Sender verwenden',
    sends: 'Sendet Ereignisse',
    sendsNot: 'Dieser Knoten sendet keine Ereignisse (laut seinem EventNotifier).',
  },
}
