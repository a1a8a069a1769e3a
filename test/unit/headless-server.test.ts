import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { request as httpRequest } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import type { GatewayPort } from '../../main/headless/gateway-port.ts'
import { UiServer } from '../../main/headless/server.ts'
import { ok } from '../../shared/errors.ts'

const token = 'a-token-of-the-test'
const asked: { channel: string; input: unknown }[] = []
/** Who asked, of each request. */
const askers: (string | undefined)[] = []
const listeners = new Set<Parameters<GatewayPort['onEvent']>[0]>()
const gateway: GatewayPort = {
  async request(channel, input, by) {
    askers.push(by)
    asked.push({ channel, input })
    return ok(channel === 'status.get' ? status : null)
  },
  metrics: async () => 'tbgw_uplink_connected 1\n',
  onEvent(listener) {
    listeners.add(listener)
    return () => listeners.delete(listener)
  },
}
const status = {
  summary: 'delivering',
  store: { state: 'ready' },
  uplink: { state: 'online' },
  balance: { pending: 3 },
  openIssues: 1,
}

let folder: string
let server: UiServer
let port: number

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tbgw-ui-'))
  await writeFile(join(folder, 'index.html'), '<!doctype html><title>UI</title>')
  server = new UiServer({ gateway, token, rendererFolder: folder })
  await server.listen('127.0.0.1', 0)
  port = Number(new URL(server.origin).port)
})
afterAll(async () => {
  await server.close()
  await rm(folder, { recursive: true, force: true })
})

interface Answer {
  readonly status: number
  readonly headers: Record<string, string | string[] | undefined>
  readonly text: string
}

function ask(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({ host: '127.0.0.1', port, path, method, headers }, (response) => {
      let text = ''
      response.on('data', (part: Buffer) => {
        text += part.toString()
      })
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }))
    })
    request.on('error', reject)
    request.end()
  })
}

/** Opens the API's WebSocket; rejects with the HTTP status of a refusal. */
function openSocket(protocols: string[], headers: Record<string, string> = {}, path = '/api'): Promise<WebSocket> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, protocols, {
      headers: { origin: `http://127.0.0.1:${port}`, ...headers },
    })
    socket.once('open', () => resolve(socket))
    socket.once('unexpected-response', (_request, response) => {
      reject(new Error(String(response.statusCode)))
      socket.terminate()
    })
    socket.on('error', reject)
  })
}

const loggedIn = ['tbgw.v1', `token.${token}`]

function nextMessage(socket: WebSocket): Promise<unknown> {
  return new Promise((resolve) => socket.once('message', (data) => resolve(JSON.parse(String(data)))))
}

test.each(['evil.test', 'evil.test:80', '127.0.0.1', 'localhost:1', '127.0.0.1.evil.test:PORT', '8.8.8.8:PORT'])(
  'Host %s is refused with 421, for pages, health and the WebSocket',
  async (host) => {
    const headers = { host: host.replace('PORT', String(port)) }
    for (const path of ['/', '/healthz', '/metrics', '/api']) expect((await ask(path, headers)).status).toBe(421)
    await expect(openSocket(loggedIn, headers)).rejects.toThrow('421')
  },
)

test('what a browser asks for carries its address, for the audit of writes and calls', async () => {
  const socket = await openSocket(loggedIn)
  socket.send(JSON.stringify({ id: 1, channel: 'status.get', input: null }))
  await nextMessage(socket)
  socket.close()
  expect(askers.at(-1)).toBe('browser 127.0.0.1')
})

test.each(['127.0.0.1', 'localhost'])('Host %s with our port is served', async (name) => {
  expect((await ask('/', { host: `${name}:${port}` })).status).toBe(200)
})

test.each(['cross-site', 'same-site', 'nonsense'])('Sec-Fetch-Site %s is refused with 403', async (site) => {
  expect((await ask('/healthz', { 'sec-fetch-site': site })).status).toBe(403)
})

test.each(['http://evil.test', 'null', 'https://127.0.0.1:PORT', 'http://127.0.0.1:1'])(
  'a WebSocket from the origin %s is refused with 403, even with the right token',
  async (origin) => {
    await expect(openSocket(loggedIn, { origin: origin.replace('PORT', String(port)) })).rejects.toThrow('403')
  },
)

test('a WebSocket that does not say where it comes from is refused', async () => {
  const answer = await rawUpgrade(`Host: 127.0.0.1:${port}`)
  expect(answer).toMatch(/^HTTP\/1.1 403/)
})

test.each([[['tbgw.v1']], [['tbgw.v1', 'token.wrong']], [['tbgw.v1', 'token.']], [[`token.${token}`]]])(
  'a WebSocket with the sub-protocols %j is refused with 401',
  async (protocols) => {
    await expect(openSocket(protocols)).rejects.toThrow('401')
  },
)

test('GET /api tells a wrong token from a right one', async () => {
  expect((await ask('/api')).status).toBe(401)
  expect((await ask('/api', { authorization: 'Bearer wrong' })).status).toBe(401)
  expect((await ask('/api', { authorization: `Bearer ${token}` })).status).toBe(426)
})

test.each(['POST', 'PUT', 'DELETE', 'OPTIONS'])('%s is refused, with and without an origin', async (method) => {
  expect((await ask('/', {}, method)).status).toBe(403)
  expect((await ask('/', { origin: `http://127.0.0.1:${port}` }, method)).status).toBe(405)
})

test.each(['/../package.json', '/..%2f..%2fetc%2fpasswd', '/%5c..%5cx', '/%00', '/missing.js', '/%'])(
  'the path %s leads nowhere',
  async (path) => {
    const { status: code } = await ask(path)
    expect([400, 404]).toContain(code)
  },
)

test('a request line that is no path is refused and the server lives on', async () => {
  const answer = await raw(
    `GET http://127.0.0.1:${port}x:y HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: close\r\n\r\n`,
  )
  expect(answer).toMatch(/^HTTP\/1.1 400/)
  expect((await ask('/healthz')).status).toBe(200)
})

test('headers larger than 16 KB are refused', async () => {
  const answer = await raw(`GET / HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nX-Big: ${'x'.repeat(17_000)}\r\n\r\n`)
  expect(answer).not.toMatch(/200/)
})

test('pages come with the policy of the desktop application', async () => {
  const { headers, text } = await ask('/')
  expect(text).toContain('<title>UI</title>')
  expect(headers['content-security-policy']).toMatch(/default-src 'none'.*script-src 'self'.*frame-ancestors 'none'/)
  expect(headers).toMatchObject({
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
  })
  expect(headers['access-control-allow-origin']).toBeUndefined()
})

test('health needs no login and tells states and counts only', async () => {
  const { status: code, text } = await ask('/healthz')
  expect(code).toBe(200)
  expect(JSON.parse(text)).toEqual({
    state: 'delivering',
    store: 'ready',
    uplink: 'online',
    pending: 3,
    openIssues: 1,
    problem: '',
  })
})

test('metrics are Prometheus text, from this PC without a login', async () => {
  const { status: code, headers, text } = await ask('/metrics')
  expect(code).toBe(200)
  expect(headers['content-type']).toContain('version=0.0.4')
  expect(text).toContain('tbgw_uplink_connected 1')
})

test('a malformed input is refused here and never reaches the engine', async () => {
  const socket = await openSocket(loggedIn)
  asked.length = 0
  socket.send(JSON.stringify({ id: 1, channel: 'devices.page', input: { offset: -1, limit: 10, filter: '' } }))
  expect(await nextMessage(socket)).toMatchObject({ id: 1, result: { ok: false, error: { code: 'CONFIG_INVALID' } } })
  socket.send(JSON.stringify({ id: 2, channel: 'constructor', input: null }))
  expect(await nextMessage(socket)).toMatchObject({ id: 2, result: { ok: false } })
  socket.send(JSON.stringify({ id: 3, channel: 'device.get', input: { name: 'x'.repeat(1_100_000) } }))
  expect(await nextMessage(socket)).toMatchObject({
    id: 3,
    result: { ok: false, error: { message: expect.stringContaining('larger') } },
  })
  expect(asked).toEqual([])
  socket.send(JSON.stringify({ id: 4, channel: 'config.save', input: { config: 'x'.repeat(1_100_000), revision: 1 } }))
  expect(await nextMessage(socket)).toMatchObject({ id: 4, result: { ok: true } })
  socket.close()
})

test.each(['{', '[]', '{"id":"1","channel":"status.get"}', 'null'])(
  'the message %s closes the socket',
  async (text) => {
    const socket = await openSocket(loggedIn)
    const closed = new Promise<number>((resolve) => socket.once('close', resolve))
    socket.send(text)
    expect(await closed).toBe(1007)
  },
)

test('a request is answered with its id, events reach every page until it leaves', async () => {
  const socket = await openSocket(loggedIn)
  expect(socket.protocol).toBe('tbgw.v1')
  socket.send(JSON.stringify({ id: 9, channel: 'status.get', input: null }))
  expect(await nextMessage(socket)).toMatchObject({ id: 9, result: { ok: true, value: { summary: 'delivering' } } })
  const event = nextMessage(socket)
  for (const listener of listeners) listener('config.changed', { revision: 5 })
  expect(await event).toEqual({ event: 'config.changed', payload: { revision: 5 } })
  socket.close()
  await expect.poll(() => listeners.size).toBe(0)
})

test('a taken port is said in words', async () => {
  const other = new UiServer({ gateway, token, rendererFolder: folder })
  await expect(other.listen('127.0.0.1', port)).rejects.toMatchObject({
    code: 'BUSY',
    message: expect.stringContaining('in use'),
  })
})

function rawUpgrade(host: string): Promise<string> {
  return raw(
    `GET /api HTTP/1.1\r\n${host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n` +
      `Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: tbgw.v1, token.${token}\r\n\r\n`,
  )
}

function raw(text: string): Promise<string> {
  return new Promise((resolve) => {
    let answer = ''
    const socket = connect(port, '127.0.0.1', () => socket.write(text))
    socket.on('data', (part) => {
      answer += part.toString()
    })
    socket.on('error', () => resolve(answer))
    socket.on('close', () => resolve(answer))
  })
}
