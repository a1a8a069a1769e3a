import { expect, test } from 'vitest'
import { endedByServer, linkError, refusedSession } from '../../main/engine/uplink/errors.ts'
import { thingsboardSchema } from '../../shared/config/thingsboard.ts'

const config = thingsboardSchema.parse({ host: 'tb.example', credentials: { type: 'token', token: 'secret-token' } })
const coded = (code: string) => Object.assign(new Error(`something about ${code}`), { code })

test.each([
  ['ENOTFOUND', 'HOST_NOT_FOUND', 'soon'],
  ['EAI_AGAIN', 'HOST_NOT_FOUND', 'soon'],
  ['ECONNREFUSED', 'CONNECTION_REFUSED', 'soon'],
  ['ECONNRESET', 'CONNECTION_LOST', 'soon'],
  ['EHOSTUNREACH', 'HOST_UNREACHABLE', 'soon'],
  ['ETIMEDOUT', 'TIMEOUT', 'soon'],
  ['CERT_HAS_EXPIRED', 'TLS_EXPIRED', 'after-config-change'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'TLS_UNTRUSTED', 'after-config-change'],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'TLS_UNTRUSTED', 'after-config-change'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'TLS_HOSTNAME', 'after-config-change'],
  ['ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION', 'TLS_FAILED', 'after-config-change'],
  ['E_NEVER_SEEN', 'CONNECTION_LOST', 'soon'],
])('%s becomes %s with a cure, retried %s', (code, expected, retry) => {
  const error = linkError(coded(code), config)
  expect(error).toMatchObject({ code: expected, retry })
  expect(error.hint).not.toBe('')
  expect(error.message).toContain('tb.example:1883')
})

test.each([
  [0x87, 'UPLINK_NOT_AUTHORIZED', 'after-config-change'],
  [0x86, 'UPLINK_NOT_AUTHORIZED', 'after-config-change'],
  [0x85, 'UPLINK_NOT_AUTHORIZED', 'after-config-change'],
  [5, 'UPLINK_NOT_AUTHORIZED', 'after-config-change'],
  [0x84, 'MQTT_REFUSED', 'after-config-change'],
  [0x88, 'MQTT_REFUSED', 'soon'],
  [0x9f, 'UPLINK_RATE_LIMITED', 'soon'],
])('CONNACK %i becomes %s, retried %s, and never shows the secret', (code, expected, retry) => {
  const error = refusedSession(code, config)
  expect(error).toMatchObject({ code: expected, retry })
  expect(`${error.message} ${error.hint} ${JSON.stringify(error.detail)}`).not.toContain('secret-token')
})

test.each([
  [0x8e, 'UPLINK_DUPLICATE_IDENTITY'],
  [0x97, 'UPLINK_RATE_LIMITED'],
  [0x98, 'UPLINK_NOT_AUTHORIZED'],
  [0x81, 'CONNECTION_LOST'],
  [0x83, 'CONNECTION_LOST'],
])('DISCONNECT %i becomes %s', (code, expected) => {
  expect(endedByServer(code, config).code).toBe(expected)
})
