import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import WebSocket from 'ws'
import { ThingsboardStandIn } from '../../main/demo/thingsboard/stand-in.ts'
import { readAccess } from '../../main/headless/data-folder.ts'
import { GatewayProcess } from '../servers/gateway-process.ts'

test('a connection test whose secret is not there says so and signs in nowhere', { timeout: 60_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tbgw-secret-'))
  const standIn = new ThingsboardStandIn({ token: 'right' })
  const gateway = new GatewayProcess(folder)
  onTestFinished(async () => {
    await gateway.end()
    await standIn.stop()
    rmSync(folder, { recursive: true, force: true })
  })
  await standIn.start()
  gateway.start('--ui', '127.0.0.1:0')
  const ui = await vi.waitFor(async () => (await readAccess(folder))?.ui ?? expect.fail('no UI yet'), 20_000)
  const credentials = { type: 'token', token: '${env:TBGW_TEST_NOT_SET}' }
  const input = { thingsboard: { host: '127.0.0.1', port: standIn.port, credentials } }
  const socket = new WebSocket(`${ui.url.replace('http', 'ws')}/api`, ['tbgw.v1', `token.${ui.token}`], {
    origin: ui.url,
  })
  socket.on('open', () => socket.send(JSON.stringify({ id: 1, channel: 'thingsboard.test', input })))
  const answer = await new Promise<string>((done) =>
    socket.on('message', (data) => String(data).startsWith('{"id":1,') && done(String(data))),
  )
  socket.close()
  expect(answer).toMatch(/environment variable TBGW_TEST_NOT_SET is not set/)
  expect(answer).not.toMatch(/does not accept the access token/)
  expect(standIn.counters().connections).toBe(0)
})
