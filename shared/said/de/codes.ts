import type { CodesWords } from '../error-words.ts'

export const codes: CodesWords = {
  STOPPED: { what: 'Das Gateway wird beendet', todo: 'Nichts zu tun.' },
  BUSY: { what: 'Das Gateway ist beschäftigt', todo: 'Gleich noch einmal versuchen.' },
  TIMEOUT: {
    what: 'Keine Antwort in der vorgesehenen Zeit',
    todo: 'Prüfen, ob die Gegenstelle läuft und erreichbar ist.',
  },
  INTERNAL: {
    what: 'Ein Fehler im Gateway',
    todo: 'Supportpaket (Einstellungen) an den Lieferanten senden.',
  },
  CONFIG_INVALID: { what: 'Die Konfiguration ist ungültig', todo: 'Das genannte Feld korrigieren.' },
  CONFIG_CONFLICT: {
    what: 'Jemand anderes hat dies inzwischen geändert',
    todo: 'Den neueren Stand ansehen und erneut versuchen.',
  },
  CONFIG_ROLLED_BACK: {
    what: 'Eine angewendete Version wurde zurückgenommen',
    todo: 'Die Auslieferung kam mit ihr nicht wieder in Gang. Entwurf ansehen, korrigieren, erneut anwenden.',
  },
  CONFIG_UNREADABLE: {
    what: 'Die Konfiguration kann nicht gelesen oder geschrieben werden',
    todo: 'Datei, Zugriffsrechte und Datenträger prüfen.',
  },
  CONFIG_SECRET_MISSING: {
    what: 'Ein Passwort oder Token fehlt',
    todo: 'Erneut eingeben oder die genannte Variable setzen.',
  },
  STORE_LOCKED: {
    what: 'Ein anderes Gateway benutzt diesen Datenordner',
    todo: 'Das andere beenden oder einen anderen Ordner wählen.',
  },
  STORE_FULL: {
    what: 'Der Speicher ist voll',
    todo: 'Verbindung zu ThingsBoard wiederherstellen oder mehr Platz erlauben.',
  },
  STORE_DISK_FULL: {
    what: 'Der Datenträger ist voll',
    todo: 'Platz auf dem Datenträger mit dem Datenordner schaffen.',
  },
  STORE_CORRUPT: {
    what: 'Eine Speicherdatei ist beschädigt',
    todo: 'Datenträger prüfen. Was lesbar ist, wird von selbst zurückgeholt.',
  },
  STORE_FAULT: {
    what: 'Der Datenträger meldet einen Fehler',
    todo: 'Datenträger prüfen. Das Gateway startet neu und prüft, was es gespeichert hat.',
  },
  STORE_SETTINGS: {
    what: 'Der Speicher kann hier nicht sicher arbeiten',
    todo: 'Einen Ordner auf einem lokalen Datenträger wählen.',
  },
  STORE_VERSION: {
    what: 'Der Datenordner gehört zu einer neueren Version',
    todo: 'Die neuere Version wieder installieren.',
  },
  STORE_FILLING: {
    what: 'Der Speicher füllt sich',
    todo: 'Verbindung zu ThingsBoard wiederherstellen oder mehr Platz erlauben.',
  },
  STORE_QUARANTINE: {
    what: 'Werte sind in Quarantäne',
    todo: 'Korrigieren, erneut senden, exportieren oder verwerfen.',
  },
  STORE_TAIL_LOST: {
    what: 'Die zuletzt gespeicherten Werte fehlen',
    todo: 'Was fehlt, steht im Verlustbuch; Datenträger prüfen.',
  },
  HOST_NOT_FOUND: { what: 'Der Hostname ist unbekannt', todo: 'Namen prüfen oder die IP-Adresse verwenden.' },
  CONNECTION_REFUSED: {
    what: 'Unter dieser Adresse antwortet kein Dienst',
    todo: 'Adresse und Port prüfen und ob der Dienst läuft.',
  },
  CONNECTION_LOST: {
    what: 'Die Verbindung ist abgebrochen',
    todo: 'Sie wird von selbst erneut versucht. Bleibt es dabei, das Netzwerk prüfen.',
  },
  HOST_UNREACHABLE: { what: 'Der Host ist nicht erreichbar', todo: 'Kabel, Netzwerk und Firewall prüfen.' },
  TLS_UNTRUSTED: { what: 'Dem TLS-Zertifikat wird nicht vertraut', todo: 'Die CA angeben, die es signiert hat.' },
  TLS_EXPIRED: {
    what: 'Das TLS-Zertifikat ist derzeit nicht gültig',
    todo: 'Auf dem Server erneuern; die Uhren prüfen.',
  },
  TLS_HOSTNAME: {
    what: 'Das TLS-Zertifikat gilt für einen anderen Host',
    todo: 'Den Namen aus dem Zertifikat als Adresse verwenden.',
  },
  TLS_FAILED: { what: 'TLS kam nicht zustande', todo: 'Prüfen, ob der Port TLS spricht.' },
  OPCUA_ENDPOINT_NOT_FOUND: {
    what: 'Der Server bietet keinen passenden Endpunkt',
    todo: 'Eine andere Sicherheitseinstellung der Quelle wählen.',
  },
  OPCUA_CERTIFICATE_UNTRUSTED: {
    what: 'Dem Zertifikat des Servers wird noch nicht vertraut',
    todo: 'Fingerabdruck vergleichen und unter Zertifikate vertrauen.',
  },
  OPCUA_CERTIFICATE_INVALID: {
    what: 'Das Zertifikat des Servers ist fehlerhaft',
    todo: 'Die fehlgeschlagene Prüfung ansehen; das Zertifikat neu erstellen lassen.',
  },
  OPCUA_CERTIFICATE_EXPIRED: {
    what: 'Ein Zertifikat ist derzeit nicht gültig',
    todo: 'Erneuern; die Uhren beider Seiten prüfen.',
  },
  OPCUA_CERTIFICATE_EXPIRES: { what: 'Ein Zertifikat läuft bald ab', todo: 'Vor diesem Tag erneuern.' },
  OPCUA_SECURITY_DOWNGRADE: {
    what: 'Der Server bietet weniger Sicherheit als zuvor',
    todo: 'Den Grund klären, bevor es erlaubt wird.',
  },
  OPCUA_SECURITY_DEPRECATED: {
    what: 'Der Server bietet nur gebrochene Security Policies',
    todo: 'Server aktualisieren oder sie befristet erlauben.',
  },
  OPCUA_REJECTED_BY_SERVER: {
    what: 'Der Server vertraut diesem Gateway noch nicht',
    todo: 'Eigenes Zertifikat exportieren und ihm auf dem Server vertrauen.',
  },
  OPCUA_IDENTITY_REJECTED: {
    what: 'Der Server hat die Anmeldung abgelehnt',
    todo: 'Benutzer, Passwort oder Benutzerzertifikat prüfen.',
  },
  OPCUA_PASSWORD_UNPROTECTED: {
    what: 'Das Passwort ginge unverschlüsselt über das Netz',
    todo: 'Verschlüsselung wählen oder es für diese Quelle erlauben.',
  },
  OPCUA_SERVER_LIMIT: {
    what: 'Der Server hat eine Grenze erreicht',
    todo: 'Andere Clients schließen oder weniger Subscriptions verwenden.',
  },
  OPCUA_NODE_UNKNOWN: {
    what: 'Knoten sind auf dem Server nicht vorhanden',
    todo: 'NodeIds oder Browse-Pfade korrigieren.',
  },
  OPCUA_NODE_REFUSED: {
    what: 'Der Server lehnt Knoten ab',
    todo: 'Rechte des Benutzers und Einstellungen des Knotens prüfen.',
  },
  OPCUA_SESSION_LOST: { what: 'Die Session mit dem Server ist beendet', todo: 'Sie wird von selbst neu aufgebaut.' },
  OPCUA_SILENT: {
    what: 'Verbunden, aber es kommen keine Werte',
    todo: 'Server prüfen; das Gateway verbindet sich von selbst neu.',
  },
  OPCUA_OVERFLOW: {
    what: 'Der Server hat Werte vor dem Senden verworfen',
    todo: 'Puffer des Knotens vergrößern oder seltener abtasten.',
  },
  OPCUA_NODES_CHANGED: {
    what: 'Die Knoten des Servers haben sich geändert',
    todo: 'Prüfen, ob die Regeln noch das Gewünschte auswählen.',
  },
  MQTT_NOT_AUTHORIZED: { what: 'Der Broker hat die Anmeldung abgelehnt', todo: 'Benutzer und Passwort prüfen.' },
  MQTT_REFUSED: { what: 'Der Broker hat die Verbindung abgelehnt', todo: 'Den Grund des Brokers ansehen.' },
  MQTT_SUBSCRIPTION_REFUSED: {
    what: 'Der Broker hat einen Topic-Filter abgelehnt',
    todo: 'Rechte des Benutzers für dieses Topic prüfen.',
  },
  MQTT_PAYLOAD_MALFORMED: {
    what: 'Nachrichten sind nicht lesbar',
    todo: 'Format der Topic-Regel und den Sender prüfen.',
  },
  MQTT_PAYLOAD_TOO_LARGE: {
    what: 'Nachrichten sind zu groß',
    todo: 'Grenze der Quelle erhöhen oder weniger senden.',
  },
  MAP_NO_DEVICE_NAME: { what: 'Werte ohne Gerätenamen', todo: 'Vorlage des Gerätenamens prüfen.' },
  MAP_NO_VALUE: { what: 'In einer Nachricht fehlt ein zugeordneter Wert', todo: 'Pfad des Schlüssels prüfen.' },
  MAP_TYPE_MISMATCH: {
    what: 'Ein Wert passt nicht zum Typ seines Schlüssels',
    todo: 'Typ des Schlüssels oder die Quelle ändern.',
  },
  MAP_TOO_MANY_SERIES: {
    what: 'Zu viele verschiedene Schlüssel',
    todo: 'Auf Gerätenamen oder Schlüssel prüfen, die sich mit jeder Nachricht ändern.',
  },
  MAP_BAD_QUALITY: { what: 'Werte mit schlechter Qualität', todo: 'Maschine oder Sensor ansehen.' },
  UPLINK_NOT_AUTHORIZED: {
    what: 'ThingsBoard hat die Zugangsdaten abgelehnt',
    todo: 'Token des Gateway-Geräts erneut eingeben.',
  },
  UPLINK_NOT_A_GATEWAY: {
    what: 'Das Gerät in ThingsBoard ist kein Gateway',
    todo: 'In den Einzelheiten des Geräts „Is gateway“ ankreuzen.',
  },
  UPLINK_DUPLICATE_IDENTITY: {
    what: 'Jemand anderes benutzt dieselben Zugangsdaten',
    todo: 'Jedem Gateway ein eigenes Gerät und Token geben.',
  },
  UPLINK_RATE_LIMITED: {
    what: 'ThingsBoard begrenzt die Rate',
    todo: 'Es geht nichts verloren; bleibt es dabei, die Grenzen des Mandanten erhöhen.',
  },
  UPLINK_ACK_STALLED: {
    what: 'ThingsBoard bestätigt nichts',
    todo: 'Das Gateway verbindet sich von selbst neu; ThingsBoard prüfen.',
  },
  UPLINK_CULPRIT_SEARCH: {
    what: 'Ein Wert, der die Verbindung beendet, wird gesucht',
    todo: 'Nichts zu tun: Er kommt in Quarantäne, die anderen werden ausgeliefert.',
  },
  UPLINK_VALUE_REFUSED: { what: 'ThingsBoard hat Werte abgelehnt', todo: 'Siehe Quarantäne.' },
  UPLINK_VALUE_TOO_LARGE: {
    what: 'Werte sind zu groß für ThingsBoard',
    todo: 'Siehe Quarantäne; den Wert kürzen.',
  },
  UPLINK_PROTOCOL_DEGRADED: {
    what: 'ThingsBoard spricht nur das ältere MQTT',
    todo: 'ThingsBoard aktualisieren, um Ablehnungsgründe zu sehen.',
  },
  UPLINK_SLOW_BACKLOG: {
    what: 'Der Rückstand wächst schneller, als er ausgeliefert wird',
    todo: 'Rate erhöhen oder weniger erfassen.',
  },
  UPLINK_USAGE_EXHAUSTED: {
    what: 'Das Nutzungskontingent des Mandanten ist erreicht',
    todo: 'Werte warten; an den Administrator von ThingsBoard wenden.',
  },
  UPLINK_REPLAYED: { what: 'Werte wurden sicherheitshalber erneut gesendet', todo: 'Nichts zu tun.' },
  ENGINE_RESTARTED: {
    what: 'Die Engine wurde neu gestartet',
    todo: 'Nichts Angenommenes ist verloren; die Ursache steht im Protokoll.',
  },
  CLOCK_STEPPED: { what: 'Die Uhr dieses PCs ist gesprungen', todo: 'Zeitsynchronisierung prüfen.' },
  CLOCK_WRONG: { what: 'Die Uhr dieses PCs geht falsch', todo: 'Uhr stellen; Zeitsynchronisierung einschalten.' },
  BALANCE_BROKEN: {
    what: 'Die Zählung geht nicht auf',
    todo: 'Supportpaket (Einstellungen) an den Lieferanten senden.',
  },
}
