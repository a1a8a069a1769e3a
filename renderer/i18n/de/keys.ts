import type { KeysWords } from '../en-frame.ts'

const everywhere = 'Überall'
const outside = 'Außerhalb von Textfeldern'
const tree = 'Baum'
const workbench = 'Werkbank'
const workbenchTree = 'Baum der Werkbank'

export const keys: KeysWords = [
  {
    keys: ['Strg', '1 … 9'],
    does: 'Übersicht, Werkbank, Quellen, Auslieferung, ThingsBoard, Aktivität, Versionen, Dashboard, Einstellungen (im Browser Alt)',
    where: everywhere,
  },
  {
    keys: ['Strg', 'K'],
    does: 'Suchen oder ausführen: Ansichten, Befehle, Geräte, Quellen, NodeIds',
    where: everywhere,
  },
  { keys: ['Strg', ','], does: 'Einstellungen', where: everywhere },
  { keys: ['Strg', 'Enter'], does: 'Entwurf prüfen; in der Prüfung: anwenden', where: everywhere },
  { keys: ['Strg', 'Z'], does: 'Letzte Bearbeitung des Entwurfs rückgängig machen', where: outside },
  { keys: ['Strg', 'Umschalt', 'Z'], does: 'Wiederholen (auch Strg+Y)', where: outside },
  { keys: ['Strg', 'F'], does: 'Liste oder Baum filtern', where: everywhere },
  { keys: ['F6'], does: 'Nächster Teil der Ansicht (Umschalt+F6: voriger)', where: everywhere },
  { keys: ['F1'], does: 'Diese Tasten zeigen (auch ? außerhalb von Textfeldern)', where: everywhere },
  { keys: ['Esc'], does: 'Dialog oder Seitenbereich schließen', where: everywhere },
  { keys: ['Strg', 'S'], does: 'Eingaben in den Entwurf übernehmen', where: 'Formulare' },
  { keys: ['↑', '↓', 'Pos1', 'Ende', 'Bild ↑', 'Bild ↓'], does: 'Bewegen', where: 'Tabellen, Baum' },
  { keys: ['Enter'], does: 'Zeile öffnen', where: 'Tabellen' },
  { keys: ['Leertaste'], does: 'Zeile auswählen', where: 'Quarantäne' },
  { keys: ['Umschalt', '↑', '↓'], does: 'Überstrichene Zeilen auswählen', where: 'Quarantäne' },
  { keys: ['Strg', 'A'], does: 'Alles auswählen, was zum Filter passt', where: 'Quarantäne' },
  { keys: ['→', '←'], does: 'Zweig öffnen oder schließen, zum Kind oder Elternteil', where: tree },
  { keys: ['Leertaste'], does: 'Variable auswählen, oder alle Variablen eines Ordners', where: tree },
  { keys: ['*'], does: 'Alle Zweige dieser Ebene öffnen', where: tree },
  { keys: ['a … z'], does: 'Zum nächsten Namen mit diesem Anfang', where: tree },
  { keys: ['M'], does: 'Auswahl zuordnen (mit Umschalt springt ein Buchstabe zu einem Namen)', where: workbenchTree },
  { keys: ['R'], does: 'Regel aus der Auswahl machen', where: workbenchTree },
  { keys: ['W'], does: 'Auswahl beobachten', where: workbenchTree },
  { keys: ['T'], does: 'Weg des Werts zeigen', where: workbenchTree },
  { keys: ['F'], does: 'Zeile als Favorit merken, oder nicht mehr', where: workbenchTree },
  { keys: ['Strg', 'Umschalt', 'A'], does: 'Alles unter der Zeile auswählen', where: workbenchTree },
  { keys: ['Strg', 'C'], does: 'Adressen der Auswahl kopieren', where: workbenchTree },
  { keys: ['F5'], does: 'Zweig erneut lesen', where: workbenchTree },
  { keys: ['Umschalt', 'F5'], does: 'Quelle jetzt erneut verbinden', where: workbench },
  { keys: ['Strg', 'G'], does: 'Zu einer NodeId oder einem Browse-Pfad gehen', where: workbench },
  { keys: ['Strg', 'P'], does: 'Live-Werte anhalten oder fortsetzen', where: workbench },
  { keys: ['Alt', '← →'], does: 'Zurück und vor in den angesehenen Knoten', where: workbench },
]
