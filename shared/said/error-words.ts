import type { ErrorCode } from '../errors.ts'
import type { Translated } from './translated.ts'

interface CodeWords {
  readonly what: string
  readonly todo: string
}

/**
 * Every issue and error by its code, for languages other than the engine's: the sentence of the engine, with names and numbers,
 * then stands below as evidence.
 */
export const errorWords = {
  STOPPED: { what: 'The gateway is being stopped', todo: 'Nothing to do.' },
  BUSY: { what: 'The gateway is busy', todo: 'Try again in a moment.' },
  TIMEOUT: { what: 'No answer in time', todo: 'Check that the other side is running and reachable.' },
  INTERNAL: { what: 'A fault in the gateway', todo: 'Send the support bundle (Settings) to your supplier.' },
  CONFIG_INVALID: { what: 'The configuration is not valid', todo: 'Correct the field that is named.' },
  CONFIG_CONFLICT: { what: 'Somebody else changed this meanwhile', todo: 'Look at the newer state and try again.' },
  CONFIG_ROLLED_BACK: {
    what: 'An applied version was taken back',
    todo: 'Delivery did not come back with it. Look at the draft, correct it, apply again.',
  },
  CONFIG_UNREADABLE: {
    what: 'The configuration can not be read or written',
    todo: 'Check the file, its rights and the disk.',
  },
  CONFIG_SECRET_MISSING: {
    what: 'A password or token is missing',
    todo: 'Enter it again, or set the variable that is named.',
  },
  STORE_LOCKED: { what: 'Another gateway uses this data folder', todo: 'End the other one or choose another folder.' },
  STORE_FULL: { what: 'The storage is full', todo: 'Restore the connection to ThingsBoard, or allow more space.' },
  STORE_DISK_FULL: { what: 'The disk is full', todo: 'Free space on the disk with the data folder.' },
  STORE_CORRUPT: {
    what: 'A storage file is damaged',
    todo: 'Check the disk. What can be read is brought back by itself.',
  },
  STORE_FAULT: { what: 'The disk failed', todo: 'Check the disk. The gateway restarts and verifies what it stored.' },
  STORE_SETTINGS: { what: 'The storage can not work safely here', todo: 'Choose a folder on a local disk.' },
  STORE_VERSION: { what: 'The data folder belongs to a newer version', todo: 'Install the newer version again.' },
  STORE_FILLING: {
    what: 'The storage is filling up',
    todo: 'Restore the connection to ThingsBoard, or allow more space.',
  },
  STORE_QUARANTINE: { what: 'Values are in quarantine', todo: 'Correct, send again, export or discard them.' },
  STORE_TAIL_LOST: {
    what: 'The newest stored values are missing',
    todo: 'See the ledger for what is missing; check the disk.',
  },
  HOST_NOT_FOUND: { what: 'The host name is not known', todo: 'Check the name, or use the IP address.' },
  CONNECTION_REFUSED: {
    what: 'Nobody listens at this address',
    todo: 'Check address, port and that the service is running.',
  },
  CONNECTION_LOST: {
    what: 'The connection was lost',
    todo: 'It is tried again by itself. Check the network if it stays.',
  },
  HOST_UNREACHABLE: { what: 'The host can not be reached', todo: 'Check cable, network and firewall.' },
  TLS_UNTRUSTED: { what: 'The TLS certificate is not trusted', todo: 'Enter the CA that signed it.' },
  TLS_EXPIRED: { what: 'The TLS certificate is not valid now', todo: 'Renew it on the server; check the clocks.' },
  TLS_HOSTNAME: {
    what: 'The TLS certificate is for another host',
    todo: 'Use the name in the certificate as the address.',
  },
  TLS_FAILED: { what: 'TLS could not be agreed on', todo: 'Check that the port speaks TLS.' },
  OPCUA_ENDPOINT_NOT_FOUND: {
    what: 'The server offers no endpoint that fits',
    todo: 'Choose another security setting of the source.',
  },
  OPCUA_CERTIFICATE_UNTRUSTED: {
    what: 'The certificate of the server is not trusted yet',
    todo: 'Compare the fingerprint and trust it under Certificates.',
  },
  OPCUA_CERTIFICATE_INVALID: {
    what: 'The certificate of the server has a fault',
    todo: 'See the failed check; have the certificate made anew.',
  },
  OPCUA_CERTIFICATE_EXPIRED: {
    what: 'A certificate is not valid now',
    todo: 'Renew it; check the clocks of both sides.',
  },
  OPCUA_CERTIFICATE_EXPIRES: { what: 'A certificate expires soon', todo: 'Renew it before that day.' },
  OPCUA_SECURITY_DOWNGRADE: {
    what: 'The server offers less security than before',
    todo: 'Find out why before you allow it.',
  },
  OPCUA_SECURITY_DEPRECATED: {
    what: 'The server offers only broken security policies',
    todo: 'Update the server, or allow them for a limited time.',
  },
  OPCUA_REJECTED_BY_SERVER: {
    what: 'The server does not trust this gateway yet',
    todo: 'Export our certificate and trust it in the server.',
  },
  OPCUA_IDENTITY_REJECTED: {
    what: 'The server refused the sign-in',
    todo: 'Check user, password or certificate of the user.',
  },
  OPCUA_PASSWORD_UNPROTECTED: {
    what: 'The password would go unencrypted',
    todo: 'Choose encryption, or allow it for this source.',
  },
  OPCUA_SERVER_LIMIT: {
    what: 'The server has reached a limit',
    todo: 'Close other clients or use fewer subscriptions.',
  },
  OPCUA_NODE_UNKNOWN: { what: 'Nodes do not exist on the server', todo: 'Correct the NodeIds or browse paths.' },
  OPCUA_NODE_REFUSED: {
    what: 'The server refuses nodes',
    todo: 'Check the rights of the user and the settings of the node.',
  },
  OPCUA_SESSION_LOST: { what: 'The session with the server ended', todo: 'It is made again by itself.' },
  OPCUA_SILENT: {
    what: 'Connected, but no values come',
    todo: 'Check the server; the gateway connects anew by itself.',
  },
  OPCUA_OVERFLOW: {
    what: 'The server dropped values before sending them',
    todo: 'Enlarge the queue of the node or sample less often.',
  },
  OPCUA_NODES_CHANGED: {
    what: 'The nodes of the server changed',
    todo: 'Check whether the rules still select what you want.',
  },
  MQTT_NOT_AUTHORIZED: { what: 'The broker refused the sign-in', todo: 'Check user and password.' },
  MQTT_REFUSED: { what: 'The broker refused the connection', todo: 'See the reason the broker gave.' },
  MQTT_SUBSCRIPTION_REFUSED: {
    what: 'The broker refused a topic filter',
    todo: 'Check the rights of the user for this topic.',
  },
  MQTT_PAYLOAD_MALFORMED: {
    what: 'Messages can not be read',
    todo: 'Check the format of the topic rule and the sender.',
  },
  MQTT_PAYLOAD_TOO_LARGE: { what: 'Messages are too large', todo: 'Raise the limit of the source, or send less.' },
  MAP_NO_DEVICE_NAME: { what: 'Values without a device name', todo: 'Check the template of the device name.' },
  MAP_NO_VALUE: { what: 'A message lacks a mapped value', todo: 'Check the path of the key.' },
  MAP_TYPE_MISMATCH: {
    what: 'A value does not fit the type of its key',
    todo: 'Change the type of the key or the source.',
  },
  MAP_TOO_MANY_SERIES: {
    what: 'Too many different keys',
    todo: 'Check for device names or keys that change with every message.',
  },
  MAP_BAD_QUALITY: { what: 'Values of bad quality', todo: 'Look at the machine or its sensor.' },
  UPLINK_NOT_AUTHORIZED: {
    what: 'ThingsBoard refused the credentials',
    todo: 'Enter the token of the gateway device again.',
  },
  UPLINK_NOT_A_GATEWAY: {
    what: 'The device in ThingsBoard is not a gateway',
    todo: 'Tick "Is gateway" in the details of the device.',
  },
  UPLINK_DUPLICATE_IDENTITY: {
    what: 'Somebody else uses the same credentials',
    todo: 'Give each gateway its own device and token.',
  },
  UPLINK_RATE_LIMITED: {
    what: 'ThingsBoard limits the rate',
    todo: 'Nothing is lost; raise the limits of the tenant if it stays.',
  },
  UPLINK_ACK_STALLED: {
    what: 'ThingsBoard confirms nothing',
    todo: 'The gateway connects anew by itself; check ThingsBoard.',
  },
  UPLINK_CULPRIT_SEARCH: {
    what: 'A value that ends the session is being searched',
    todo: 'Nothing to do: it goes to quarantine, the others are delivered.',
  },
  UPLINK_VALUE_REFUSED: { what: 'ThingsBoard refused values', todo: 'See the quarantine.' },
  UPLINK_VALUE_TOO_LARGE: {
    what: 'Values are too large for ThingsBoard',
    todo: 'See the quarantine; shorten the value.',
  },
  UPLINK_PROTOCOL_DEGRADED: {
    what: 'ThingsBoard speaks only the older MQTT',
    todo: 'Update ThingsBoard to see why something is refused.',
  },
  UPLINK_SLOW_BACKLOG: {
    what: 'The backlog grows faster than it is delivered',
    todo: 'Raise the rate, or collect less.',
  },
  UPLINK_USAGE_EXHAUSTED: {
    what: 'The usage limit of the tenant is reached',
    todo: 'Values wait; talk to the administrator of ThingsBoard.',
  },
  UPLINK_REPLAYED: { what: 'Values were sent again for safety', todo: 'Nothing to do.' },
  ENGINE_RESTARTED: { what: 'The engine was restarted', todo: 'Nothing accepted is lost; see the log for the cause.' },
  CLOCK_STEPPED: { what: 'The clock of this PC jumped', todo: 'Check time synchronisation.' },
  CLOCK_WRONG: { what: 'The clock of this PC is wrong', todo: 'Set the clock; switch on time synchronisation.' },
  BALANCE_BROKEN: { what: 'The counts do not balance', todo: 'Send the support bundle (Settings) to your supplier.' },
} as const satisfies Record<ErrorCode, CodeWords>

export type CodesWords = Translated<typeof errorWords>
