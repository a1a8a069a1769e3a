import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { EndpointDescription } from 'node-opcua'
import { expect, test } from 'vitest'
import { opcuaConfig, startCollector } from '../servers/opcua-bench.ts'
import { namespaceUri, startOpcuaServer } from '../servers/opcua-server.ts'

const variables = [{ name: 'speed', value: { dataType: 'Double', value: 7 } as const }]
const key = { node: `nsu=${namespaceUri};s=speed` }

async function trustAll(bench: Awaited<ReturnType<typeof startCollector>>): Promise<void> {
  const unknown = async () => (await bench.pki.list()).find((c) => c.state === 'rejected')
  await expect.poll(unknown, { timeout: 10_000 }).toBeDefined()
  await bench.pki.trust((await unknown())?.fingerprint ?? '')
}

test('a host name in the endpoints that nobody can resolve is replaced by the address typed, and shown', async () => {
  const server = await startOpcuaServer({ variables, announcedHost: 'plc-inside.invalid' })
  const bench = await startCollector(opcuaConfig(server.endpointUrl, [key]))
  try {
    await expect.poll(() => bench.sink.last(0)?.value, { timeout: 10_000 }).toBe(7)
    await expect.poll(() => bench.collector.status.value.detail).toContain('the server calls itself plc-inside.invalid')
  } finally {
    await bench.close()
    await server.close()
  }
})

test('a server with deprecated policies only is refused with words, and used while somebody allows it', {
  timeout: 40_000,
}, async () => {
  const server = await startOpcuaServer({ variables, security: ['SignAndEncrypt'], policies: ['Basic256'] })
  const refused = await startCollector(opcuaConfig(server.endpointUrl, [key]))
  const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10)
  const allowed = await startCollector(opcuaConfig(server.endpointUrl, [key], { allowDeprecatedUntil: tomorrow }))
  try {
    await expect.poll(() => refused.issues.list(false)[0]?.code, { timeout: 10_000 }).toBe('OPCUA_SECURITY_DEPRECATED')
    await trustAll(allowed)
    await expect.poll(() => allowed.sink.last(0)?.value, { timeout: 20_000 }).toBe(7)
    const issue = () => allowed.issues.list(false).find((i) => i.code === 'OPCUA_SECURITY_DEPRECATED')
    await expect.poll(issue).toMatchObject({ severity: 'warning', message: expect.stringContaining(tomorrow) })
  } finally {
    await refused.close()
    await allowed.close()
    await server.close()
  }
})

test('a list of endpoints that was stripped on the way is noticed on the secured channel', async () => {
  const server = await startOpcuaServer({ variables, security: ['Sign', 'SignAndEncrypt'] })
  // What somebody between us and the server would do: the answer in the open loses its strongest lines.
  const opcua = server.server as unknown as { _on_GetEndpointsRequest(message: unknown, channel: unknown): void }
  const answer = opcua._on_GetEndpointsRequest.bind(opcua)
  opcua._on_GetEndpointsRequest = (message, channel) => {
    const through = channel as {
      send_response(type: string, response: { endpoints: EndpointDescription[] }, ...rest: unknown[]): void
    }
    const send = through.send_response.bind(through)
    through.send_response = (type, response, ...rest) => {
      through.send_response = send
      response.endpoints = response.endpoints.filter((e) => e.securityMode === 2)
      send(type, response, ...rest)
    }
    answer(message, channel)
  }
  const bench = await startCollector(opcuaConfig(server.endpointUrl, [key]))
  try {
    await trustAll(bench)
    const issue = () => bench.issues.list(false).find((i) => i.code === 'OPCUA_SECURITY_DOWNGRADE')
    await expect.poll(issue, { timeout: 10_000 }).toBeDefined()
    expect(issue()?.message).toContain('SignAndEncrypt')
    expect(bench.sink.samples).toEqual([])
  } finally {
    await bench.close()
    await server.close()
  }
})

test('a server that was secured and suddenly is not gets no connection by itself', { timeout: 40_000 }, async () => {
  const security: ('None' | 'SignAndEncrypt')[] = ['SignAndEncrypt']
  const server = await startOpcuaServer({ variables, security })
  const bench = await startCollector(opcuaConfig(server.endpointUrl, [key]))
  try {
    await trustAll(bench)
    await expect.poll(() => bench.sink.last(0)?.value, { timeout: 10_000 }).toBe(7)
    await server.stop()
    security.splice(0, 1, 'None')
    await server.restart()
    await expect
      .poll(() => bench.issues.list(false).map((i) => i.code), { timeout: 20_000 })
      .toContain('OPCUA_SECURITY_DOWNGRADE')
  } finally {
    await bench.close()
    await server.close()
  }
})

test('a user is let in by certificate and key, and a missing key file is named', { timeout: 40_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'opcua-user-'))
  const [certFile, keyFile] = [join(folder, 'user.pem'), join(folder, 'user.key')]
  writeFileSync(join(folder, 'req.cnf'), '[req]\ndistinguished_name=dn\n[dn]\n')
  const env = { ...process.env, OPENSSL_CONF: join(folder, 'req.cnf') }
  const args = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', keyFile, '-out', certFile]
  execFileSync('openssl', [...args, '-subj', '/CN=operator', '-days', '10'], { stdio: 'ignore', env })
  const server = await startOpcuaServer({ variables, security: ['SignAndEncrypt'], anonymous: false })
  const identity = { type: 'certificate', certFile, keyFile }
  const bench = await startCollector(opcuaConfig(server.endpointUrl, [key], { identity }))
  const missing = { ...identity, keyFile: join(folder, 'none.key') }
  const wrong = await startCollector(opcuaConfig(server.endpointUrl, [key], { identity: missing }))
  try {
    await trustAll(bench)
    await expect.poll(() => bench.sink.last(0)?.value, { timeout: 10_000 }).toBe(7)
    await trustAll(wrong)
    const issue = () => wrong.issues.list(false).find((i) => i.code === 'CONFIG_INVALID')
    await expect.poll(issue, { timeout: 10_000 }).toBeDefined()
    expect(issue()?.message).toContain('none.key')
  } finally {
    await bench.close()
    await wrong.close()
    await server.close()
    rmSync(folder, { recursive: true, force: true })
  }
})
