import { expect, test } from 'vitest'
import { opcuaConfig, startCollector } from '../servers/opcua-bench.ts'
import { namespaceUri, startOpcuaServer } from '../servers/opcua-server.ts'

const variables = [{ name: 'speed', value: { dataType: 'Double', value: 7 } as const }]
const key = { node: `nsu=${namespaceUri};s=speed` }
const guarded = { users: { operator: 'right' }, anonymous: false, security: ['None', 'SignAndEncrypt'] } as const
const identity = (password: string) => ({ type: 'password', username: 'operator', password })

test('a wrong password is named as the reason, is not tried every second and never shown', async () => {
  const server = await startOpcuaServer({ variables, ...guarded })
  const more = { securityMode: 'None', identity: identity('wrong-secret'), allowUnencryptedPassword: true }
  const bench = await startCollector(opcuaConfig(server.endpointUrl, [key], more))
  try {
    await expect.poll(() => bench.collector.status.value.state, { timeout: 10_000 }).toBe('faulted')
    const { detail, nextTryAt } = bench.collector.status.value
    expect(detail).toContain('refused user operator or the password')
    expect((nextTryAt ?? 0) - Date.now()).toBeGreaterThan(60_000)
    const [issue] = bench.issues.list(false)
    expect(issue).toMatchObject({ code: 'OPCUA_IDENTITY_REJECTED', subject: 'plc' })
    expect(JSON.stringify([issue, bench.log.page({ offset: 0, limit: 1000, level: 'debug', text: '' })])).not.toContain(
      'wrong-secret',
    )
  } finally {
    await bench.close()
    await server.close()
  }
})

test('the right password logs in, encrypted by a certificate that was trusted first', async () => {
  const server = await startOpcuaServer({ variables, ...guarded })
  const bench = await startCollector(
    opcuaConfig(server.endpointUrl, [key], { securityMode: 'None', identity: identity('right') }),
  )
  try {
    await expect.poll(() => bench.issues.list(false)[0]?.code, { timeout: 10_000 }).toBe('OPCUA_CERTIFICATE_UNTRUSTED')
    const rejected = (await bench.pki.list()).find((c) => c.state === 'rejected')
    await bench.pki.trust(rejected?.fingerprint ?? '')
    await expect.poll(() => bench.sink.last(0)?.value, { timeout: 10_000 }).toBe(7)
  } finally {
    await bench.close()
    await server.close()
  }
})

test('anonymous on a server that wants a password says so', async () => {
  const server = await startOpcuaServer({ variables, ...guarded })
  const bench = await startCollector(opcuaConfig(server.endpointUrl, [key], { securityMode: 'None' }))
  try {
    await expect
      .poll(() => bench.collector.status.value.detail, { timeout: 10_000 })
      .toContain('without user name and password')
  } finally {
    await bench.close()
    await server.close()
  }
})
