import type { AddressInfo } from 'node:net'
import { afterEach, expect, test, vi } from 'vitest'
import { WebSocketServer } from 'ws'
import type { LinkState } from '../../renderer/api/transport.ts'
import { WebSocketTransport } from '../../renderer/api/web-socket-transport.ts'

const undo: (() => void)[] = []
afterEach(() => {
  for (const stop of undo.splice(0).reverse()) stop()
})

async function startServer(port = 0): Promise<WebSocketServer> {
  const server = new WebSocketServer({ host: '127.0.0.1', port, handleProtocols: () => 'tbgw.v1' })
  await new Promise((resolve) => server.once('listening', resolve))
  undo.push(() => stopServer(server))
  return server
}

function stopServer(server: WebSocketServer): void {
  for (const client of server.clients) client.terminate()
  server.close()
}

function connect(server: WebSocketServer, token = 'abc', probe: 'unauthorized' | 'unreachable' = 'unreachable') {
  const { port } = server.address() as AddressInfo
  const transport = new WebSocketTransport({
    url: `ws://127.0.0.1:${port}/api`,
    token,
    probe: async () => probe,
    random: () => 0,
  })
  undo.push(() => transport.close())
  const states: LinkState[] = []
  transport.onLink((state) => states.push(state))
  return { transport, states, port }
}

test('answers find their questions although they come in another order, and events reach the listeners', async () => {
  const server = await startServer()
  const held: { id: number; channel: string }[] = []
  server.on('connection', (socket) => {
    socket.on('message', (data) => {
      held.push(JSON.parse(String(data)) as { id: number; channel: string })
      if (held.length < 2) return
      for (const { id, channel } of held.reverse())
        socket.send(JSON.stringify({ id, result: { ok: true, value: channel } }))
      socket.send(JSON.stringify({ event: 'log.written', payload: { lastSeq: 7 } }))
    })
  })
  const { transport, states } = connect(server)
  const events: unknown[] = []
  transport.onEvent((channel, payload) => events.push([channel, payload]))
  await vi.waitFor(() => expect(states).toContain('online'))
  const answers = await Promise.all([transport.request('status.get', null), transport.request('config.get', null)])
  expect(answers.map((answer) => answer.ok && answer.value)).toEqual(['status.get', 'config.get'])
  await vi.waitFor(() => expect(events).toEqual([['log.written', { lastSeq: 7 }]]))
})

test('the token travels as a sub-protocol', async () => {
  const server = await startServer()
  const offered = new Promise((resolve) =>
    server.once('connection', (_s, r) => resolve(r.headers['sec-websocket-protocol'])),
  )
  connect(server, 's3cret')
  expect(await offered).toMatch(/^tbgw\.v1, ?token\.s3cret$/)
})

test('a lost link answers open questions as offline and heals when the server is back', async () => {
  const server = await startServer()
  const { transport, states, port } = connect(server)
  await vi.waitFor(() => expect(states).toContain('online'))
  const answer = transport.request('status.get', null)
  stopServer(server)
  expect(await answer).toMatchObject({ ok: false, error: { code: 'CONNECTION_LOST' } })
  await vi.waitFor(() => expect(states.at(-1)).toBe('offline'))
  expect(await transport.request('status.get', null)).toMatchObject({ ok: false })
  await startServer(port)
  await vi.waitFor(() => expect(states.at(-1)).toBe('online'), { timeout: 10_000 })
})

test('close code 4401 asks for a token and tries no more until one is given', async () => {
  const server = await startServer()
  let connections = 0
  server.on('connection', (socket) => {
    connections += 1
    if (connections === 1) socket.close(4401)
  })
  const { transport, states } = connect(server)
  await vi.waitFor(() => expect(states.at(-1)).toBe('unauthorized'))
  expect(connections).toBe(1)
  transport.logIn('new')
  await vi.waitFor(() => expect(states.at(-1)).toBe('online'))
})

test('a refused handshake that the server explains with 401 asks for a token', async () => {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0, verifyClient: (_i, done) => done(false, 401) })
  await new Promise((resolve) => server.once('listening', resolve))
  undo.push(() => stopServer(server))
  const { states } = connect(server, '', 'unauthorized')
  await vi.waitFor(() => expect(states.at(-1)).toBe('unauthorized'))
})

test('a token that can not be a sub-protocol asks for another instead of throwing', async () => {
  const server = await startServer()
  const { states } = connect(server, 'two words,')
  await vi.waitFor(() => expect(states.at(-1)).toBe('unauthorized'))
})
