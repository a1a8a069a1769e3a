import type { StorageWords } from '../en-storage.ts'

export const storage: StorageWords = {
  form: 'Speichereinstellungen',
  maxBytes: 'Behalten bis zu',
  maxBytesHint: 'Einschließlich aller Dateien. Alarme kommen bei 70, 85 und 95 %.',
  maxAge: 'Höchstens für',
  maxAgeHint: (duration) => `= ${duration}. Ältere Werte werden aufgegeben.`,
  whenFull: 'Wenn er voll ist',
  choices: {
    block: 'Quellen warten',
    'drop-oldest': 'Älteste Werte aufgeben',
    'drop-newest': 'Neue Werte aufgeben',
  },
  explain: {
    block: [
      'Nichts Angenommenes wird je aufgegeben.',
      'MQTT-Broker heben ihre Nachrichten für das Gateway auf, soweit ihre eigenen Warteschlangen reichen.',
      'OPC-UA-Server füllen die Puffer ihrer Knoten und überschreiben dort dann die ältesten Änderungen.',
    ],
    'drop-oldest': [
      'ThingsBoard erhält eine Lücke am Anfang des Ausfalls und alles danach.',
      'Jeder aufgegebene Wert wird mit Ursache und Zeit im Verlustbuch gezählt.',
    ],
    'drop-newest': [
      'ThingsBoard erhält alles vom Beginn des Ausfalls, bis der Speicher voll war, und danach eine Lücke.',
      'Jeder aufgegebene Wert wird mit Ursache und Zeit im Verlustbuch gezählt.',
    ],
  },
  classes:
    'Ein Schlüssel kann davon abweichen: Garantierte Werte lassen ihre Quelle immer warten, bei aktuellen werden immer die ältesten aufgegeben, von „nur neuester“ wartet nur der neueste. Siehe den Schlüssel unter Quellen.',
  preallocate: 'Speicherplatz im Voraus belegen',
  preallocateHint: 'Dann können andere Programme, die den Datenträger füllen, das Gateway nicht anhalten.',
  commit: 'Commit binnen',
  commitHint: 'Kürzer: frühere Bestätigung an die Quelle. Länger: weniger Schreibvorgänge.',
  lasts: 'Wie lange er reicht',
  lastsWords: (rate, time) => `Bei ${rate} Werten/s passt ein Ausfall von etwa ${time} hinein.`,
  lastsUnknown:
    'Bekannt, sobald einige Werte warten: Ihre Größe auf dem Datenträger zeigt, wie lange ein Ausfall hineinpasst.',
  free: (used, limit) => `${used} von ${limit} sind jetzt belegt.`,
  conflict: 'Jemand anderes hat die Speichereinstellungen inzwischen geändert. Die eigenen Eingaben sind noch da.',
  applied: 'Wirkt mit „Prüfen & anwenden“; was wartet, bleibt.',
}
