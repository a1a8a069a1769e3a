import { expect, onTestFinished, test } from 'vitest'
import { gatewayBench } from '../servers/gateway-bench.ts'
import { GatewayClient } from '../servers/gateway-client.ts'
import { startOpcuaServer } from '../servers/opcua-server.ts'
import { until } from '../servers/until.ts'

/** Slower than the server samples, so that whatever is missing was lost by the gateway. */
const changeMs = 100

const source = (id: string, endpointUrl: string): object => ({
  ...{ type: 'opcua', id, name: id, endpointUrl, securityMode: 'None', publishingIntervalMs: 100 },
  devices: [
    { name: `Device ${id}`, keys: [{ key: 'n', node: '/Objects/Plant/n', samplingIntervalMs: 0, queueSize: 1000 }] },
  ],
})

test('an applied change restarts the source it touches; the other keeps its session and loses nothing', {
  timeout: 90_000,
}, async () => {
  const variables = [
    { name: 'n', value: { dataType: 'Int32', value: 0 } },
    { name: 'more', value: { dataType: 'Double', value: 1.5 } },
  ] as const
  const [touched, untouched] = [await startOpcuaServer({ variables }), await startOpcuaServer({ variables })]
  onTestFinished(() => touched.close())
  onTestFinished(() => untouched.close())
  const { dataDir, standIn, gateway } = await gatewayBench()
  gateway.configure({
    version: 1,
    thingsboard: { host: '127.0.0.1', port: standIn.port, credentials: { type: 'token', token: 'T' } },
    connectors: [source('a', touched.endpointUrl), source('b', untouched.endpointUrl)],
  })
  gateway.start('--ui', '127.0.0.1:0')
  const client = await GatewayClient.connect(dataDir, gateway.pid)
  const values = (key: string, device = 'b') => [...standIn.points(`Device ${device}`, key).values()].map((v) => v.text)
  await until(
    'both deliver',
    () => values('n').length > 0 && values('n', 'a').length > 0,
    30_000,
    () => gateway.stderr,
  )
  let count = 0
  const timer = setInterval(() => untouched.set('n', { dataType: 'Int32', value: ++count }), changeMs)
  onTestFinished(() => clearInterval(timer))
  await until('values flow', () => values('n').length > 20, 20_000)
  const sessions = (): number => untouched.server.engine.cumulatedSessionCount
  const before = { a: touched.server.engine.cumulatedSessionCount, b: sessions() }

  const { state } = await client.get('draft.get', null)
  const key = { key: 'more', node: '/Objects/Plant/more' }
  const edited = await client.get('draft.edit', {
    revision: state.revision,
    label: 'Map more',
    steps: [{ op: 'insert', path: ['connectors', 0, 'devices', 0, 'keys', 1], value: key }],
  })
  const review = await client.get('draft.review', null)
  expect(review.touched).toEqual(['a'])
  expect(review.checks.map(({ check, state, detail }) => `${check} ${state}: ${detail}`)).toEqual([
    'schema ok: The draft can run as it is',
    'nodes ok: 1 of 1 nodes exist',
    'names ok: Names are unique',
    'types ok: No key changes its type',
    'sources ok: The changed source answers',
  ])
  const applied = await client.get('draft.apply', {
    ...{ revision: edited.state.revision, note: 'more', author: 'Ann', rollBackSeconds: 30 },
  })
  expect(applied).toMatchObject({ version: 2, problems: [], state: { changes: 0, trial: { version: 2 } } })
  await until('the new key arrives', () => values('more', 'a').includes('1.5'), 20_000)
  await expect.poll(async () => (await client.get('draft.get', null)).state.trial, { timeout: 20_000 }).toBeNull()
  const more = count + 20
  await until('the other goes on', () => values('n').includes(String(more)), 20_000)
  clearInterval(timer)

  expect(touched.server.engine.cumulatedSessionCount).toBeGreaterThan(before.a)
  expect(sessions()).toBe(before.b)
  const seen = new Set(values('n').map(Number))
  const first = Math.min(...seen)
  expect(Array.from({ length: more - first }, (_, i) => first + i).filter((n) => !seen.has(n))).toEqual([])
  client.close()
})
