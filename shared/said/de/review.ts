import { figuresOf } from '../figures.ts'
import type { reviewSentences } from '../review-sentences.ts'
import type { Translated } from '../translated.ts'

const { count } = figuresOf('de-DE')

const changedSources = (n: number): string => (n === 1 ? '1 geänderte Quelle' : `${count(n)} geänderte Quellen`)

export const saidReview: Translated<typeof reviewSentences> = {
  'review.canRun': 'Der Entwurf ist lauffähig',
  'review.nodes': ({ exist, all, missing, open, skipped, ruleKeys, rulesEmpty, rulesOpen }) =>
    [
      ...(all > 0 ? [`${count(exist)} von ${count(all)} Knoten vorhanden`] : []),
      ...(missing > 0 ? [`${count(missing)} nicht vorhanden`] : []),
      ...(open > 0 ? [`${count(open)} konnten nicht abgefragt werden`] : []),
      ...(skipped > 0 ? [`${count(skipped)} nicht abgefragt`] : []),
      ...(ruleKeys === undefined ? [] : [`geänderte Regeln finden ${count(ruleKeys)} Schlüssel`]),
      ...(rulesEmpty > 0 ? [`${count(rulesEmpty)} davon nichts`] : []),
      ...(rulesOpen > 0 ? [`${count(rulesOpen)} geänderte Regeln konnten nicht geprüft werden`] : []),
    ].join(', '),
  'review.chooseOthers': 'Andere Knoten dafür wählen oder trotzdem anwenden: Die übrigen werden erfasst.',
  'review.unique': 'Die Namen sind eindeutig',
  'review.twice': ({ count: n }) =>
    n === 1 ? '1 Gerät hat mehrere Quellen' : `${count(n)} Geräte haben mehrere Quellen`,
  'review.renameOne': 'Eines davon umbenennen, wenn nicht dasselbe Gerät gemeint ist.',
  'review.sameTypes': 'Kein Schlüssel ändert seinen Typ',
  'review.otherTypes': ({ count: n }) =>
    n === 1 ? '1 Schlüssel ändert seinen Typ' : `${count(n)} Schlüssel ändern ihren Typ`,
  'review.typesMayBreak':
    'Diagramme und Regeln in ThingsBoard, die sie verwenden, können ausfallen; ein neuer Schlüsselname vermeidet das.',
  'review.sourcesAnswer': ({ count: n }) =>
    n === 1 ? 'Die geänderte Quelle antwortet' : `Alle ${count(n)} geänderten Quellen antworten`,
  'review.sourcesUnusable': ({ count: n }) => `${changedSources(n)} ${n === 1 ? 'ist' : 'sind'} derzeit nicht nutzbar`,
  'review.sourcesSilent': ({ count: n, seconds }) =>
    `${changedSources(n)} ${n === 1 ? 'hat' : 'haben'} nicht innerhalb von ${count(seconds)} s geantwortet`,
  'review.whenBack': 'Die Änderung wirkt, sobald sie wieder erreichbar sind.',
  'review.about': ({ name, detail }) => `${name}: ${detail}`,
  'review.noAnswer': ({ seconds }) => `keine Antwort innerhalb von ${count(seconds)} s`,
  'review.thingsboardAnswers': 'ThingsBoard antwortet',
  'review.thingsboardSilent': ({ seconds }) => `ThingsBoard hat nicht innerhalb von ${count(seconds)} s geantwortet`,
  'review.checkAddress': 'Adresse, Port und TLS prüfen.',
  'review.devicesGone': ({ count: n }) =>
    n === 1 ? '1 Gerät erhält keine Werte mehr' : `${count(n)} Geräte erhalten keine Werte mehr`,
  'review.devicesStay':
    'Sie bleiben mit ihrem Verlauf in ThingsBoard. Dort löschen, wenn sie endgültig nicht mehr da sind.',
  'review.ruleNotAsked': ({ source, rule }) => `${source} › Regel ${rule}: nicht abgefragt`,
  'review.ruleEmpty': ({ source, rule }) => `${source} › Regel ${rule}: findet nichts`,
  'review.ruleProblem': ({ source, rule, problem }) => `${source} › Regel ${rule}: ${problem}`,
}
