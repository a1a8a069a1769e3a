import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { CounterPublisher, counterTopics } from '../servers/counter-publisher.ts'
import { gatewayBench } from '../servers/gateway-bench.ts'
import { GatewayClient } from '../servers/gateway-client.ts'
import { startBroker } from '../servers/mqtt-broker.ts'
import { until } from '../servers/until.ts'

test('a wrong address of ThingsBoard is taken back by itself, everything read meanwhile arrives, the draft keeps it', {
  timeout: 120_000,
}, async () => {
  const broker = await startBroker()
  onTestFinished(() => broker.close())
  const { dataDir, standIn, gateway } = await gatewayBench()
  const load = { type: 'mqtt', id: 'load', name: 'Load', host: '127.0.0.1', port: broker.port, protocolVersion: 4 }
  gateway.configure({
    version: 1,
    thingsboard: { host: '127.0.0.1', port: standIn.port, credentials: { type: 'token', token: 'T' } },
    connectors: [{ ...load, topics: counterTopics }],
  })
  gateway.start('--ui', '127.0.0.1:0')
  const client = await GatewayClient.connect(dataDir, gateway.pid)
  await until('the broker is subscribed', () => gateway.stderr.includes('mqtt.online'), 20_000)
  const publisher = new CounterPublisher({ port: broker.port, topics: 2 })
  await publisher.start(50)
  onTestFinished(() => publisher.stop())
  const arrived = (): number => standIn.points('load-0', 'v').size
  await until('values arrive', () => arrived() > 100, 30_000)

  const { state } = await client.get('draft.get', null)
  const { state: edited } = await client.get('draft.edit', {
    revision: state.revision,
    label: 'Move ThingsBoard',
    steps: [{ op: 'set', path: ['thingsboard', 'port'], value: 9 }],
  })
  const review = await client.get('draft.review', null)
  expect(review.checks.find(({ check }) => check === 'thingsboard')).toMatchObject({ state: 'problem' })
  const applied = await client.get('draft.apply', {
    ...{ revision: edited.revision, note: '', author: 'Ann', rollBackSeconds: 4 },
  })
  expect(applied.state.trial).toMatchObject({ version: 2 })
  await expect
    .poll(async () => (await client.get('versions.page', { offset: 0, limit: 10 })).rows.map((v) => v.state), {
      timeout: 30_000,
    })
    .toEqual(['running', 'rolled back', 'earlier'])
  const atRollback = arrived()
  await until('it delivers again', () => arrived() > atRollback, 20_000)
  expect(JSON.parse(readFileSync(join(dataDir, 'gateway.json'), 'utf8')).thingsboard.port).toBe(standIn.port)
  const draft = await client.get('draft.get', null)
  expect(draft.config.thingsboard?.port).toBe(9)
  expect(draft.state).toMatchObject({ changes: 1, undo: 'Move ThingsBoard', trial: null })
  const { issues } = await client.get('issues.list', { closed: false })
  expect(issues.find(({ code }) => code === 'CONFIG_ROLLED_BACK')?.message).toMatch(
    /Version 2 .* taken back because ThingsBoard was not reached again/,
  )
  await publisher.stop()
  await until('all of it arrives', () => arrived() === publisher.counters[0], 30_000)
  client.close()
})
