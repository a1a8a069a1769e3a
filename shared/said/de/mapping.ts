import type { mappingSentences } from '../mapping-sentences.ts'
import type { Translated } from '../translated.ts'

export const saidMapping: Translated<typeof mappingSentences> = {
  'sample.boolean': 'Ein Wahrheitswert ist true oder false',
  'sample.integer': 'Eine ganze Zahl besteht nur aus Ziffern',
  'sample.number': 'Eine Zahl wird wie 21.5 oder 2.1e3 geschrieben',
  'sample.correct': 'Die Probe korrigieren oder einen anderen Typ wählen.',
  'sample.ofKey': ({ key, problem }) => `${key}: ${problem}`,
  'payload.wrong': ({ problem }) => `Die Payload ist nicht lesbar: ${problem}`,
  'payload.correct': 'Den Sender korrigieren oder das Format dieser Regel auf Text stellen.',
  'payload.empty': 'sie ist leer',
  'payload.tooDeep': ({ levels }) => `sie ist tiefer als ${levels} Ebenen verschachtelt`,
  'payload.notJson': ({ character }) =>
    `sie ist kein JSON${character === undefined ? '' : ` (Fehler bei Zeichen ${character})`}`,
  'payload.cutJson': 'sie ist kein JSON, weil sie zu früh endet',
  'payload.notUtf8': 'sie ist kein UTF-8-Text',
  'correction.boolean': 'Ein Wahrheitswert ist true oder false.',
  'correction.integer': 'Eine ganze Zahl ist zum Beispiel -12.',
  'correction.number': 'Eine Zahl ist zum Beispiel -12.5 oder 1e6.',
  'correction.json': 'Das ist kein gültiges JSON.',
  'correction.gone': 'Der Wert ist nicht mehr in Quarantäne.',
  'correction.tooManyKeys': 'Das Gateway hat schon die Höchstzahl an Schlüsseln.',
  'refusal.status': ({ problem, status }) => `${problem} (${status})`,
  'refusal.BadUserAccessDenied': 'der Benutzer darf ihn nicht lesen',
  'refusal.BadNotReadable': 'er ist nicht lesbar',
  'refusal.BadAttributeIdInvalid': 'er ist keine Variable und hat keinen Wert',
  'refusal.BadIndexRangeInvalid': 'der verlangte Teil des Arrays ist ungültig',
  'refusal.BadIndexRangeNoData': 'der verlangte Teil des Arrays ist nicht vorhanden',
  'refusal.BadNodeIdUnknown': 'auf dem Server gibt es diesen Knoten nicht',
  'refusal.BadNodeIdInvalid': 'auf dem Server gibt es diesen Knoten nicht',
  'refusal.BadMonitoredItemFilterInvalid': 'der Server nimmt Totband oder Auslöser nicht an',
  'refusal.BadMonitoredItemFilterUnsupported': 'der Server unterstützt das Totband nicht',
  'refusal.BadFilterNotAllowed': 'der Server nimmt für diesen Knoten kein Totband an',
  'refusal.BadDeadbandFilterInvalid':
    'der Server nimmt das Totband nicht an: Ein Prozentwert braucht einen Wertebereich am Knoten',
  'refusal.BadTimestampsToReturnInvalid': 'der Server liefert keine Zeitstempel',
  'refusal.BadTooManyMonitoredItems': 'der Server kann keine weiteren Knoten überwachen',
}
