import { figuresOf } from '../figures.ts'
import type { IndexFacts, nodeSentences } from '../node-sentences.ts'
import type { Translated } from '../translated.ts'

const { count, duration, day: date } = figuresOf('de-DE')

export const saidNode: Translated<typeof nodeSentences> = {
  'index.state': (facts) => {
    const { state, nodes, about, isComplete, refused, ageMs, again, added, gone, failure } = facts
    if (again !== undefined && ageMs === undefined) return `${count(again)} von etwa ${count(about)} Knoten`
    if (state === 'none') return 'Noch nicht gelesen'
    const gaps =
      refused > 0 ? ` bis auf das unter ${count(refused)} Knoten, die der Server diesem Benutzer nicht öffnet` : ''
    const shown = isComplete ? `${count(nodes)} Knoten, vollständig${gaps}` : incomplete(facts)
    const read = ageMs === undefined ? '' : `, gelesen ${ageWords(ageMs)}`
    if (again !== undefined) return `${shown}${read}; wird neu gelesen: ${count(again)} von etwa ${count(about)}`
    if (state === 'cancelled' && isComplete) return `${shown}${read}; das erneute Lesen wurde abgebrochen`
    if (state === 'failed') return `${shown}${read}; ${failure}`
    return `${shown}${read}${added === undefined ? '' : `; ${count(added)} neu, ${count(gone ?? 0)} entfallen`}`
  },
  'index.failed': 'das Lesen ist fehlgeschlagen',
  'node.mayWrite': 'Darf von hier aus geschrieben werden.',
  'node.mayCall': 'Darf von hier aus aufgerufen werden.',
  'node.mayNotWrite': ({ source }) =>
    `Darf von hier aus nicht geschrieben werden. Zum Erlauben in den Einstellungen von ${source} unter „writable“ aufnehmen.`,
  'node.mayNotCall': ({ source }) =>
    `Darf von hier aus nicht aufgerufen werden. Zum Erlauben in den Einstellungen von ${source} unter „callable“ aufnehmen.`,
  'node.written': ({ value, before }) => `Geschrieben: ${value} (vorher: ${before || 'nichts'}).`,
  'node.writtenUnread': ({ value, quality }) => `Geschrieben: ${value}. Zurücklesen ist nicht möglich (${quality}).`,
  'node.writtenOther': ({ value, now }) =>
    `Der Server hat ${value} angenommen, der Wert ist jetzt aber ${now || 'leer'}: Die Maschine braucht vielleicht Zeit oder hat ihn geändert.`,
  'node.called': 'Aufgerufen.',
  'node.answered': ({ answer }) => `Aufgerufen. Antwort: ${answer}.`,
  'rule.noPlace': ({ node }) => `Auf dem Server gibt es keinen Knoten ${node}, unter dem gesucht werden könnte`,
  'rule.collision': ({ path, key, device, other }) => `${path} würde „${key}“ von „${device}“; das ist schon ${other}`,
  'rule.ownKey': 'ein eigens eingerichteter Schlüssel',
  'rule.tooShort': ({ path, what }) =>
    `Der Pfad ${path} ist zu kurz für die Vorlage ${what === 'device' ? 'des Geräts' : 'des Schlüssels'}`,
  'rule.badName': ({ path, what, problem }) =>
    `Der ${what === 'device' ? 'Gerätename' : 'Schlüsselname'} von ${path} ${problem}`,
  'name.empty': 'ist leer',
  'name.tooLong': ({ length, limit }) => `hat ${count(length)} Zeichen; ThingsBoard nimmt ${count(limit)}`,
  'name.notUnicode': 'enthält ein halbes Ersatzzeichenpaar und lässt sich nicht als UTF-8 senden',
  'name.undefined': 'hat einen Teil, den Topic oder Payload nicht haben',
  'name.html': 'sieht aus wie HTML oder eine {{Vorlage}}; solche Namen lehnt ThingsBoard ab',
  'certificate.notBefore': ({ day }) => `gültig erst ab ${date(day)}`,
  'certificate.expired': ({ day }) => `abgelaufen am ${date(day)}`,
  'certificate.expires': ({ day }) => `läuft am ${date(day)} ab`,
  'certificate.noHost': ({ host }) => `nennt keinen Host, daher ist ${host} nicht prüfbar`,
  'certificate.otherHost': ({ hosts, host }) => `ausgestellt für ${hosts}, nicht für ${host}`,
  'certificate.noApplication': 'nennt keine Anwendung (keine ApplicationUri)',
  'certificate.weakKey': ({ bits }) => `schwacher Schlüssel mit ${bits} Bit`,
}

function incomplete({ state, nodes, about, cut }: IndexFacts): string {
  if (state === 'limited' && cut === 0) return `Unvollständig: die ersten ${count(nodes)} Knoten; der Server hat mehr`
  if (cut > 0) return `Unvollständig: ${count(nodes)} Knoten; unter ${count(cut)} davon brach der Server das Lesen ab`
  return `Unvollständig: ${count(nodes)} von etwa ${count(about)} Knoten`
}

function ageWords(ms: number): string {
  return ms < 30_000 ? 'gerade eben' : `vor ${duration(ms / 1000).replace(/Tage$/, 'Tagen')}`
}
