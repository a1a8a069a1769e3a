import { expect, test } from 'vitest'
import { openingChannel, statusNameOf, translateError } from '../../main/engine/collect/opcua/errors.ts'
import { GatewayError } from '../../main/engine/kit/gateway-error.ts'

const address = 'opc.tcp://plc:4840'
const socketError = (code: string) => Object.assign(new Error(code), { code })
const translated = (error: unknown, more = {}) =>
  translateError(error, { address, doing: 'opening a session', ...more })

test('every way to fail has a code and a cure of its own', () => {
  const cases: [unknown, string][] = [
    [socketError('ENOTFOUND'), 'HOST_NOT_FOUND'],
    [socketError('EAI_AGAIN'), 'HOST_NOT_FOUND'],
    [socketError('ECONNREFUSED'), 'CONNECTION_REFUSED'],
    [socketError('ETIMEDOUT'), 'TIMEOUT'],
    [socketError('ENETUNREACH'), 'HOST_UNREACHABLE'],
    [socketError('ECONNRESET'), 'CONNECTION_LOST'],
    [new Error('serviceResult = BadTooManySessions (0x80560000)'), 'OPCUA_SERVER_LIMIT'],
    [new Error('serviceResult = BadIdentityTokenRejected'), 'OPCUA_IDENTITY_REJECTED'],
    [new Error('serviceResult = BadSecurityChecksFailed'), 'OPCUA_REJECTED_BY_SERVER'],
    [new Error('serviceResult = BadCertificateUriInvalid'), 'OPCUA_REJECTED_BY_SERVER'],
    [new Error('serviceResult = BadSessionIdInvalid'), 'OPCUA_SESSION_LOST'],
    [new Error('Transaction has timed out'), 'TIMEOUT'],
    [new Error('something nobody has seen'), 'CONNECTION_LOST'],
  ]
  for (const [error, code] of cases) {
    const { code: got, message, hint } = translated(error)
    expect([String(error), got]).toEqual([String(error), code])
    expect(message).toContain(address)
    expect(hint).not.toBe('')
  }
})

test('a socket closed while the secure channel opens means that we are not trusted, without security it does not', () => {
  const closed = new Error('socket has been disconnected by third party')
  const secured = translated(closed, { doing: openingChannel, securityMode: 'Sign', ownCertificate: '/pki/own.pem' })
  expect(secured.code).toBe('OPCUA_REJECTED_BY_SERVER')
  expect(secured.hint).toContain('/pki/own.pem')
  expect(translated(closed, { doing: openingChannel, securityMode: 'None' }).code).toBe('CONNECTION_LOST')
})

test('our own errors pass unchanged and only refused credentials wait for a change', () => {
  const own = new GatewayError('STOPPED', 'x')
  expect(translated(own)).toBe(own)
  expect(translated(new Error('BadUserAccessDenied')).retry).toBe('after-config-change')
  expect(translated(new Error('BadSecurityChecksFailed')).retry).toBe('soon')
  expect(statusNameOf(new Error('nothing here'))).toBeUndefined()
})
