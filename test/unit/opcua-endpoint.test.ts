import { expect, test } from 'vitest'
import {
  hostAndPort,
  type OfferedEndpoint,
  pickEndpoint,
  reachableUrl,
} from '../../main/engine/collect/opcua/endpoint.ts'
import { isGatewayError } from '../../main/engine/kit/gateway-error.ts'

const certificate = Buffer.from([1])
const both = [
  { type: 'anonymous', securityPolicy: '' },
  { type: 'password', securityPolicy: '' },
] as const
const offer = (securityMode: string, securityPolicy: string, more: Partial<OfferedEndpoint> = {}): OfferedEndpoint => ({
  url: 'opc.tcp://inner-name:4840/plant',
  securityMode,
  securityPolicy,
  identities: both,
  certificate,
  ...more,
})
const wish = {
  endpointUrl: 'opc.tcp://10.0.0.5:4840',
  securityMode: 'auto',
  securityPolicy: 'auto',
  identity: { type: 'anonymous' },
  allowUnencryptedPassword: false,
} as const
const password = { ...wish, identity: { type: 'password', username: 'u', password: 'p' } } as const

function codeOf(task: () => unknown): string {
  try {
    task()
  } catch (error) {
    if (isGatewayError(error)) return error.code
    throw error
  }
  return 'none'
}

test('auto takes the strongest that both sides speak', () => {
  const all = [
    offer('None', 'None'),
    offer('Sign', 'Aes256_Sha256_RsaPss'),
    offer('SignAndEncrypt', 'Basic128Rsa15'),
    offer('SignAndEncrypt', 'Basic256Sha256'),
    offer('SignAndEncrypt', 'Aes128_Sha256_RsaOaep'),
  ]
  expect(pickEndpoint(all, wish)).toMatchObject({
    securityMode: 'SignAndEncrypt',
    securityPolicy: 'Aes128_Sha256_RsaOaep',
    unsecured: false,
  })
})

test('auto falls back to None only when nothing better is spoken, and says so', () => {
  const picked = pickEndpoint([offer('None', 'None'), offer('SignAndEncrypt', 'Basic256')], wish)
  expect(picked).toMatchObject({ securityMode: 'None', unsecured: true })
})

test('an explicit wish is never downgraded', () => {
  const all = [offer('None', 'None'), offer('Sign', 'Basic256Sha256')]
  expect(codeOf(() => pickEndpoint(all, { ...wish, securityMode: 'SignAndEncrypt' }))).toBe('OPCUA_ENDPOINT_NOT_FOUND')
  expect(codeOf(() => pickEndpoint(all, { ...wish, securityPolicy: 'Aes256_Sha256_RsaPss' }))).toBe(
    'OPCUA_ENDPOINT_NOT_FOUND',
  )
  expect(pickEndpoint(all, { ...wish, securityMode: 'None' })).toMatchObject({ securityMode: 'None', unsecured: false })
})

test('a password never travels readable unless that was decided', () => {
  const clear = [offer('None', 'None')]
  expect(codeOf(() => pickEndpoint(clear, password))).toBe('OPCUA_PASSWORD_UNPROTECTED')
  expect(pickEndpoint(clear, { ...password, allowUnencryptedPassword: true }).securityMode).toBe('None')
  const encryptedToken = [
    offer('None', 'None', { identities: [{ type: 'password', securityPolicy: 'Basic256Sha256' }] }),
  ]
  expect(pickEndpoint(encryptedToken, password).securityMode).toBe('None')
  // Without a certificate the library would send it in clear text.
  const noCertificate = encryptedToken.map((e) => ({ ...e, certificate: undefined }))
  expect(codeOf(() => pickEndpoint(noCertificate, password))).toBe('OPCUA_PASSWORD_UNPROTECTED')
})

test('an endpoint that does not take the identity is passed over', () => {
  const all = [
    offer('SignAndEncrypt', 'Aes256_Sha256_RsaPss', { identities: [{ type: 'certificate', securityPolicy: '' }] }),
    offer('SignAndEncrypt', 'Basic256Sha256'),
  ]
  expect(pickEndpoint(all, password).securityPolicy).toBe('Basic256Sha256')
  expect(codeOf(() => pickEndpoint(all.slice(0, 1), password))).toBe('OPCUA_IDENTITY_REJECTED')
})

test('the host that was typed replaces the one the server announces, the path of the server stays', () => {
  expect(reachableUrl('opc.tcp://inner-name:4840/plant', 'opc.tcp://10.0.0.5:14840')).toBe(
    'opc.tcp://10.0.0.5:14840/plant',
  )
  expect(reachableUrl('opc.tcp://inner-name:4840', 'opc.tcp://10.0.0.5:4840/UA/Server')).toBe(
    'opc.tcp://10.0.0.5:4840/UA/Server',
  )
  expect(reachableUrl('opc.tcp://x:1/', 'opc.tcp://h')).toBe('opc.tcp://h')
})

test('an address without port means 4840, an impossible port is refused', () => {
  expect(hostAndPort('opc.tcp://plc')).toEqual({ host: 'plc', port: 4840 })
  expect(hostAndPort('opc.tcp://[::1]:4841/x')).toEqual({ host: '::1', port: 4841 })
  expect(codeOf(() => hostAndPort('opc.tcp://plc:99999'))).toBe('CONFIG_INVALID')
})
