import { figuresOf } from '../figures.ts'
import type { linkSentences } from '../link-sentences.ts'
import type { Translated } from '../translated.ts'

const { count, rate } = figuresOf('de-DE')

export const saidLink: Translated<typeof linkSentences> = {
  'link.notStarted': 'Noch nicht gestartet',
  'link.stopped': 'Gestoppt',
  'link.connecting': ({ address }) => `Verbindung zu ${address} wird aufgebaut`,
  'link.lost': 'Die Verbindung ist abgebrochen',
  'source.off': 'In der Konfiguration ausgeschaltet',
  'source.opcuaOnline': ({ watched, polled, tags, isPaused, slowerPublishingMs, alternate, announced }) => {
    const all = count(tags)
    const collected =
      watched === 0 && polled > 0
        ? `${count(polled)} von ${all} Knoten werden zyklisch gelesen`
        : `${count(watched)} von ${all} Knoten werden überwacht`
    return [
      alternate === undefined ? 'Verbunden' : `Verbunden mit der Ausweichadresse ${alternate}`,
      `, ${collected}`,
      watched > 0 && polled > 0 ? `, ${count(polled)} werden zyklisch gelesen` : '',
      slowerPublishingMs ? `; der Server sendet Werte höchstens alle ${count(slowerPublishingMs)} ms` : '',
      isPaused ? '; angehalten, bis die bisherigen Werte gespeichert sind' : '',
      announced ? `; der Server nennt sich selbst ${announced}, verwendet wird die eingegebene Adresse` : '',
    ].join('')
  },
  'source.mqttNoTopics': 'Verbunden; es sind keine Topics eingerichtet',
  'source.mqttOnline': ({ granted, asked }) =>
    `Verbunden; ${count(granted)} von ${count(asked)} Topic-Filtern abonniert`,
  'source.mqttPaused': 'Verbunden; es wird nicht gelesen, weil das Gateway voll ist',
  'uplink.unconfigured': 'ThingsBoard ist noch nicht eingerichtet: Daten werden erfasst und aufbewahrt',
  'uplink.online': 'Verbunden',
  'uplink.onlineMqtt3': 'Verbunden über MQTT 3.1.1: abgelehnte Nachrichten sind nicht zu erkennen',
  'uplink.braking': 'Verbunden, es wird langsamer gesendet: Das Ratenlimit von ThingsBoard ist erreicht',
  'uplink.limit': ({ messages, values }) =>
    [
      ...(messages === undefined ? [] : [`${rate(messages)} Nachrichten/s`]),
      ...(values === undefined ? [] : [`${rate(values)} Werte/s`]),
    ].join(' und '),
  'store.diskFull': 'Der Datenträger ist voll: Es kann nichts mehr aufbewahrt werden',
  'store.full': 'Der Speicher ist voll: Die Quellen warten',
  'gateway.opening': 'Der Speicher wird geöffnet',
  'gateway.safeMode': 'Abgesicherter Modus: Die Quellen sind nach wiederholten Abstürzen ausgeschaltet',
  'gateway.unbalanced': 'Die Zählung des Speichers geht nicht auf',
  'gateway.unconfigured': 'ThingsBoard ist noch nicht eingerichtet',
  'gateway.sourceDown': ({ name, detail, more }) =>
    `${name}: ${detail}${more > 0 ? ` und ${count(more)} weitere` : ''}`,
  'gateway.noSource': 'Noch ist keine Quelle verbunden',
  'gateway.delivering': 'Aus jeder Quelle fließen Daten zu ThingsBoard',
  'engine.crashed': ({ cause }) =>
    `Die Engine wurde unerwartet beendet (${cause}) und wird neu gestartet. Angenommene Daten sind sicher.`,
}
