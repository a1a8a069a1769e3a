import { durationWords } from './duration.ts'

// Steps of a connection test: what was found, and what to do about it. Names of steps are in renderer/i18n (form.test.steps).

export const testSentences = {
  'test.isAddress': ({ host }: { host: string }) => `${host} is an address`,
  'test.resolved': ({ host, address }: { host: string; address: string }) => `${host} is ${address}`,
  'test.portOpen': ({ port }: { port: string | number }) => `Port ${port} is open`,
  'test.endpoints': ({ offered, used }: { offered: number; used: string }) => `${offered} offered, used: ${used}`,
  'test.noSecurity': 'The server offers no security: values can be read and changed on their way.',
  'test.certificateNotNeeded': 'Not needed without security',
  'test.certificateTrusted': ({ subject }: { subject: string }) => `${subject} is trusted`,
  'test.but': ({ warnings }: { warnings: string }) => `But: ${warnings}.`,
  'test.channelOpen': 'Open, without security',
  'test.channelTrusted': 'Open; the server trusts the gateway',
  'test.loggedIn': ({ user }: { user: string }) => `Logged in as ${user}`,
  'test.anonymous': 'Logged in anonymously',
  'test.noNodes': 'No nodes are configured yet',
  'test.nodesFound': ({ found, asked, all }: { found: number; asked: number; all: number }) =>
    `${found} of ${asked} nodes found${all > asked ? ` (the first ${asked} of ${all} were looked up)` : ''}`,
  'test.nodesMissing': ({ nodes, more }: { nodes: string; more: boolean }) =>
    `Not found: ${nodes}${more ? ' and others' : ''}. Pick them again in the tree.`,
  'test.tlsTrusted': ({ host }: { host: string }) => `The certificate is trusted and is for ${host}`,
  'test.mqttSignedIn': ({ version, user }: { version: string; user: string | undefined }) =>
    `MQTT ${version}, ${user === undefined ? 'without user name' : `as ${user}`}`,
  'test.topicFilters': ({ count }: { count: number }) => `${count} topic filters`,
  'test.andMore': ({ detail, more }: { detail: string; more: number }) => `${detail} (and ${more} more)`,
  'test.notEncrypted': 'Not encrypted: credentials and data can be read on the network',
  'test.switchOnTls': 'Switch on TLS if the server offers it, usually on port 8883.',
  'test.tls': ({ protocol, day }: { protocol: string; day: string }) => `${protocol}, certificate valid until ${day}`,
  'test.certificateSoon': 'The certificate of the server expires soon: have it renewed.',
  'test.mqtt5': 'Signed in with MQTT 5',
  'test.mqtt3': 'Signed in with MQTT 3.1.1: refused messages can not be recognised',
  'test.chooseMqtt5': 'Choose MQTT 5.',
  'test.isGateway': 'The device is a gateway',
  'test.gatewayRefused': ({ reasonCode }: { reasonCode: string }) => `The gateway API answers ${reasonCode}`,
  'test.checkServerLog': 'Check the log of ThingsBoard.',
  'test.noGateway': 'The sign-in works, but ThingsBoard does not treat this device as a gateway',
  'test.makeGateway': 'Open the device in ThingsBoard, switch on "Is gateway", save, and test again.',
  'test.silent': ({ address }: { address: string }) =>
    `ThingsBoard at ${address} accepts the sign-in and then says nothing more`,
  'test.serverHangs': 'The server or something in between hangs. Check ThingsBoard and proxies on the way.',
  'test.signedInSince': ({ seconds }: { seconds: number }) =>
    `Signed in with these very settings for ${durationWords(seconds)}; the running connection was asked, a second sign-in would end it`,
  'test.announcedNothingSent': ({ devices }: { devices: number }) =>
    `${devices} devices are announced; nothing has been sent yet`,
  'test.announced': ({ devices, seconds }: { devices: number; seconds: number }) =>
    `${devices} devices are announced; last acknowledged ${durationWords(seconds)} ago`,
  'test.limitsUnknown': 'The server does not tell its limits (ThingsBoard before 3.8)',
  'test.limits': ({ bytes, inFlight, rates }: LimitFacts) =>
    [
      ...(bytes === undefined ? [] : [`messages up to ${bytes} bytes`]),
      ...(inFlight === undefined ? [] : [`${inFlight} in flight`]),
      rates === '' ? 'no rate limit' : rates.replaceAll('; ', ', '),
    ].join(', '),
  'test.messageRate': ({ count, seconds }: { count: number; seconds: number }) => `${count} messages per ${seconds} s`,
  'test.valueRate': ({ count, seconds }: { count: number; seconds: number }) => `${count} datapoints per ${seconds} s`,
} as const

export interface LimitFacts {
  readonly bytes: number | undefined
  readonly inFlight: number | undefined
  /** Sentences about rates; empty = none. */
  readonly rates: string
}
