import { DataType, resolveNodeId, StatusCodes, Variant } from 'node-opcua'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { opcuaConfig } from '../servers/opcua-bench.ts'
import { namespaceUri, startOpcuaServer, type TestServer } from '../servers/opcua-server.ts'
import { startTools, type ToolsUnderTest } from '../servers/opcua-tools.ts'

let server: TestServer
let bench: ToolsUnderTest

const variables = [
  { name: 'Boolean', value: { dataType: DataType.Boolean, value: false } },
  { name: 'SByte', value: { dataType: DataType.SByte, value: 0 } },
  { name: 'Byte', value: { dataType: DataType.Byte, value: 0 } },
  { name: 'Int16', value: { dataType: DataType.Int16, value: 0 } },
  { name: 'UInt16', value: { dataType: DataType.UInt16, value: 0 } },
  { name: 'Int32', value: { dataType: DataType.Int32, value: 0 } },
  { name: 'UInt32', value: { dataType: DataType.UInt32, value: 0 } },
  { name: 'Int64', value: { dataType: DataType.Int64, arrayType: 0, value: [0, 0] } },
  { name: 'UInt64', value: { dataType: DataType.UInt64, arrayType: 0, value: [0, 0] } },
  { name: 'Float', value: { dataType: DataType.Float, value: 0 } },
  { name: 'Double', value: { dataType: DataType.Double, value: 0 } },
  { name: 'String', value: { dataType: DataType.String, value: '' } },
  { name: 'DateTime', value: { dataType: DataType.DateTime, value: new Date(0) } },
  { name: 'Guid', value: { dataType: DataType.Guid, value: '00000000-0000-0000-0000-000000000000' } },
  { name: 'ByteString', value: { dataType: DataType.ByteString, value: Buffer.from([1]) } },
  { name: 'LocalizedText', value: { dataType: DataType.LocalizedText, value: { text: 'a' } } },
  { name: 'QualifiedName', value: { dataType: DataType.QualifiedName, value: { name: 'a', namespaceIndex: 0 } } },
  { name: 'NodeId', value: { dataType: DataType.NodeId, value: resolveNodeId('i=85') } },
  { name: 'Array', value: { dataType: DataType.Double, arrayType: 1, value: [1, 2] } },
  { name: 'Level', value: { dataType: DataType.Double, value: 50 } },
  { name: 'ReadOnly', value: { dataType: DataType.Int32, value: 1 } },
  { name: 'Secret', value: { dataType: DataType.Int32, value: 1 } },
] as const

beforeAll(async () => {
  server = await startOpcuaServer({
    variables: variables.map(({ name, value }) => ({ name, value: { ...value } as never })),
  })
  const space = server.server.engine.addressSpace!
  server.variable('ReadOnly').accessLevel = 1
  server.variable('ReadOnly').userAccessLevel = 1
  space.getNamespace(server.namespaceIndex).addVariable({
    propertyOf: server.variable('Level'),
    browseName: { name: 'EURange', namespaceIndex: 0 } as never,
    dataType: 'Range',
    value: new Variant({
      dataType: DataType.ExtensionObject,
      value: space.constructExtensionObject(resolveNodeId('i=884'), { low: 0, high: 100 }),
    }),
  })
  const namespace = space.getNamespace(server.namespaceIndex)
  const state = namespace.addEnumerationType({ browseName: 'MachineState', enumeration: ['Idle', 'Running', 'Broken'] })
  namespace.addVariable({
    organizedBy: space.findNode(`ns=${server.namespaceIndex};s=Plant`) as never,
    browseName: 'State',
    nodeId: `ns=${server.namespaceIndex};s=State`,
    dataType: state,
    value: { dataType: DataType.Int32, value: 0 },
  })
  bench = await startTools()
})
afterAll(async () => {
  await bench?.close()
  await server?.close()
})

const config = (writable: string[] = ['/Objects/Plant/*']) => opcuaConfig(server.endpointUrl, [], { writable })
const signal = () => AbortSignal.timeout(20_000)
const write = (name: string, text: string, writable?: string[]) =>
  bench.tools.write(config(writable), { node: `/Objects/Plant/${name}`, text, by: 'test' }, signal())

test.for([
  ['Boolean', 'true', 'true'],
  ['Boolean', '0', 'false'],
  ['SByte', '-128', '-128'],
  ['Byte', '255', '255'],
  ['Int16', '-32768', '-32768'],
  ['UInt16', '65535', '65535'],
  ['Int32', '-2147483648', '-2147483648'],
  ['UInt32', '4294967295', '4294967295'],
  ['Int64', '-9223372036854775808', '-9223372036854775808'],
  ['UInt64', '18446744073709551615', '18446744073709551615'],
  ['Float', '0.1', '0.1'],
  ['Double', '1e-7', '1e-7'],
  ['String', ' ünï "x" ', ' ünï "x" '],
  ['DateTime', '2026-11-22T14:30:00.125Z', '2026-11-22T14:30:00.125Z'],
  ['Guid', '72962b91-fa75-4ae6-8d28-b404dc7daf63', '72962B91-FA75-4AE6-8D28-B404DC7DAF63'],
  ['ByteString', 'AQIDBA==', 'AQIDBA=='],
  ['LocalizedText', 'Grüße', 'Grüße'],
  ['QualifiedName', '2:Name', '2:Name'],
  ['NodeId', 'ns=2;s=X', 'ns=2;s=X'],
  ['Array', '[1.5, -2, 3e5]', '[1.5,-2,300000]'],
])('%s takes %s and reads back as it', async ([name, text, expected]) => {
  const result = await write(name!, text!)
  expect(result).toMatchObject({ status: 'Good', after: { value: expected, quality: 'Good' } })
  expect(result.detail).toContain('Written')
})

test.for([
  ['Boolean', 'maybe', 'neither true nor false'],
  ['SByte', '128', '-128 to 127'],
  ['Byte', '-1', '0 to 255'],
  ['Int16', '32768', '-32768 to 32767'],
  ['UInt32', '4294967296', '0 to 4294967295'],
  ['Int64', '9223372036854775808', '9223372036854775807'],
  ['UInt64', '-1', '0 to 18446744073709551615'],
  ['Int32', '1.5', 'not a whole number'],
  ['Int32', '', 'not a whole number'],
  ['Float', '3.5e38', 'does not fit into Float'],
  ['Double', '1,5', 'decimal point'],
  ['Double', '1e999', 'does not fit into Double'],
  ['DateTime', 'tomorrow', 'not a time'],
  ['Guid', 'abc', 'not a GUID'],
  ['ByteString', '***', 'Base64'],
  ['Array', '3', 'written as JSON'],
  ['Array', '[1, "x"]', 'element 1'],
  ['Level', '100.5', '0 to 100'],
])('%s refuses %s in words, and nothing is written', async ([name, text, reason]) => {
  const path = `/Objects/Plant/${name}`
  const [before] = await bench.tools.read(config(), [path], signal())
  await expect(write(name!, text!)).rejects.toMatchObject({
    code: 'MAP_TYPE_MISMATCH',
    message: expect.stringContaining(reason!),
  })
  const [after] = await bench.tools.read(config(), [path], signal())
  expect(after?.value).toBe(before?.value)
})

test('an enumeration takes the name or the number, and nothing that is neither', async () => {
  expect((await write('State', 'Broken')).after.value).toBe('2')
  expect((await write('State', '1')).after.value).toBe('1')
  await expect(write('State', 'Melting')).rejects.toMatchObject({
    message: expect.stringContaining('none of Idle, Running, Broken'),
  })
  await expect(write('State', '3')).rejects.toMatchObject({ message: expect.stringContaining('2 (Broken)') })
})

test('nothing is written that the configuration does not name; the refusal says where to allow it', async () => {
  for (const writable of [[], ['/Objects/Plant/Int*'], [`nsu=${namespaceUri};s=Secre`], ['/Objects/Plant/secret']]) {
    await expect(write('Secret', '7', writable)).rejects.toMatchObject({
      code: 'OPCUA_NODE_REFUSED',
      hint: expect.stringContaining('"writable"'),
    })
  }
  expect(server.variable('Secret').readValue().value.value).toBe(1)
})

test.for([
  [[`nsu=${namespaceUri};s=Secret`]],
  [[`nsu=${namespaceUri};s=Sec*`]],
  [['/Objects/Plant/Secret']],
  [['/Objects/*/Secre?']],
  [['/Objects/2:Plant/2:*']],
])('a node is allowed by %s', async ([writable]) => {
  const [before] = await bench.tools.read(config(), ['/Objects/Plant/Secret'], signal())
  const next = String(Number(before!.value) + 1)
  expect((await write('Secret', next, writable as string[])).after.value).toBe(next)
})

test('the server has the last word, and its reason is told', async () => {
  await expect(write('ReadOnly', '5')).rejects.toMatchObject({
    code: 'OPCUA_NODE_REFUSED',
    message: expect.stringMatching(/read-only|may not write/),
  })
  server.variable('Int16').bindVariable(
    {
      get: () => new Variant({ dataType: DataType.Int16, value: 3 }),
      set: () => StatusCodes.BadOutOfRange,
    },
    true,
  )
  await expect(write('Int16', '9')).rejects.toMatchObject({
    message: expect.stringContaining('outside of what it accepts'),
  })
})

test('a value the machine changes at once is told as it is now', async () => {
  server.variable('Byte').bindVariable(
    {
      get: () => new Variant({ dataType: DataType.Byte, value: 42 }),
      set: () => StatusCodes.Good,
    },
    true,
  )
  const result = await write('Byte', '9')
  expect(result.after.value).toBe('42')
  expect(result.detail).toContain('but the value is 42 now')
})

test('every write and every refusal is in the audit log with who, what, old and new', async () => {
  await write('Int32', '123')
  await write('Secret', '5', []).catch(() => undefined)
  const lines = bench.log.page({ offset: 0, limit: 2, level: 'info', text: 'opcua.audit' }).entries
  expect(lines[1]).toMatchObject({
    event: 'write',
    fields: expect.stringMatching(/by=test.*Int32.*new=123 old=-2147483648 result=Good/),
  })
  expect(lines[0]).toMatchObject({ event: 'write-refused', fields: expect.stringContaining('Secret') })
})

test('a write is sent once, also when the server was restarted since the last question', async () => {
  let writes = 0
  const restarted = await startOpcuaServer({
    variables: [{ name: 'x', value: { dataType: DataType.Int32, value: 1 } }],
  })
  const own = opcuaConfig(restarted.endpointUrl, [], { writable: ['/Objects/Plant/x'] })
  try {
    await bench.tools.read(own, ['/Objects/Plant/x'], signal())
    await restarted.restart()
    restarted.variable('x').bindVariable(
      {
        get: () => new Variant({ dataType: DataType.Int32, value: writes }),
        set: () => {
          writes++
          return StatusCodes.Good
        },
      },
      true,
    )
    await bench.tools.write(own, { node: '/Objects/Plant/x', text: '7', by: 'test' }, signal())
    expect(writes).toBe(1)
  } finally {
    await restarted.close()
  }
})
