import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { systemClock } from '../../main/engine/kit/clock.ts'
import { openSession } from '../../main/engine/uplink/session.ts'
import { thingsboardSchema } from '../../shared/config/thingsboard.ts'
import { CollectorBench } from '../servers/mqtt-collector-bench.ts'

/** Answers as a TLS server answers what is no TLS: alert, unexpected message, end (RFC 8446, 6.2). */
async function tlsPort(): Promise<number> {
  const server = createServer((socket) => {
    socket.on('error', () => {})
    socket.once('data', () => socket.end(Buffer.from([0x15, 0x03, 0x01, 0x00, 0x02, 0x02, 0x0a])))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())))
  return (server.address() as AddressInfo).port
}

const connect = (config: object) =>
  openSession({
    config: thingsboardSchema.parse({ host: '127.0.0.1', credentials: { type: 'token', token: 'T' }, ...config }),
    clock: systemClock,
    signal: new AbortController().signal,
    onMessage: () => {},
    onEnd: () => {},
  })

test('ThingsBoard on a TLS port says that TLS is to be switched on', async () => {
  await expect(connect({ port: await tlsPort() })).rejects.toMatchObject({
    code: 'TLS_FAILED',
    message: expect.stringContaining('wants TLS'),
    hint: expect.stringContaining('Switch TLS on'),
  })
})

test.each([4, 5])('a broker on a TLS port says so with MQTT %i, and is not hammered', async (protocolVersion) => {
  const bench = new CollectorBench({ port: await tlsPort(), protocolVersion })
  onTestFinished(() => bench.stop())
  await bench.collector.start()
  await expect.poll(() => bench.collector.status.value.detail, { timeout: 10_000 }).toContain('The port wants TLS')
  expect(bench.issues.list(false)).toMatchObject([
    { code: 'TLS_FAILED', hint: expect.stringContaining('Switch TLS on') },
  ])
})

test('a CA file that holds no PEM is named', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tbgw-ca-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const caFile = join(folder, 'ca.der')
  await writeFile(caFile, Buffer.from([0x30, 0x82, 0x01]))
  await expect(connect({ port: 1, tls: { enabled: true, caFile } })).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    message: `The CA file of the ThingsBoard connection (${caFile}) holds no PEM text.`,
    hint: expect.stringContaining('PEM'),
  })
})
