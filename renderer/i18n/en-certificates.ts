import { type Words, words } from './locale.ts'

/** Trust in both directions: ours in servers, theirs in us. */
const certificatesEnglish = {
  days: {
    left: (n: string) => (n === '1' ? 'Valid for 1 more day' : `Valid for ${n} more days`),
    soon: (n: string) => (n === '1' ? 'Expires in 1 day' : `Expires in ${n} days`),
    today: 'Expires today',
    expired: (n: string) => (n === '1' ? 'Expired 1 day ago' : `Expired ${n} days ago`),
    future: (date: string) => `Not valid before ${date}`,
  },
  lists: {
    noRejected: 'No server waits for a decision.',
    noTrusted: 'No server is trusted yet. Each one is asked about at its first secured connection.',
  },
  own: {
    expiring:
      'Servers refuse the gateway once this certificate has expired. Renew it now and trust the new one on each server.',
    exportPem: 'Export as PEM',
    exportDer: 'Export as DER',
    exportHint: 'The file holds no secret: it is what a server has to trust.',
    renew: 'Renew…',
    renewTitle: 'Renew the certificate of the gateway?',
    renewBody: [
      'The gateway makes a new certificate with the same key and the same application URI.',
      'Servers that trusted the old one by its fingerprint have to trust the new one. Until they do, the gateway goes on with the old one there, and collecting goes on.',
      'Export the new certificate afterwards and carry it to those servers.',
    ],
    renewConfirm: 'Renew now',
    renewed: 'Renewed. Export the new certificate and trust it on the servers that do not trust it by themselves.',
  },
  steps: {
    title: 'How a server learns to trust the gateway',
    general: [
      'Let the gateway try to connect once: most servers then list it under rejected or quarantined certificates.',
      'Move it there to the trusted ones, or import the exported file.',
      'Nothing to do here afterwards: the gateway tries again by itself.',
    ],
    servers: 'Where that is in common servers',
    list: [
      [
        'Siemens S7-1500',
        'TIA Portal: import the file in the certificate manager, add it under OPC UA, Server, Security, Trusted clients, then download to the PLC.',
      ],
      [
        'Kepware',
        'OPC UA Configuration in the tray menu, Trusted Clients: choose the gateway and press Trust, or Import.',
      ],
      ['CODESYS', 'Security Screen, Devices: drag the gateway from Quarantined to Trusted Certificates.'],
      [
        'Beckhoff TwinCAT',
        'Move the file from the folder PKI\\CA\\rejected\\certs of the server to PKI\\CA\\trusted\\certs.',
      ],
      ['Ignition', 'Config, OPC UA, Security, Server: press Trust at the quarantined certificate.'],
      ['Unified Automation, Prosys', 'Certificates tab of the server’s own window: choose the gateway, Trust.'],
    ],
  },
  server: {
    title: 'This server does not trust the gateway yet',
    body: 'It refused the certificate of the gateway. Trust it on the server; nothing else is missing.',
    retryIn: (seconds: number) => `The gateway tries again by itself in ${seconds} s.`,
    retrying: 'The gateway tries again by itself.',
    testIn: (seconds: number) => `This test is repeated by itself in ${seconds} s.`,
    testing: 'Testing again…',
    testEnded: 'The test is not repeated any more: press Test again after trusting the gateway.',
    retryNow: 'Try now',
    exportOurs: 'Export our certificate',
  },
  us: {
    title: 'The gateway does not trust this server yet',
    body: 'Nobody has decided about the certificate of this server.',
    decide: 'Look at it and decide',
  },
} as const
export type CertificatesWords = Words<typeof certificatesEnglish>
export const certificatesText = words('certificates', certificatesEnglish)
