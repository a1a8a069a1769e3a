import { addAggregateSupport, DataType, installAggregateConfigurationOptions, StatusCodes } from 'node-opcua'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { opcuaConfig } from '../servers/opcua-bench.ts'
import { startOpcuaServer, type TestServer } from '../servers/opcua-server.ts'
import { startTools, type ToolsUnderTest } from '../servers/opcua-tools.ts'

const points = 2500
const from = Date.UTC(2026, 0, 1)
let server: TestServer
let bench: ToolsUnderTest

beforeAll(async () => {
  server = await startOpcuaServer({
    variables: ['Recorded', 'Forgotten'].map((name) => ({ name, value: { dataType: DataType.Double, value: 0 } })),
  })
  const space = server.server.engine.addressSpace!
  addAggregateSupport(space)
  space.installHistoricalDataNode(server.variable('Recorded'), { maxOnlineValues: 10_000 })
  installAggregateConfigurationOptions(
    server.variable('Recorded') as never,
    {
      percentDataBad: 100,
      percentDataGood: 100,
      treatUncertainAsBad: true,
      useSlopedExtrapolation: false,
      stepped: false,
    } as never,
  )
  for (let i = 0; i < points; i++) {
    server.set('Recorded', { dataType: DataType.Double, value: i }, StatusCodes.Good, new Date(from + i * 1000))
  }
  bench = await startTools()
})
afterAll(async () => {
  await bench?.close()
  await server?.close()
})

const read = (question: object, node = '/Objects/Plant/Recorded') =>
  bench.tools.history(
    opcuaConfig(server.endpointUrl, []),
    { nodeId: node, fromMs: from, toMs: from + points * 1000, limit: 50_000, ...question },
    AbortSignal.timeout(30_000),
  )

test('all values come in order, over many answers', async () => {
  const { points: found, truncated } = await read({})
  expect(truncated).toBe(false)
  expect(found.map((p) => p.value)).toEqual(Array.from({ length: points }, (_, i) => String(i)))
  expect(found[1]).toMatchObject({ ts: from + 1000, quality: 'Good', type: 'Double' })
})

test('exactly the interval asked for comes', async () => {
  const { points: found } = await read({ fromMs: from + 10_000, toMs: from + 20_000 })
  expect(found.map((p) => p.value)).toEqual(
    ['10', '11', '12', '13', '14', '15', '16', '17', '18', '19', '20'].slice(0, found.length),
  )
  expect(found.length).toBeGreaterThanOrEqual(10)
})

test('more than asked for is cut and said to be, however often, so no continuation point is left behind', async () => {
  for (let i = 0; i < 30; i++) {
    const { points: found, truncated } = await read({ limit: 100 })
    expect(found).toHaveLength(100)
    expect(truncated).toBe(true)
  }
  expect((await read({})).points).toHaveLength(points)
})

test('the server computes one value per interval', async () => {
  const { points: found } = await read({
    fromMs: from,
    toMs: from + 60_000,
    aggregate: 'maximum',
    intervalMs: 10_000,
  })
  expect(found.map((p) => p.value)).toEqual(['9', '19', '29', '39', '49', '59'])
  await expect(read({ aggregate: 'total', intervalMs: 10_000 })).rejects.toMatchObject({
    code: 'OPCUA_NODE_REFUSED',
    message: expect.stringContaining('can not compute this aggregate'),
  })
})

test('a node without history says so instead of showing nothing', async () => {
  await expect(read({}, '/Objects/Plant/Forgotten')).rejects.toMatchObject({
    code: 'OPCUA_NODE_REFUSED',
    hint: expect.stringContaining('recorded'),
  })
})
