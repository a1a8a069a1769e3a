import type { OpcuaWords } from '../en-opcua.ts'

export const opcua: OpcuaWords = {
  tabs: { rules: 'Regeln', events: 'Ereignisse', tags: 'Tags' },
  security: {
    deprecated: 'Veraltete Security Policies befristet erlauben',
    deprecatedHint: 'Basic256 und Basic128Rsa15, für Server, die nichts anderes bieten.',
    until: 'Erlaubt bis Ende des (UTC)',
    warning: (date) =>
      `Diese Policies beruhen auf SHA-1 und altem RSA-Padding und sind angreifbar: Im Netzwerk kann jemand Werte mitlesen und fälschen. Erlaubt bis ${date}, danach lehnt das Gateway sie wieder ab.`,
    expired: (date) => `Die Erlaubnis endete am ${date}. Das Gateway lehnt diese Policies ab.`,
    notAllowed: 'Diese Policy ist gebrochen. Das Gateway lehnt sie ab, solange veraltete unten nicht erlaubt sind.',
    deprecatedChoice: (policy) => `${policy} (veraltet)`,
  },
  signIn: {
    certificate: 'X.509-Zertifikat',
    certFile: 'Benutzerzertifikat',
    keyFile: 'Privater Schlüssel',
    files: 'PEM-Datei auf dem PC des Gateways, lesbar für das Konto, unter dem das Gateway läuft.',
  },
  collection: {
    mode: 'Art der Erfassung',
    modes: {
      auto: 'Subscription; sonst zyklisch lesen',
      subscribe: 'Nur Subscription',
      poll: 'Zyklisch lesen (Polling)',
    },
    modeHints: {
      auto: 'Der Server meldet Änderungen. Ein Server ohne Subscriptions wird im Abtastintervall gelesen.',
      subscribe: 'Der Server meldet Änderungen. Ein Server ohne Subscriptions ist ein Fehler.',
      poll: 'Jeder Knoten wird in seinem Abtastintervall gelesen. Änderungen dazwischen bleiben unbemerkt.',
    },
    resume: 'Subscriptions beim Neustart des Gateways behalten',
    resumeHint: 'Der Server hebt die Werte dieser Zeit dann für das Gateway auf.',
    backfill: 'Lücken aus der Historie des Servers füllen',
    backfillHint: 'Wo der Server eine Historie führt. Nicht füllbare Lücken werden ausgewiesen.',
    keepAlive: 'Keep-alive',
    keepAliveHint: 'Lebenszeichen einer ruhenden Subscription.',
    lifetime: 'Lebensdauer',
    lifetimeHint: 'So lange behält der Server eine Subscription ohne das Gateway.',
  },
  alternates: {
    title: 'Redundante Server',
    hint: 'Weitere Adressen derselben Daten. Verwendet wird der mit dem besten Service-Level.',
    add: 'Adresse hinzufügen',
    field: (n) => `Redundanter Server ${n}`,
    remove: (n) => `Redundanten Server ${n} entfernen`,
  },
  writable: {
    title: 'Beschreibbare Knoten',
    hint: 'NodeIds, Browse-Pfade oder Muster davon mit * und ?. Auf nichts anderes wird je geschrieben.',
    add: 'Knoten hinzufügen',
    field: (n) => `Beschreibbarer Knoten ${n}`,
    remove: (n) => `Beschreibbaren Knoten ${n} entfernen`,
  },
  callable: {
    title: 'Aufrufbare Methoden',
    hint: 'NodeIds, Browse-Pfade oder Muster davon mit * und ?. Nichts anderes wird je aufgerufen.',
    add: 'Methode hinzufügen',
    field: (n) => `Aufrufbare Methode ${n}`,
    remove: (n) => `Aufrufbare Methode ${n} entfernen`,
  },
  endpoints: {
    reported: 'Vom Server gemeldete Adresse',
    replaced: (reported, typed) =>
      `Der Server nennt sich selbst ${reported}. Das Gateway verwendet die eingegebene Adresse ${typed}.`,
    servers: 'Weitere hier gefundene Server',
    takeAddress: (name) => `Adresse von ${name} verwenden`,
    useAddress: 'Adresse verwenden',
  },
}
