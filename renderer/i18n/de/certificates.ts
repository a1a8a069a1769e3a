import type { CertificatesWords } from '../en-certificates.ts'

export const certificates: CertificatesWords = {
  days: {
    left: (n) => (n === '1' ? 'Noch 1 Tag gültig' : `Noch ${n} Tage gültig`),
    soon: (n) => (n === '1' ? 'Läuft in 1 Tag ab' : `Läuft in ${n} Tagen ab`),
    today: 'Läuft heute ab',
    expired: (n) => (n === '1' ? 'Vor 1 Tag abgelaufen' : `Vor ${n} Tagen abgelaufen`),
    future: (date) => `Gültig erst ab ${date}`,
  },
  lists: {
    noRejected: 'Kein Server wartet auf eine Entscheidung.',
    noTrusted: 'Noch wird keinem Server vertraut. Gefragt wird bei der ersten gesicherten Verbindung zu jedem Server.',
  },
  own: {
    expiring:
      'Nach dem Ablauf dieses Zertifikats lehnen Server das Gateway ab. Jetzt erneuern und dem neuen auf jedem Server vertrauen.',
    exportPem: 'Als PEM exportieren',
    exportDer: 'Als DER exportieren',
    exportHint: 'Die Datei enthält kein Geheimnis: Ihr muss ein Server vertrauen.',
    renew: 'Erneuern…',
    renewTitle: 'Zertifikat des Gateways erneuern?',
    renewBody: [
      'Das Gateway erstellt ein neues Zertifikat mit demselben privaten Schlüssel und derselben Anwendungs-URI.',
      'Server, die dem alten anhand des Fingerabdrucks vertraut haben, müssen dem neuen vertrauen. Bis dahin verwendet das Gateway dort weiter das alte; die Erfassung läuft weiter.',
      'Danach das neue Zertifikat exportieren und auf diese Server bringen.',
    ],
    renewConfirm: 'Jetzt erneuern',
    renewed:
      'Erneuert. Das neue Zertifikat exportieren und ihm auf den Servern vertrauen, die es nicht von selbst tun.',
  },
  steps: {
    title: 'So vertraut ein Server dem Gateway',
    general: [
      'Das Gateway einmal verbinden lassen: Die meisten Server führen es dann unter abgelehnten oder Quarantäne-Zertifikaten.',
      'Es dort zu den vertrauten verschieben oder die exportierte Datei importieren.',
      'Hier ist danach nichts zu tun: Das Gateway versucht es von selbst erneut.',
    ],
    servers: 'Wo das bei verbreiteten Servern ist',
    list: [
      [
        'Siemens S7-1500',
        'TIA Portal: Datei im Zertifikatsmanager importieren, unter OPC UA, Server, Security, Trusted clients hinzufügen, dann in die SPS laden.',
      ],
      [
        'Kepware',
        'OPC UA Configuration im Tray-Menü, Trusted Clients: Gateway auswählen und Trust drücken, oder Import.',
      ],
      ['CODESYS', 'Security-Screen, Geräte: Gateway aus Quarantined nach Trusted Certificates ziehen.'],
      [
        'Beckhoff TwinCAT',
        'Datei aus dem Ordner PKI\\CA\\rejected\\certs des Servers nach PKI\\CA\\trusted\\certs verschieben.',
      ],
      ['Ignition', 'Config, OPC UA, Security, Server: beim Zertifikat in Quarantäne Trust drücken.'],
      ['Unified Automation, Prosys', 'Reiter Certificates im Fenster des Servers: Gateway auswählen, Trust.'],
    ],
  },
  server: {
    title: 'Dieser Server vertraut dem Gateway noch nicht',
    body: 'Er hat das Zertifikat des Gateways abgelehnt. Ihm auf dem Server vertrauen; sonst fehlt nichts.',
    retryIn: (seconds) => `Das Gateway versucht es in ${seconds} s von selbst erneut.`,
    retrying: 'Das Gateway versucht es von selbst erneut.',
    testIn: (seconds) => `Dieser Test wird in ${seconds} s von selbst wiederholt.`,
    testing: 'Erneuter Test…',
    testEnded: 'Der Test wird nicht mehr wiederholt: Sobald der Server dem Gateway vertraut, „Erneut testen“ drücken.',
    retryNow: 'Jetzt versuchen',
    exportOurs: 'Eigenes Zertifikat exportieren',
  },
  us: {
    title: 'Das Gateway vertraut diesem Server noch nicht',
    body: 'Über das Zertifikat dieses Servers hat noch niemand entschieden.',
    decide: 'Ansehen und entscheiden',
  },
}
