import { expect, test } from 'vitest'
import { hostAndPort } from '../../renderer/screens/sources/endpoint-host.ts'
import { mayUseDeprecated } from '../../renderer/screens/sources/opcua-policies.ts'

test('the permission for broken policies counts to the end of its day and not one moment longer', () => {
  const draft = { allowDeprecatedUntil: '2026-06-15' }
  expect(mayUseDeprecated(draft, Date.parse('2026-06-15T23:59:59.999Z'))).toBe(true)
  expect(mayUseDeprecated(draft, Date.parse('2026-06-16T00:00:00Z'))).toBe(false)
  expect(mayUseDeprecated({ allowDeprecatedUntil: '' }, Date.now())).toBe(false)
  expect(mayUseDeprecated({}, Date.now())).toBe(false)
})

test('the same host is recognised however the address is written', () => {
  expect(hostAndPort('opc.tcp://PLC-7/')).toBe('plc-7:4840')
  expect(hostAndPort('opc.tcp://plc-7:4840/server/path')).toBe('plc-7:4840')
  expect(hostAndPort('opc.tcp://[fe80::1]:4841')).toBe('[fe80::1]:4841')
  expect(hostAndPort('http://plc-7')).toBe('')
})
