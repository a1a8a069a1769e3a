import { createServer, type Server, type Socket } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { BrokerConnection } from '../../main/engine/collect/mqtt/broker-connection.ts'
import { FakeClock } from '../fakes/fake-clock.ts'
import { brokerConfig } from '../servers/mqtt-collector-bench.ts'

const servers: Server[] = []
const sockets: Socket[] = []

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy()
  for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve))
})

async function listen(serve: (socket: Socket) => void): Promise<number> {
  const server = createServer((socket) => {
    sockets.push(socket)
    socket.on('error', () => {})
    serve(socket)
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  return typeof address === 'object' && address ? address.port : 0
}

function connection(port: number, clock = new FakeClock(), protocolVersion = 5) {
  const config = brokerConfig({ port, protocolVersion })
  const open = new BrokerConnection({
    config,
    clientId: 'c',
    keepsSession: true,
    clock,
    received: (_packet, done) => done(),
    ended: () => {},
  }).open(new AbortController().signal)
  open.catch(() => {})
  return open
}

test('a host that accepts and says nothing ends in a time-out that names the step', async () => {
  const clock = new FakeClock()
  const port = await listen(() => {})
  const open = connection(port, clock)
  await expect.poll(() => sockets.length).toBe(1)
  // One more turn of the event loop: the client learns of its connection.
  await new Promise((resolve) => sockets[0]?.once('data', resolve))
  await clock.run(15_000)
  await expect(open).rejects.toMatchObject({
    code: 'TIMEOUT',
    message: expect.stringContaining('did not answer the sign-in'),
  })
  await expect.poll(() => sockets[0]?.destroyed || sockets[0]?.readableEnded).toBe(true)
  expect(clock.waiting).toBe(0)
})

test('a server that hangs up at once is told from one that speaks something else', async () => {
  const hangsUp = await listen((socket) => socket.once('data', () => socket.end()))
  await expect(connection(hangsUp)).rejects.toMatchObject({
    code: 'CONNECTION_LOST',
    hint: expect.stringContaining('MQTT 3.1.1'),
  })
  const web = await listen((socket) => socket.once('data', () => socket.write('HTTP/1.1 400 Bad Request\r\n\r\n')))
  await expect(connection(web)).rejects.toMatchObject({
    code: 'MQTT_REFUSED',
    hint: expect.stringContaining('MQTT broker'),
  })
})

test('a broker that refuses MQTT 5 leads to the hint to use 3.1.1', async () => {
  // CONNACK in the 3.1.1 form, return code 1, as brokers answer that know nothing newer.
  const old = await listen((socket) => socket.once('data', () => socket.end(Buffer.from([0x20, 2, 0, 1]))))
  await expect(connection(old)).rejects.toMatchObject({
    code: 'MQTT_REFUSED',
    hint: 'Set the protocol version to MQTT 3.1.1.',
  })
})
