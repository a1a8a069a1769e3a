import { expect, test } from 'vitest'
import { tlsTurned } from '../../renderer/forms/mqtt-address.tsx'

test('the usual port goes along when TLS is switched on or off', () => {
  expect(tlsTurned({ host: 'h' }, {}, true)).toEqual({ tls: { enabled: true }, port: 8883 })
  expect(tlsTurned({ host: 'h', port: 8883 }, {}, false)).toEqual({ tls: { enabled: false }, port: 1883 })
})

test('a port somebody chose stays, and so do the files of TLS', () => {
  const tls = { caFile: '/ca.pem' }
  expect(tlsTurned({ host: 'h', port: 2883 }, tls, true)).toEqual({ tls: { caFile: '/ca.pem', enabled: true } })
})
