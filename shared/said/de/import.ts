import type { importSentences } from '../import-sentences.ts'
import type { Translated } from '../translated.ts'

export const saidImport: Translated<typeof importSentences> = {
  'import.notNeeded': 'Nicht nötig.',
  'import.connectorKind': 'Nennt die Art des Konnektors.',
  'import.logFiltered': 'Nicht nötig: Das Protokoll wird beim Lesen gefiltert.',
  'import.valuesKeepType':
    'Der ältere Konnektor sandte jeden Wert als Text. Werte behalten jetzt den Typ, den die Maschine liefert.',
  'import.strongestSecurity':
    'Das Gateway wählt die stärkste Sicherheit, die beide Seiten unterstützen, und fragt einmal, ob dem Server vertraut wird.',
  'import.opcTcpAdded': 'opc.tcp:// wird vorangestellt.',
  'import.showMap': 'Nicht nötig: Den Adressraum zeigt die Werkbank.',
  'import.ownUri': 'Das Gateway hat eine eigene Anwendungs-URI: die in seinem Zertifikat.',
  'import.ownName': 'Das Gateway hat einen eigenen Namen.',
  'import.batchesAdapt': 'Nicht nötig: Die Stapelgröße passt sich von selbst an.',
  'import.silentFound': 'Nicht nötig: Eine verstummte Subscription wird von selbst erkannt und neu angelegt.',
  'import.triesForEver': 'Nicht nötig: Das Gateway versucht es unbegrenzt.',
  'import.waitGrows': 'Nicht nötig: Die Wartezeit wächst von selbst.',
  'import.filesNamed':
    'Dateien werden nur genannt, nicht mitgenommen: prüfen, ob dieser Pfad auf diesem PC vorhanden ist.',
  'import.filesNamedOwnCertificate':
    'Dateien werden nur genannt, nicht mitgenommen: prüfen, ob dieser Pfad auf diesem PC vorhanden ist. Die Verbindung selbst verwendet das eigene Zertifikat des Gateways.',
  'import.noCertificateAndKey': 'Zertifikat und Schlüssel sind nicht genannt; das Gateway meldet sich ohne Namen an.',
  'import.bySubscription': 'Nicht nötig: Werte kommen über Subscriptions.',
  'import.samplesAtRate':
    'Der Server tastet in diesem Abstand ab und meldet Änderungen, statt immer wieder gelesen zu werden.',
  'import.subscriptionsOff': 'War ohne Wirkung: Subscriptions waren ausgeschaltet.',
  'import.subscribesWherePossible':
    'Subscriptions werden verwendet, wo der Server sie bietet; sonst wird zyklisch gelesen.',
  'import.changesNoticed': 'Nicht nötig: Änderungen am Server werden von selbst bemerkt.',
  'import.ownKey': 'Nicht nötig: Das Gateway erzeugt Schlüssel und Zertifikat selbst.',
  'import.noWorkers': 'Nicht nötig: Es gibt keine Worker einzustellen.',
  'import.arrivedOnDisk': 'Nicht nötig: Was angekommen ist, liegt auf dem Datenträger.',
  'import.setOnChange': '„Bei Änderung“ für die gemeinten Schlüssel einstellen.',
  'import.sessionKept':
    'Die Session bleibt erhalten, damit der Broker Nachrichten aufhebt, während das Gateway fort ist.',
  'import.sessionDay': 'Der Broker wird gebeten, Nachrichten einen Tag lang aufzuheben, während das Gateway fort ist.',
  'import.javaStores': 'Java-Keystores werden nicht gelesen; eine PEM-Datei angeben.',
  'import.javaStoresPassword': 'Java-Keystores werden nicht gelesen.',
  'import.javaStoresCa':
    'Java-Keystores werden nicht gelesen; eine PEM-Datei der CA angeben, wenn die CAs dieses PCs nicht genügen.',
  'import.announcedByValue': 'Nicht nötig: Ein Gerät wird mit seinem ersten Wert angemeldet.',
  'import.noDisconnect': 'Geräte werden nicht durch eine Nachricht abgemeldet.',
  'import.noAttributeRequests': 'Attributabfragen über MQTT werden nicht übernommen.',
  'import.noAttributeUpdates': 'Das Schreiben von Shared Attributes an einen Broker wird nicht übernommen.',
  'import.noBrokerRpc': 'Befehle von ThingsBoard an einen Broker werden nicht übernommen.',
  'import.brokerUntrusted':
    'Einem Broker, der sich nicht ausweisen kann, wird nie vertraut. Stattdessen seine CA-Datei angeben.',
  'import.serverUntrusted':
    'Einem Server, der sich nicht ausweisen kann, wird nie vertraut. Stattdessen seine CA-Datei angeben.',
  'import.rootNeeded':
    'Muss mit Root\\.Objects beginnen oder eine NodeId wie ns=2;s=Device1 sein; so wird nichts gefunden.',
  'import.ownConverter':
    'Eigene Konverter in Python laufen hier nicht; der Wert wird so gesendet, wie der Server ihn liefert.',
  'import.sourceTime': 'Verwendet wird die Zeit der Quelle; für die andere „Zeit“ der Schlüssel auf Gateway stellen.',
  'import.unboundedRegex':
    'Dieser reguläre Ausdruck läuft nicht in begrenzter Zeit (RE2): Lookaround und Rückverweise gehen nicht.',
  'import.unboundedRegexShort': 'Dieser reguläre Ausdruck läuft nicht in begrenzter Zeit (RE2).',
  'import.deviceMissing': 'Sein Gerät wird nicht gefunden.',
  'import.noOpcuaRpc':
    'Befehle von ThingsBoard werden nicht übernommen: Auf einer Maschine wird nur aufgerufen, was unter „Befehle“ der Quelle erlaubt ist.',
  'import.noOpcuaWrites':
    'Das Schreiben von Shared Attributes auf die Maschine wird nicht übernommen: Geschrieben wird nur, was unter „Befehle“ der Quelle erlaubt ist.',
  'import.textAroundValue':
    'Text um einen Wert wird nicht unterstützt: Nur der Wert allein lässt sich senden. `${path}` daraus machen.',
  'import.constantOfMachine':
    'Eine Konstante ist kein Wert der Maschine; in ThingsBoard als Server-Attribut des Geräts setzen.',
  'import.constantOfMessage':
    'Eine Konstante ist kein Wert der Nachricht; in ThingsBoard als Server-Attribut des Geräts setzen.',
  'import.noPath': 'Es ist kein Pfad angegeben.',
  'import.belowNumeric':
    'Einem Pfad unter einer numerischen NodeId kann nicht gefolgt werden. Die NodeId des Werts selbst angeben.',
  'import.nodeIdDotName': 'Gelesen als NodeId des Geräts, Punkt und Name, wie bei den meisten Servern. Bitte prüfen.',
  'import.oneNodeId': 'Eine NodeId kann nicht zu vielen Geräten gehören. Regel oder Schlüssel von Hand anlegen.',
  'import.notBelow': 'Liegt nicht unter dem Gerät, zu dem es gehört.',
  'import.beyondGlob': 'Dieses Muster sagt mehr, als * und ? können. Den Schlüssel in der Regel von Hand anlegen.',
  'import.eachOwnName': 'Es passen mehrere Maschinen: Jede erhält ihren eigenen Namen hinter diesem.',
  'import.profileOfValue':
    'Ein Geräteprofil, das aus einem Wert gelesen wird, wird nicht unterstützt; verwendet wird „default“.',
  'import.profileOfMessage':
    'Ein Geräteprofil, das aus Topic oder Nachricht gelesen wird, wird nicht unterstützt; verwendet wird „default“.',
  'import.noDeviceName': 'Ohne Gerätenamen gibt es kein Ziel für die Werte.',
  'import.noValues': 'Keiner der Werte lässt sich übernehmen.',
  'import.bytePositions':
    'Nach Bytepositionen zerlegte Payloads werden noch nicht unterstützt; von diesem Topic wird nichts erfasst.',
  'import.customConverter':
    'Eigene Konverter in Python laufen hier nicht. Stattdessen an die eigene API des Gateways senden oder JSON verwenden.',
  'import.silentShown': 'Nicht nötig: Ein Gerät, das nichts sendet, wird als stumm angezeigt.',
  'import.arrivalCounts': 'Ohne Zeit in der Nachricht zählt ihre Ankunft.',
  'import.noEval': 'Ausdrücke werden nicht berechnet; Faktor und Versatz des Schlüssels verwenden.',
  'import.topicNotCollected': 'Sein Topic wird nicht erfasst.',
  'import.ofConverter': 'Gehört zum Konverter.',
  'import.noKey': 'Es ist kein Schlüssel angegeben.',
  'import.noTransformer': 'Ein Transformer wird nicht unterstützt; Faktor und Versatz des Schlüssels verwenden.',
  'import.noFilter': 'Ein Filter über die Nachricht wird nicht unterstützt; die ganze Nachricht wird übernommen.',
  'import.milliseconds':
    'Gelesen als Millisekunden seit 1970; im Topic Sekunden oder ISO-Text wählen, wenn es eines davon ist.',
  'import.oneTime': 'Alle Werte einer Nachricht haben eine gemeinsame Zeit; verwendet wird die erste.',
  'import.severalValues': 'Text um einen Wert oder mehrere Werte in einem werden nicht unterstützt.',
  'import.findsNothing':
    'Dieses Muster findet in Topics dieses Filters nichts oder läuft nicht in begrenzter Zeit (RE2).',
  'import.findsEmpty': 'Dieses Muster findet in Topics dieses Filters nur einen leeren Text.',
  'import.fromServer': 'Nicht nötig: Der Server nennt seine Grenzen selbst, wenn sich das Gateway anmeldet.',
  'import.limitsTold': 'Nicht nötig: Der Server nennt seine Grenzen selbst.',
  'import.ownStore':
    'Nicht nötig: Alles bleibt auf dem Datenträger, bis ThingsBoard es bestätigt hat; die Größe steht unter Auslieferung › Speicher.',
  'import.keptUntilAcknowledged': 'Nicht nötig: Alles bleibt auf dem Datenträger, bis ThingsBoard es bestätigt hat.',
  'import.keptOnDisk': 'Nicht nötig: Alles bleibt auf dem Datenträger.',
  'import.byItself': 'Nicht nötig: Das erledigt das Gateway von selbst.',
  'import.alwaysQos1': 'Immer 1: Eine Nachricht gilt erst als ausgeliefert, wenn ThingsBoard sie bestätigt hat.',
  'import.ownKeepAlive': 'Das Gateway verwendet einen eigenen Wert, 30 s; siehe ThingsBoard › Erweitert.',
  'import.latencyMeasured': 'Nicht nötig: Die Latenz wird ständig gemessen und unter Auslieferung angezeigt.',
  'import.countsShown': 'Nicht nötig: Das Gateway zählt von selbst; siehe Auslieferung und /metrics.',
  'import.countsItself': 'Nicht nötig: Das Gateway zählt von selbst.',
  'import.noShell': 'Eine Fern-Shell auf diesem PC wird nicht angeboten.',
  'import.remoteConfiguration': 'Über Fernkonfiguration entscheiden die Einstellungen, nicht eine Datei.',
  'import.noGrpc': 'Nicht nötig: Es gibt keine gRPC-Konnektoren.',
  'import.ownLog': 'Nicht nötig: Das Gateway führt ein eigenes Protokoll.',
  'import.certificatesWatched': 'Nicht nötig: Zertifikate werden ständig überwacht.',
  'import.warns30Days': 'Nicht nötig: Das Gateway warnt 30 Tage vor dem Ablauf eines Zertifikats.',
  'import.provisioning': 'Das Gateway-Gerät in ThingsBoard anlegen und dessen Access Token verwenden.',
  'import.notAvailable': 'Nicht verfügbar; jedes zugeordnete Gerät wird ausgeliefert.',
  'import.wasOff': 'War ausgeschaltet.',
  'import.noProxy': 'Ein Proxy auf dem Weg zu ThingsBoard wird nicht unterstützt.',
  'import.noGlobalStrategy':
    'Eine Meldestrategie für alles wird nicht unterstützt; für Quellen oder Schlüssel einstellen.',
  'import.unknownStrategy': 'Diese Meldestrategie ist unbekannt; jeder Wert wird gesendet.',
  'import.ownPc':
    'Dieser Name bedeutet „der PC, auf dem der Container läuft“. Das Gateway läuft auf diesem PC selbst, daher ist es hier 127.0.0.1.',
  'import.noHostForToken': 'Es gibt keinen Host dazu.',
  'import.placeholderToken': 'Das ist ein Platzhalter: das echte Token eintragen.',
  'import.noCredentials': 'Zum Anmelden fehlt ein Access Token, Benutzername oder Zertifikat.',
  'import.tokenSignsIn': 'Nicht verwendet: Die Anmeldung geschieht mit dem Access Token.',
  'import.ownTimeouts': 'Nicht nötig: Das Gateway hat eigene Zeitgrenzen.',
  'import.oneThingsboard': 'Ein Gateway hat ein ThingsBoard. Für diesen Mandanten ein weiteres installieren.',
  'import.javaWebServer': 'Nicht nötig: Das war der Webserver des Java-Gateways.',
  'import.noUpdates': 'Nicht nötig: An thingsboard.io wird nichts gesendet.',
  'import.fileOfItsOwn': 'Seine Datei wird übernommen, wenn sie unter den Dateien ist.',
  'import.leftAlone': 'Kein ThingsBoard-Gateway; bleibt unberührt.',
  'import.howToRead': 'Sagt, wie diese Datei zu lesen ist.',
  'import.ownFolder': 'Nicht nötig: Das Gateway hat einen eigenen Datenordner.',
  'import.runsHere': 'Nicht nötig: Das Gateway läuft auf diesem PC selbst.',
  'import.ofContainer': 'Gehört zum Container; das Gateway läuft auf diesem PC selbst.',
  'import.unknownVariable': 'Diese Variable ist unbekannt; sie hat hier keine Wirkung.',
  'import.unknownField': 'Dieses Feld ist unbekannt; es hat hier keine Wirkung.',
  'import.keyElsewhere': 'Eine andere Quelle liefert diesen Schlüssel schon.',
  'import.noAddress':
    'In diesem Text steht keine Adresse. Die ThingsBoard-Adresse und das Access Token einfügen oder eine Datei.',
  'import.tokenOnly': 'In diesem Text steht ein Token, aber keine Adresse. Die ThingsBoard-Adresse ergänzen.',
  'import.tagByName': 'Das Tag wird über die Namen der Knoten unter dem Gerät gesucht.',
  'import.patternOfPath':
    'Das Muster wurde mit dem Text der NodeIds verglichen, jetzt mit dem Pfad der Namen; auf den meisten Servern ist das dasselbe. Die Treffer der Regel ansehen.',
  'import.nameOfNode':
    'Der Name wurde aus einem Wert gelesen. An seine Stelle tritt der Name des Knotens: Geräte umbenennen, wenn ThingsBoard sie unter anderen Namen kennt.',
  'import.noGatewayFile':
    'Das ist keine Datei eines ThingsBoard-Gateways, die hier gelesen werden kann (Protokolle, Statistiken und andere Protokollarten nicht).',
  'import.mustBeWithin': ({ low, high }) => `Muss zwischen ${low} und ${high} liegen.`,
  'import.mappedAlready': ({ key, device }) => `„${key}“ von „${device}“ ist schon zugeordnet.`,
  'import.keyMappedAlready': ({ key }) => `„${key}“ ist schon zugeordnet.`,
  'import.takenAsGlob': ({ glob }) => `Gelesen als ${glob}: jedes Zeichen, wo das Muster bestimmte verlangt.`,
  'import.nameWasRead': ({ expression }) =>
    `Der Name wurde beim Start des Gateways aus einem Wert gelesen (${expression}). An seine Stelle tritt der Name des Knotens: das Gerät umbenennen, wenn ThingsBoard es unter einem anderen Namen kennt.`,
  'import.unknownConverter': ({ type }) => `Ein Konverter vom Typ „${type}“ ist unbekannt.`,
  'import.pathUnsupported': ({ path }) =>
    `Der Pfad ${path} wird nicht unterstützt: Platzhalter, Filter und „..“ finden mehr als einen Wert.`,
  'import.patternTooLong': ({ characters }) => `Dieses Muster ist länger als ${characters} Zeichen.`,
  'import.notBuiltIn': ({ type }) => `Ein Konnektor vom Typ „${type}“ ist nicht eingebaut.`,
  'import.fileMissing': ({ file }) => `Seine Datei ${file || '(nicht genannt)'} ist nicht dabei. Auch sie mitbringen.`,
  'import.oneProfile': ({ device, profile }) => `Ein Gerät hat ein Profil; „${device}“ hat schon „${profile}“.`,
  'import.sourceLeftOut': ({ problem }) => `${problem}. Die ganze Quelle wird ausgelassen.`,
  'import.serverLeftOut': ({ problem }) => `${problem}. Der ganze Server wird ausgelassen.`,
  'import.brokerLeftOut': ({ problem }) => `${problem}. Der ganze Broker wird ausgelassen.`,
  'import.mistake': ({ line, message }) => `Zeile ${line}: ${message}`,
  'became.anonymous': 'anonym',
  'became.encrypted': 'verschlüsselt',
  'became.notEncrypted': 'unverschlüsselt',
  'became.none': 'keine',
  'became.off': 'aus',
  'became.path': 'Pfad',
  'became.onChange': 'bei Änderung',
  'became.everyValue': 'jeder Wert',
  'became.subscribes': 'Subscription',
  'became.accessToken': 'Access Token',
  'became.password': 'Passwort',
  'became.certificates': 'Zertifikate',
  'became.userCertificate': 'Zertifikat des Benutzers',
  'became.numbers': 'Zahlen als Zahlen',
  'became.onDisk': 'Speicher auf dem Datenträger',
  'became.user': ({ name }) => `Benutzer ${name}`,
  'became.rule': ({ pattern }) => `Regel ${pattern}`,
  'became.everyMs': ({ ms }) => `alle ${ms} ms`,
  'became.forEach': ({ path }) => `für jedes Element von ${path}`,
  'became.portEncrypted': ({ port }) => `${port}, verschlüsselt`,
  'became.sources': ({ count }) => (count === 1 ? '1 Quelle' : `${count} Quellen`),
  'became.everyMember': ({ device }) => `${device} › jedes Element`,
}
