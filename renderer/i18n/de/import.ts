import type { ImportWords } from '../en-import.ts'

const devicesOf = (n: string): string => (n === '1' ? '1 Gerät' : `${n} Geräte`)

export const importing: ImportWords = {
  title: 'Vorhandenes Gateway übernehmen',
  body: 'Die Dateien eines ThingsBoard-Gateways hier ablegen, oder seinen ganzen Ordner. Vor der Prüfung ändert sich nichts.',
  files: 'Dateien wählen…',
  folder: 'Ordner wählen…',
  kinds:
    'tb_gateway.json, tb_gateway.yaml, opcua.json, mqtt.json, docker-compose.yml und die Dateien des Java-Gateways',
  reading: 'Wird gelesen…',
  another: 'Andere Dateien…',
  tooMany: (n) =>
    n === 1
      ? '1 Datei wurde ausgelassen: zu groß, zu viele oder von anderer Art.'
      : `${n} Dateien wurden ausgelassen: zu groß, zu viele oder von anderer Art.`,
  nothing: 'Keine dieser Dateien ist hier lesbar.',
  result: (sources, devices, keys) =>
    `${sources === 1 ? '1 Quelle' : `${sources} Quellen`}, ${devicesOf(devices)}, ${keys} Schlüssel`,
  rules: (n) => (n === 1 ? '1 Regel' : `${n} Regeln`),
  thingsboard: (address) => `ThingsBoard unter ${address}`,
  noThingsboard: 'Keine ThingsBoard-Verbindung in diesen Dateien',
  replaceThingsboard: 'Vorhandene ThingsBoard-Verbindung ersetzen',
  states: { exact: 'Genau', interpreted: 'Sinngemäß', unsupported: 'Nicht unterstützt' },
  counts: (n, state) => `${n} ${state}`,
  all: (n) => `Alle ${n}`,
  filter: 'Zeigen',
  report: 'Bericht',
  columns: { state: 'Zustand', place: 'Wo', says: 'Angabe', became: 'Wurde zu' },
  line: (file, line) => (line > 0 ? `${file}:${line}` : file),
  noneOfThese: 'Keine Einträge dieser Art.',
  accept: 'In den Entwurf und prüfen',
  accepting: 'Wird in den Entwurf übernommen…',
  refused: 'Der Entwurf hat es abgelehnt:',
  conflict: 'Der Entwurf wurde inzwischen geändert. Erneut versuchen.',
  hint: 'Kommt in den Entwurf. Es läuft erst nach dem Anwenden.',
  save: 'Bericht speichern…',
  unreadable: 'nicht lesbar:',
  label: (files) => `Import von ${files}`,
  someFiles: (first, more) => `${first} und ${more} weitere`,
}
