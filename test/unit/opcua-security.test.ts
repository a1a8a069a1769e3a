import { expect, test } from 'vitest'
import { expiryStep } from '../../main/engine/collect/opcua/certificate-expiry.ts'
import {
  announcedElsewhere,
  type OfferedEndpoint,
  pickEndpoint,
  strippedEndpoint,
} from '../../main/engine/collect/opcua/endpoint.ts'
import { GatewayError } from '../../main/engine/kit/gateway-error.ts'

const offer = (securityMode: string, securityPolicy: string): OfferedEndpoint => ({
  url: 'opc.tcp://inner:4840',
  securityMode,
  securityPolicy,
  identities: [{ type: 'anonymous', securityPolicy: '' }],
  certificate: Buffer.from([1]),
})
const wish = {
  endpointUrl: 'opc.tcp://10.0.0.5:4840',
  securityMode: 'auto',
  securityPolicy: 'auto',
  identity: { type: 'anonymous' },
  allowUnencryptedPassword: false,
} as const
const old = [offer('SignAndEncrypt', 'Basic256'), offer('Sign', 'Basic128Rsa15')]
const today = Date.parse('2026-05-10T12:00:00Z')

test('deprecated policies are refused with words, and used only up to the day somebody allowed', () => {
  const refusal = (until?: string): string => {
    try {
      return pickEndpoint(old, { ...wish, allowDeprecatedUntil: until }, today).securityPolicy
    } catch (error) {
      return error instanceof GatewayError ? `${error.code}: ${error.message}` : String(error)
    }
  }
  expect(refusal()).toMatch(/^OPCUA_SECURITY_DEPRECATED: .*Basic256 and Basic128Rsa15.*SHA-1/)
  expect(refusal('2026-05-09')).toMatch(/^OPCUA_SECURITY_DEPRECATED: .*ended on 2026-05-09/)
  expect(refusal('2026-05-10')).toBe('Basic256')
  expect(pickEndpoint(old, { ...wish, allowDeprecatedUntil: '2026-12-31' }, today).deprecated).toBe(true)
})

test('a deprecated policy never wins over a present one', () => {
  const offered = [...old, offer('SignAndEncrypt', 'Basic256Sha256')]
  const picked = pickEndpoint(offered, { ...wish, allowDeprecatedUntil: '2026-12-31' }, today)
  expect(picked).toMatchObject({ securityPolicy: 'Basic256Sha256', deprecated: false })
})

test('an endpoint that only the secured channel shows and that is stronger gives a stripped list away', () => {
  const strong = offer('SignAndEncrypt', 'Aes256_Sha256_RsaPss')
  const [weak, none] = [offer('Sign', 'Basic256Sha256'), offer('None', 'None')]
  const picked = pickEndpoint([weak, none], wish)
  expect(strippedEndpoint(picked, [strong, weak, none])).toBe('Aes256_Sha256_RsaPss SignAndEncrypt')
  // Weaker ones, the same ones, and servers that repeat nothing prove nothing.
  for (const confirmed of [[weak, none], [], [none], [weak, offer('Sign', 'Basic256')]])
    expect(strippedEndpoint(picked, confirmed)).toBeUndefined()
})

test('a server that calls itself something else is told, one that does not is not', () => {
  const picked = pickEndpoint([offer('None', 'None')], wish)
  expect(announcedElsewhere(picked, 'opc.tcp://10.0.0.5:4840')).toBe('inner:4840')
  expect(announcedElsewhere(picked, 'opc.tcp://INNER:4840/path')).toBeUndefined()
})

test('certificates are reminded of 30, 14, 7 and 1 days before their end', () => {
  const day = 86_400_000
  expect([31, 30, 15, 14, 8, 7, 2, 1, 0.5, 0, -3].map((days) => expiryStep(days * day, 0))).toEqual([
    undefined,
    30,
    30,
    14,
    14,
    7,
    7,
    1,
    1,
    0,
    0,
  ])
})
