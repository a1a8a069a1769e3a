import { spawn } from 'node:child_process'
import { resolve } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { startOpcuaServer, type TestServer } from '../servers/opcua-server.ts'

// `tb-gateway browse`, as a script would call it.

let server: TestServer

afterEach(() => server?.close())

interface Ended {
  readonly code: number | null
  readonly lines: string[]
  readonly said: string
}

function browse(args: readonly string[], environment: Record<string, string> = {}): Promise<Ended> {
  const file = resolve(import.meta.dirname, '../../main/headless/tb-gateway.ts')
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', file, 'browse', ...args], {
    env: { ...process.env, ...environment },
  })
  let [out, said] = ['', '']
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString()
  })
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString()
  })
  return new Promise((done) => {
    child.once('close', (code) => done({ code, said, lines: out.split('\n').filter((line) => line !== '') }))
  })
}

const variables = [{ name: 'Speed', value: { dataType: 'Double', value: 1.5 } }]

test('every node is a line with path, kind and NodeId, and the end says that it is complete', async () => {
  server = await startOpcuaServer({ variables })
  const { code, lines, said } = await browse([server.endpointUrl])
  expect(code).toBe(0)
  expect(lines).toContain('/Objects/Plant/Speed\tVariable (BaseDataVariableType)\tnsu=urn:test:plant;s=Speed')
  expect(said).toMatch(new RegExp(`^${lines.length} nodes, \\d+ requests, complete`, 'm'))
})

test('--json is one object per line, --max stops and says so', async () => {
  server = await startOpcuaServer({ variables })
  const { code, lines, said } = await browse([server.endpointUrl, '--json', '--max', '10'])
  expect(code).toBe(0)
  expect(lines).toHaveLength(10)
  expect(lines.map((line) => JSON.parse(line).nodeId)).toContain('i=85')
  expect(said).toContain('10 nodes, incomplete: stopped at --max')
})

test('nobody there is 75 with a cure, a wrong call is 64', async () => {
  server = await startOpcuaServer()
  await server.stop()
  const nobody = await browse([server.endpointUrl])
  expect([nobody.code, nobody.lines]).toEqual([75, []])
  expect(nobody.said).toContain('refused the connection')
  expect((await browse(['http://x'])).code).toBe(64)
  expect((await browse([])).code).toBe(64)
  expect((await browse([server.endpointUrl, '--max', 'many'])).code).toBe(64)
  expect((await browse([server.endpointUrl, '--user', 'x'], { OPCUA_PASSWORD: '' })).code).not.toBe(0)
})

test('an unknown certificate is never trusted by itself; with its fingerprint it is', async () => {
  server = await startOpcuaServer({ variables, security: ['SignAndEncrypt'] })
  const first = await browse([server.endpointUrl])
  expect([first.code, first.lines]).toEqual([2, []])
  const [fingerprint = ''] = /([0-9A-F]{2}:){31}[0-9A-F]{2}/.exec(first.said) ?? []
  expect(fingerprint).not.toBe('')

  const wrong = await browse([server.endpointUrl, '--trust', fingerprint.replace(/^../, '00').replace(/..$/, '11')])
  expect([wrong.code, wrong.lines]).toEqual([2, []])
  expect(wrong.said).toContain('another certificate')

  const trusted = await browse([server.endpointUrl, '--trust', fingerprint.replaceAll(':', '').toLowerCase()])
  expect(trusted.code).toBe(0)
  expect(trusted.lines.length).toBeGreaterThan(1000)
})

test('without the fingerprint a server that also offers no security is browsed without, and that is said', async () => {
  server = await startOpcuaServer({ variables, security: ['None', 'SignAndEncrypt'] })
  const { code, said, lines } = await browse([server.endpointUrl, '--max', '50'])
  expect(code).toBe(0)
  expect(lines).toHaveLength(50)
  expect(said).toMatch(/without security.*--trust ([0-9A-F]{2}:){31}/s)
})
