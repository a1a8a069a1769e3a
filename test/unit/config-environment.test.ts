import { expect, test } from 'vitest'
import { applyEnvironment } from '../../main/engine/config/environment.ts'
import { gatewaySchema } from '../../shared/config/gateway.ts'

const empty = gatewaySchema.parse({ version: 1 })
const withToken = gatewaySchema.parse({
  version: 1,
  thingsboard: { host: 'tb', credentials: { type: 'token', token: 't' }, maxInFlight: 7 },
})

test.each([
  [{ TB_GW_ACCESS_TOKEN: 't' }, 'TB_GW_ACCESS_TOKEN', /TB_GW_HOST/],
  [{ TB_GW_HOST: 'tb' }, 'TB_GW_ACCESS_TOKEN', /is not set/],
  [{ TB_GW_HOST: 'tb', TB_GW_SECURITY_TYPE: 'usernamePassword' }, 'TB_GW_USERNAME', /is not set/],
  [{ TB_GW_HOST: 'tb', TB_GW_CERT: 'c', TB_GW_SECURITY_TYPE: 'x509Certificate' }, 'TB_GW_PRIVATE_KEY', /is not set/],
  [
    { TB_GW_HOST: 'tb', TB_GW_ACCESS_TOKEN: 't', TB_GW_SECURITY_TYPE: 'magic' },
    'TB_GW_SECURITY_TYPE',
    /one of accessToken/,
  ],
  [{ TB_GW_HOST: 'tb', TB_GW_ACCESS_TOKEN: 't', TB_GW_PORT: 'abc' }, 'TB_GW_PORT', /number/],
  [{ TB_GW_HOST: 'tb', TB_GW_ACCESS_TOKEN: 't', TB_GW_PORT: '70000' }, 'TB_GW_PORT', /65535/],
])('%j is refused by name and the file stays in force', (environment, path, message) => {
  const { config, problems, applied } = applyEnvironment(empty, environment)
  expect(config).toBe(empty)
  expect(applied).toEqual([])
  expect(problems[0]?.path).toBe(path)
  expect(problems[0]?.message).toMatch(message)
})

test.each([
  [
    { TB_GW_HOST: 'h', TB_GW_ACCESS_TOKEN: 't' },
    { type: 'token', token: 't' },
  ],
  [
    { TB_GW_HOST: 'h', TB_GW_USERNAME: 'u', TB_GW_PASSWORD: 'p', TB_GW_CLIENT_ID: 'c' },
    { type: 'password', username: 'u', password: 'p', clientId: 'c' },
  ],
  [
    { TB_GW_HOST: 'h', TB_GW_CERT: 'c.pem', TB_GW_PRIVATE_KEY: 'k.pem' },
    { type: 'certificate', certFile: 'c.pem', keyFile: 'k.pem' },
  ],
])('%j makes a connection out of nothing', (environment, credentials) => {
  const { config, problems } = applyEnvironment(empty, environment)
  expect(problems).toEqual([])
  expect(config.thingsboard).toMatchObject({ host: 'h', port: 1883, tls: { enabled: false }, credentials })
})

test('what the environment does not name stays as in the file', () => {
  const { config } = applyEnvironment(withToken, { TB_GW_HOST: 'other' })
  expect(config.thingsboard).toMatchObject({
    host: 'other',
    maxInFlight: 7,
    credentials: { type: 'token', token: 't' },
  })
})

test('a CA certificate switches TLS on', () => {
  const { config } = applyEnvironment(withToken, { TB_GW_CA_CERT: '/ca.pem' })
  expect(config.thingsboard?.tls).toEqual({ enabled: true, caFile: '/ca.pem' })
})

test('empty and unknown variables mean nothing', () => {
  expect(applyEnvironment(withToken, { TB_GW_HOST: '', TB_GW_LOGS_PATH: '/x' }).config).toBe(withToken)
})
