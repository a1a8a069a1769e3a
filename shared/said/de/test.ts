import { figuresOf } from '../figures.ts'
import type { testSentences } from '../test-sentences.ts'
import type { Translated } from '../translated.ts'

const { count, duration, day: date } = figuresOf('de-DE')
/** „3 Tage“ stands behind a preposition: „seit 3 Tagen“. */
const since = (seconds: number): string => duration(seconds).replace(/Tage$/, 'Tagen')

export const saidTest: Translated<typeof testSentences> = {
  'test.isAddress': ({ host }) => `${host} ist eine Adresse`,
  'test.resolved': ({ host, address }) => `${host} ist ${address}`,
  'test.portOpen': ({ port }) => `Port ${port} ist offen`,
  'test.endpoints': ({ offered, used }) => `${count(offered)} angeboten, verwendet: ${used}`,
  'test.noSecurity': 'Der Server bietet keine Sicherheit: Werte können unterwegs gelesen und verändert werden.',
  'test.certificateNotNeeded': 'Ohne Sicherheit nicht nötig',
  'test.certificateTrusted': ({ subject }) => `${subject} wird vertraut`,
  'test.but': ({ warnings }) => `Aber: ${warnings}.`,
  'test.channelOpen': 'Offen, ohne Sicherheit',
  'test.channelTrusted': 'Offen; der Server vertraut dem Gateway',
  'test.loggedIn': ({ user }) => `Angemeldet als ${user}`,
  'test.anonymous': 'Anonym angemeldet',
  'test.noNodes': 'Noch sind keine Knoten eingerichtet',
  'test.nodesFound': ({ found, asked, all }) =>
    `${count(found)} von ${count(asked)} Knoten gefunden${all > asked ? ` (gesucht wurden die ersten ${count(asked)} von ${count(all)})` : ''}`,
  'test.nodesMissing': ({ nodes, more }) =>
    `Nicht gefunden: ${nodes}${more ? ' und weitere' : ''}. Im Baum neu auswählen.`,
  'test.tlsTrusted': ({ host }) => `Dem Zertifikat wird vertraut, und es gilt für ${host}`,
  'test.mqttSignedIn': ({ version, user }) =>
    `MQTT ${version}, ${user === undefined ? 'ohne Benutzernamen' : `als ${user}`}`,
  'test.topicFilters': ({ count: n }) => (n === 1 ? '1 Topic-Filter' : `${count(n)} Topic-Filter`),
  'test.andMore': ({ detail, more }) => `${detail} (und ${count(more)} weitere)`,
  'test.notEncrypted': 'Nicht verschlüsselt: Zugangsdaten und Daten können im Netz mitgelesen werden',
  'test.switchOnTls': 'TLS einschalten, wenn der Server es anbietet, meist auf Port 8883.',
  'test.tls': ({ protocol, day }) => `${protocol}, Zertifikat gültig bis ${date(day)}`,
  'test.certificateSoon': 'Das Zertifikat des Servers läuft bald ab: erneuern lassen.',
  'test.mqtt5': 'Angemeldet über MQTT 5',
  'test.mqtt3': 'Angemeldet über MQTT 3.1.1: abgelehnte Nachrichten sind nicht zu erkennen',
  'test.chooseMqtt5': 'MQTT 5 wählen.',
  'test.isGateway': 'Das Gerät ist ein Gateway',
  'test.gatewayRefused': ({ reasonCode }) => `Die Gateway-API antwortet mit ${reasonCode}`,
  'test.checkServerLog': 'Das Protokoll von ThingsBoard prüfen.',
  'test.noGateway': 'Die Anmeldung gelingt, aber ThingsBoard behandelt dieses Gerät nicht als Gateway',
  'test.makeGateway': 'Das Gerät in ThingsBoard öffnen, „Is gateway“ einschalten, speichern und erneut testen.',
  'test.silent': ({ address }) => `ThingsBoard unter ${address} nimmt die Anmeldung an und antwortet danach nicht mehr`,
  'test.serverHangs': 'Der Server oder etwas auf dem Weg dorthin hängt. ThingsBoard und Proxys auf dem Weg prüfen.',
  'test.signedInSince': ({ seconds }) =>
    `Seit ${since(seconds)} mit genau diesen Angaben angemeldet; gefragt wurde die laufende Verbindung, eine zweite Anmeldung würde sie beenden`,
  'test.announcedNothingSent': ({ devices }) => `${devicesWords(devices)}; noch wurde nichts gesendet`,
  'test.announced': ({ devices, seconds }) => `${devicesWords(devices)}; zuletzt vor ${since(seconds)} bestätigt`,
  'test.limitsUnknown': 'Der Server nennt seine Grenzen nicht (ThingsBoard vor 3.8)',
  'test.limits': ({ bytes, inFlight, rates }) =>
    [
      ...(bytes === undefined ? [] : [`Nachrichten bis ${count(bytes)} Byte`]),
      ...(inFlight === undefined ? [] : [`${count(inFlight)} unterwegs`]),
      rates === '' ? 'kein Ratenlimit' : rates.replaceAll('; ', ', '),
    ].join(', '),
  'test.messageRate': ({ count: n, seconds }) => `${count(n)} Nachrichten je ${count(seconds)} s`,
  'test.valueRate': ({ count: n, seconds }) => `${count(n)} Datenpunkte je ${count(seconds)} s`,
}

const devicesWords = (n: number): string => (n === 1 ? '1 Gerät ist angemeldet' : `${count(n)} Geräte sind angemeldet`)
