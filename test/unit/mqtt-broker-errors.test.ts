import { expect, test } from 'vitest'
import { brokerError } from '../../main/engine/collect/mqtt/broker-errors.ts'
import { clientIdOf } from '../../main/engine/collect/mqtt/connect-options.ts'
import { mqttConnectorSchema } from '../../shared/config/mqtt.ts'

const config = mqttConnectorSchema.parse({ type: 'mqtt', id: 'b', name: 'B', host: 'broker.example', username: 'gw' })

function translate(code: string | number) {
  return brokerError(Object.assign(new Error('foreign'), { code }), config, 'client-7')
}

test.each<[string | number, string, string, string]>([
  ['ENOTFOUND', 'HOST_NOT_FOUND', 'soon', 'broker.example is not known'],
  ['ECONNREFUSED', 'CONNECTION_REFUSED', 'soon', 'Nothing listens on port 1883'],
  ['EHOSTUNREACH', 'HOST_UNREACHABLE', 'soon', 'can not be reached'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'TLS_UNTRUSTED', 'after-config-change', 'nobody this gateway trusts'],
  ['CERT_HAS_EXPIRED', 'TLS_EXPIRED', 'after-config-change', 'has expired'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'TLS_HOSTNAME', 'after-config-change', 'is not for broker.example'],
  ['ERR_SSL_WRONG_VERSION_NUMBER', 'TLS_FAILED', 'after-config-change', 'does not speak TLS'],
  ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', 'TLS_FAILED', 'after-config-change', 'broke off'],
  [4, 'MQTT_NOT_AUTHORIZED', 'after-config-change', 'User name or password of "gw" is wrong'],
  [5, 'MQTT_NOT_AUTHORIZED', 'after-config-change', 'does not let "gw" in'],
  [0x86, 'MQTT_NOT_AUTHORIZED', 'after-config-change', 'is wrong'],
  [0x87, 'MQTT_NOT_AUTHORIZED', 'after-config-change', 'does not let'],
  [1, 'MQTT_REFUSED', 'after-config-change', 'does not speak MQTT 5'],
  [0x84, 'MQTT_REFUSED', 'after-config-change', 'does not speak MQTT 5'],
  [2, 'MQTT_REFUSED', 'after-config-change', 'client id client-7'],
  [3, 'MQTT_REFUSED', 'soon', 'not available'],
  [0x88, 'MQTT_REFUSED', 'soon', 'not available'],
  [0x8e, 'MQTT_REFUSED', 'soon', 'Another program has connected with the client id client-7'],
  [0xfe, 'MQTT_REFUSED', 'soon', 'reason 0xFE'],
])('%s becomes %s, to be tried again %s', (code, expected, retry, text) => {
  const error = translate(code)
  expect([error.code, error.retry]).toEqual([expected, retry])
  expect(error.message).toContain(text)
  expect(error.message).toContain('mqtt://broker.example:1883')
  expect(error.hint).not.toBe('')
})

test('the hint of a refused version names the other one', () => {
  expect(translate(0x84).hint).toContain('3.1.1')
  expect(brokerError(Object.assign(new Error(), { code: 1 }), { ...config, protocolVersion: 4 }, 'c').hint).toContain(
    'MQTT 5',
  )
})

test('the derived client id is the same every time and another one for another data folder', () => {
  expect(clientIdOf(config, '/data/a')).toBe(clientIdOf(config, '/data/a'))
  expect(clientIdOf(config, '/data/a')).not.toBe(clientIdOf(config, '/data/b'))
  expect(clientIdOf({ ...config, clientId: 'mine' })).toBe('mine')
})
