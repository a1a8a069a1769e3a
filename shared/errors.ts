/** Every operating error the gateway can meet, by area. Foreign errors are translated to one of these at the edge. */
export const errorCodes = [
  'STOPPED',
  'BUSY',
  'TIMEOUT',
  'INTERNAL',
  'CONFIG_INVALID',
  'CONFIG_CONFLICT',
  'CONFIG_UNREADABLE',
  'CONFIG_SECRET_MISSING',
  'CONFIG_ROLLED_BACK',
  'STORE_LOCKED',
  'STORE_FULL',
  'STORE_DISK_FULL',
  'STORE_CORRUPT',
  'STORE_FAULT',
  'STORE_SETTINGS',
  'STORE_VERSION',
  'STORE_FILLING',
  'STORE_QUARANTINE',
  'STORE_TAIL_LOST',
  'HOST_NOT_FOUND',
  'CONNECTION_REFUSED',
  'CONNECTION_LOST',
  'HOST_UNREACHABLE',
  'TLS_UNTRUSTED',
  'TLS_EXPIRED',
  'TLS_HOSTNAME',
  'TLS_FAILED',
  'OPCUA_ENDPOINT_NOT_FOUND',
  'OPCUA_CERTIFICATE_UNTRUSTED',
  'OPCUA_CERTIFICATE_INVALID',
  'OPCUA_CERTIFICATE_EXPIRED',
  'OPCUA_CERTIFICATE_EXPIRES',
  'OPCUA_SECURITY_DOWNGRADE',
  'OPCUA_SECURITY_DEPRECATED',
  'OPCUA_REJECTED_BY_SERVER',
  'OPCUA_IDENTITY_REJECTED',
  'OPCUA_PASSWORD_UNPROTECTED',
  'OPCUA_SERVER_LIMIT',
  'OPCUA_NODE_UNKNOWN',
  'OPCUA_NODE_REFUSED',
  'OPCUA_SESSION_LOST',
  'OPCUA_SILENT',
  'OPCUA_OVERFLOW',
  'OPCUA_NODES_CHANGED',
  'MQTT_NOT_AUTHORIZED',
  'MQTT_REFUSED',
  'MQTT_SUBSCRIPTION_REFUSED',
  'MQTT_PAYLOAD_MALFORMED',
  'MQTT_PAYLOAD_TOO_LARGE',
  'MAP_NO_DEVICE_NAME',
  'MAP_NO_VALUE',
  'MAP_TYPE_MISMATCH',
  'MAP_TOO_MANY_SERIES',
  'MAP_BAD_QUALITY',
  'UPLINK_NOT_AUTHORIZED',
  'UPLINK_NOT_A_GATEWAY',
  'UPLINK_DUPLICATE_IDENTITY',
  'UPLINK_RATE_LIMITED',
  'UPLINK_ACK_STALLED',
  'UPLINK_VALUE_REFUSED',
  'UPLINK_VALUE_TOO_LARGE',
  'UPLINK_PROTOCOL_DEGRADED',
  'UPLINK_SLOW_BACKLOG',
  'UPLINK_USAGE_EXHAUSTED',
  'UPLINK_REPLAYED',
  'UPLINK_CULPRIT_SEARCH',
  'ENGINE_RESTARTED',
  'CLOCK_STEPPED',
  'CLOCK_WRONG',
  'BALANCE_BROKEN',
] as const

export type ErrorCode = (typeof errorCodes)[number]

/** When it makes sense to try again. */
export type Retry = 'soon' | 'after-config-change' | 'never'

/** An error as it crosses a boundary (thread, IPC, WebSocket): a value, never a thrown object. */
export interface ErrorReport {
  readonly code: ErrorCode
  /** What we were doing and what went wrong, one sentence. */
  readonly message: string
  /** What the operator can do, one sentence; empty when there is nothing to do. */
  readonly hint: string
  readonly detail?: Readonly<Record<string, string | number | boolean>> | undefined
}

export type Result<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: ErrorReport }

export const ok = <T>(value: T): Result<T> => ({ ok: true, value })
export const failed = (error: ErrorReport): Result<never> => ({ ok: false, error })
