import { DataType, type ISessionContext, StatusCodes, type Variant } from 'node-opcua'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { opcuaConfig } from '../servers/opcua-bench.ts'
import { startOpcuaServer, type TestServer } from '../servers/opcua-server.ts'
import { startTools, type ToolsUnderTest } from '../servers/opcua-tools.ts'

let server: TestServer
let bench: ToolsUnderTest
let calls = 0

beforeAll(async () => {
  server = await startOpcuaServer()
  const space = server.server.engine.addressSpace!
  const namespace = space.getNamespace(server.namespaceIndex)
  const machine = namespace.addObject({ organizedBy: space.rootFolder.objects, browseName: 'Machine' })
  const method = namespace.addMethod(machine, {
    browseName: 'Fill',
    inputArguments: [
      { name: 'Litres', dataType: DataType.Double, description: { text: 'How much' } },
      { name: 'Order', dataType: DataType.UInt64 },
      { name: 'Names', dataType: DataType.String, valueRank: 1 },
    ],
    outputArguments: [
      { name: 'Ticket', dataType: DataType.UInt64 },
      { name: 'Text', dataType: DataType.String },
    ],
  })
  method.bindMethod(async (inputs: Variant[], _context: ISessionContext) => {
    calls++
    if (inputs[0]!.value > 100) return { statusCode: StatusCodes.BadOutOfRange, outputArguments: [] }
    return {
      statusCode: StatusCodes.Good,
      outputArguments: [
        { dataType: DataType.UInt64, arrayType: 0, value: inputs[1]!.value },
        { dataType: DataType.String, value: inputs[2]!.value.join('+') },
      ],
    }
  })
  const silent = namespace.addMethod(machine, { browseName: 'Stop', inputArguments: [], outputArguments: [] })
  silent.bindMethod(async (_inputs: Variant[], _context: ISessionContext) => ({
    statusCode: StatusCodes.Good,
    outputArguments: [],
  }))
  bench = await startTools()
})
afterAll(async () => {
  await bench?.close()
  await server?.close()
})

const call = (texts: string[], callable = ['/Objects/Machine/*'], method = '/Objects/Machine/Fill') =>
  bench.tools.call(
    opcuaConfig(server.endpointUrl, [], { callable }),
    { object: '', method, arguments: texts, by: 'test' },
    AbortSignal.timeout(20_000),
  )

test('arguments are parsed by their types, outputs come with their names', async () => {
  expect(await call(['12.5', '18446744073709551615', '["a", "b"]'])).toEqual({
    status: 'Good',
    detail: 'Called. It answered Ticket = 18446744073709551615, Text = a+b.',
    said: { detail: expect.objectContaining({ code: 'node.answered' }) },
    outputs: [
      { name: 'Ticket', type: 'UInt64', value: '18446744073709551615' },
      { name: 'Text', type: 'String', value: 'a+b' },
    ],
  })
  expect(await call([], undefined, '/Objects/Machine/Stop')).toMatchObject({ detail: 'Called.' })
})

test('what can not be an argument is not sent', async () => {
  const before = calls
  await expect(call(['1'])).rejects.toMatchObject({
    message: expect.stringContaining('takes 3 arguments, not 1'),
    hint: expect.stringContaining('Litres (Double), Order (UInt64), Names (String[])'),
  })
  await expect(call(['1', '-1', '[]'])).rejects.toMatchObject({
    message: expect.stringContaining('Order: -1 does not fit'),
  })
  expect(calls).toBe(before)
})

test('a method that is not named in the configuration is not called', async () => {
  const before = calls
  await expect(call(['1', '1', '[]'], [])).rejects.toMatchObject({ hint: expect.stringContaining('"callable"') })
  expect(calls).toBe(before)
})

test('a refusal of the server is told with its reason', async () => {
  await expect(call(['101', '1', '[]'])).rejects.toMatchObject({
    code: 'OPCUA_NODE_REFUSED',
    message: expect.stringContaining('out of range'),
  })
})

test('the details of a method say what it takes and gives, and whether it may be called', async () => {
  const node = await bench.tools.node(
    opcuaConfig(server.endpointUrl, []),
    '/Objects/Machine/Fill',
    AbortSignal.timeout(20_000),
  )
  expect(node).toMatchObject({
    path: '/Objects/Machine/Fill',
    method: {
      inputs: [
        { name: 'Litres', type: 'Double', description: 'How much' },
        { name: 'Order', type: 'UInt64' },
        { name: 'Names', type: 'String[]' },
      ],
      outputs: [{ name: 'Ticket' }, { name: 'Text' }],
    },
    access: { allowed: false, detail: expect.stringContaining('"callable"') },
  })
  expect(node.attributes).toContainEqual({ name: 'NodeClass', value: 'Method', quality: 'Good' })
  expect(node.references).toContainEqual(
    expect.objectContaining({ direction: 'inverse', type: 'ComponentOf', name: 'Machine' }),
  )
  expect(node.references).toContainEqual(
    expect.objectContaining({ direction: 'forward', type: 'HasProperty', name: 'InputArguments' }),
  )
})
