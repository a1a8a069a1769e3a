import { coerceNodeId, StatusCodes, type VariantOptions } from 'node-opcua'
import { expect, test } from 'vitest'
import type { ValueType } from '../../shared/sample.ts'
import { opcuaConfig, startCollector } from '../servers/opcua-bench.ts'
import { startOpcuaServer } from '../servers/opcua-server.ts'

const when = new Date('2026-01-02T03:04:05.678Z')
const cases: Record<string, [VariantOptions, ValueType, unknown]> = {
  boolean: [{ dataType: 'Boolean', value: true }, 'boolean', true],
  sbyte: [{ dataType: 'SByte', value: -128 }, 'integer', -128],
  byte: [{ dataType: 'Byte', value: 255 }, 'integer', 255],
  int16: [{ dataType: 'Int16', value: -32768 }, 'integer', -32768],
  uint16: [{ dataType: 'UInt16', value: 65535 }, 'integer', 65535],
  int32: [{ dataType: 'Int32', value: -2147483648 }, 'integer', -2147483648],
  uint32: [{ dataType: 'UInt32', value: 4294967295 }, 'integer', 4294967295],
  int64: [{ dataType: 'Int64', arrayType: 'Scalar', value: [0xffffffff, 0xfffffffe] }, 'integer', -2],
  int64Large: [
    { dataType: 'Int64', arrayType: 'Scalar', value: [0x7fffffff, 0xffffffff] },
    'integer',
    9223372036854775807n,
  ],
  uint64: [
    { dataType: 'UInt64', arrayType: 'Scalar', value: [0xffffffff, 0xffffffff] },
    'integer',
    18446744073709551615n,
  ],
  float: [{ dataType: 'Float', value: 0.5 }, 'float', 0.5],
  double: [{ dataType: 'Double', value: 0.1 }, 'double', 0.1],
  notANumber: [{ dataType: 'Double', value: Number.NaN }, 'double', Number.NaN],
  string: [{ dataType: 'String', value: 'Grüße ☃' }, 'string', 'Grüße ☃'],
  dateTime: [{ dataType: 'DateTime', value: when }, 'string', when.toISOString()],
  guid: [
    { dataType: 'Guid', value: '72962B91-FA75-4AE6-8D28-B404DC7DAF63' },
    'string',
    '72962B91-FA75-4AE6-8D28-B404DC7DAF63',
  ],
  byteString: [{ dataType: 'ByteString', value: Buffer.from('abc') }, 'string', 'YWJj'],
  xml: [{ dataType: 'XmlElement', value: '<a/>' }, 'string', '<a/>'],
  nodeId: [{ dataType: 'NodeId', value: coerceNodeId('ns=1;s=x') }, 'string', 'ns=1;s=x'],
  statusCode: [{ dataType: 'StatusCode', value: StatusCodes.BadNodeIdUnknown }, 'string', 'BadNodeIdUnknown'],
  qualifiedName: [{ dataType: 'QualifiedName', value: { namespaceIndex: 1, name: 'n' } }, 'string', '1:n'],
  localizedText: [{ dataType: 'LocalizedText', value: { locale: 'en', text: 'hello' } }, 'string', 'hello'],
  array: [{ dataType: 'Double', arrayType: 'Array', value: [1.5, Number.NaN, -2] }, 'json', '[1.5,null,-2]'],
  floats: [{ dataType: 'Float', arrayType: 'Array', value: [0.1, 2] }, 'json', '[0.1,2]'],
  strings: [{ dataType: 'String', arrayType: 'Array', value: ['a', 'b"c'] }, 'json', '["a","b\\"c"]'],
  longs: [
    {
      dataType: 'Int64',
      arrayType: 'Array',
      value: [
        [0x7fffffff, 0xffffffff],
        [0xffffffff, 0xffffffff],
      ],
    },
    'json',
    '[9223372036854775807,-1]',
  ],
  matrix: [
    { dataType: 'Int32', arrayType: 'Matrix', dimensions: [2, 3], value: [1, 2, 3, 4, 5, 6] },
    'json',
    '[[1,2,3],[4,5,6]]',
  ],
  empty: [{ dataType: 'Int32', arrayType: 'Array', value: [] }, 'json', '[]'],
}

test('every built-in type arrives as the plain value it stands for', async () => {
  const names = Object.keys(cases)
  const server = await startOpcuaServer({ variables: names.map((name) => ({ name, value: cases[name]![0] })) })
  const keys = names.map((name) => ({ node: `/Objects/Plant/${name}` }))
  // Structure of namespace 0, and one that needs no decoding of its own.
  const bench = await startCollector(opcuaConfig(server.endpointUrl, [...keys, { node: 'i=2256' }]))
  try {
    await expect.poll(() => bench.sink.samples.length, { timeout: 15_000 }).toBeGreaterThanOrEqual(names.length + 1)
    for (const [tag, name] of names.entries()) {
      const [, type, value] = cases[name]!
      expect([name, bench.sink.last(tag)]).toEqual([name, expect.objectContaining({ type, value, statusCode: 0 })])
    }
    const status = JSON.parse(String(bench.sink.last(names.length)?.value))
    expect(status).toMatchObject({ state: 0, buildInfo: { manufacturerName: expect.any(String) } })
  } finally {
    await bench.close()
    await server.close()
  }
})
