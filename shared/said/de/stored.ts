import { figuresOf } from '../figures.ts'
import type { storedSentences } from '../stored-sentences.ts'
import type { Translated } from '../translated.ts'

const { count } = figuresOf('de-DE')

export const saidStored: Translated<typeof storedSentences> = {
  'stored.notFinite': 'keine endliche Zahl: In JSON lässt sie sich nicht schreiben',
  'stored.tooLargeInteger':
    'Ganzzahl außerhalb dessen, was ThingsBoard als Zahl speichert (-9223372036854775808 bis 9223372036854775807); den Typ dieses Schlüssels auf String stellen',
  'stored.tooLarge': ({ bytes }) => `größer als die ${count(bytes)} Byte, die eine Nachricht haben darf`,
  'stored.unreadable': 'ThingsBoard kann den Wert nicht lesen',
  'stored.answered': ({ reasonCode }) => `ThingsBoard hat mit ${reasonCode} geantwortet`,
  'stored.endedEachTime': 'die Verbindung endete bei jedem Sendeversuch',
  'stored.noDevice': 'ThingsBoard legt das Gerät nicht an',
  'stored.queueFull': 'der Server hat sie verworfen, weil der Puffer eines Knotens voll war',
  'stored.forgotten': 'der Server kannte die Subscriptions des Gateways nicht mehr',
  'stored.notRunning': 'das Gateway lief nicht, und der Server hat die Subscriptions nicht übergeben',
  'stored.polled': 'die Verbindung war unterbrochen, und für zyklisch gelesene Knoten hebt der Server nichts auf',
  'stored.notPolled': 'das Gateway lief nicht, und für zyklisch gelesene Knoten hebt der Server nichts auf',
  'stored.unwatched':
    'die Verbindung war unterbrochen, und für Knoten, die der Server nicht überwachen kann, hebt er nichts auf',
  'stored.lostOnTheirWay': ({ messages }) =>
    messages === 1
      ? '1 Benachrichtigung ging unterwegs verloren'
      : `${count(messages)} Benachrichtigungen gingen unterwegs verloren`,
  'stored.manyCauses': 'mehrere Ursachen, zu viele, um sie getrennt zu führen',
  'stored.historyNotRead': 'die Historie wurde nicht nachgelesen',
  'stored.noHistory': 'der Server hat keine Historie dazu',
  'stored.and': ({ cause, why }) => `${cause}; ${why}`,
}
