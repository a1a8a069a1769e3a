import { coerceNodeId, DataValue, DiagnosticInfo, StatusCodes, Variant, type VariantOptions } from 'node-opcua'
import { expect, test } from 'vitest'
import type { ValueType } from '../../shared/sample.ts'
import { opcuaConfig, startCollector } from '../servers/opcua-bench.ts'
import { startOpcuaServer } from '../servers/opcua-server.ts'

// The first and the last of every built-in type, alone and in arrays, over the wire: nothing is rounded, cut or mixed up.

type Case = readonly [VariantOptions, ValueType, unknown]
const scalar = (dataType: string, value: unknown, type: ValueType, plain = value): Case => [
  { dataType, value, arrayType: 'Scalar' } as VariantOptions,
  type,
  plain,
]
const array = (dataType: string, value: readonly unknown[] | object, json: string): Case => [
  { dataType, arrayType: 'Array', value } as VariantOptions,
  'json',
  json,
]
const long = 'ü'.repeat(50_000)
const guid = '72962B91-FA75-4AE6-8D28-B404DC7DAF63'

const cases: Record<string, Case> = {
  false: scalar('Boolean', false, 'boolean'),
  sbyteMin: scalar('SByte', -128, 'integer'),
  sbyteMax: scalar('SByte', 127, 'integer'),
  byteMin: scalar('Byte', 0, 'integer'),
  byteMax: scalar('Byte', 255, 'integer'),
  int16Min: scalar('Int16', -32_768, 'integer'),
  int16Max: scalar('Int16', 32_767, 'integer'),
  uint16Max: scalar('UInt16', 65_535, 'integer'),
  int32Min: scalar('Int32', -2_147_483_648, 'integer'),
  int32Max: scalar('Int32', 2_147_483_647, 'integer'),
  uint32Max: scalar('UInt32', 4_294_967_295, 'integer'),
  int64Min: scalar('Int64', [0x8000_0000, 0], 'integer', -9_223_372_036_854_775_808n),
  int64Max: scalar('Int64', [0x7fff_ffff, 0xffff_ffff], 'integer', 9_223_372_036_854_775_807n),
  int64Safe: scalar('Int64', [0x001f_ffff, 0xffff_ffff], 'integer', Number.MAX_SAFE_INTEGER),
  int64Unsafe: scalar('Int64', [0x0020_0000, 1], 'integer', 9_007_199_254_740_993n),
  int64Zero: scalar('Int64', [0, 0], 'integer', 0),
  uint64Max: scalar('UInt64', [0xffff_ffff, 0xffff_ffff], 'integer', 18_446_744_073_709_551_615n),
  uint64Half: scalar('UInt64', [0x8000_0000, 0], 'integer', 9_223_372_036_854_775_808n),
  floatMax: scalar('Float', Math.fround(3.402_823_466_385_288_6e38), 'float'),
  floatLeast: scalar('Float', Math.fround(1.401_298_464_324_817e-45), 'float'),
  floatNaN: scalar('Float', Number.NaN, 'float'),
  floatInfinity: scalar('Float', Number.NEGATIVE_INFINITY, 'float'),
  doubleMax: scalar('Double', Number.MAX_VALUE, 'double'),
  doubleLeast: scalar('Double', Number.MIN_VALUE, 'double'),
  doubleInfinity: scalar('Double', Number.POSITIVE_INFINITY, 'double'),
  minusZero: scalar('Double', -0, 'double'),
  emptyString: scalar('String', '', 'string'),
  nullString: scalar('String', null, 'string'),
  longString: scalar('String', long, 'string'),
  zeroInString: scalar('String', 'a\u0000b\ud83d\ude00', 'string'),
  firstDate: scalar('DateTime', new Date('1601-01-02T00:00:00.000Z'), 'string', '1601-01-02T00:00:00.000Z'),
  lastDate: scalar('DateTime', new Date('9999-12-31T23:59:59.000Z'), 'string', '9999-12-31T23:59:59.000Z'),
  emptyBytes: scalar('ByteString', Buffer.alloc(0), 'string', ''),
  bytes: scalar('ByteString', Buffer.from([0, 255, 254]), 'string', 'AP/+'),
  nullGuid: scalar('Guid', '00000000-0000-0000-0000-000000000000', 'string', '00000000-0000-0000-0000-000000000000'),
  expandedNodeId: scalar('ExpandedNodeId', coerceNodeId('ns=1;i=5'), 'string', 'ns=1;i=5'),
  good: scalar('StatusCode', StatusCodes.Good, 'string', 'Good'),
  variants: array(
    'Variant',
    [new Variant({ dataType: 'Int32', value: 1 }), new Variant({ dataType: 'String', value: 'x' })],
    '[1,"x"]',
  ),
  dataValues: array('DataValue', [new DataValue({ value: { dataType: 'Double', value: 2.5 } })], '[2.5]'),
  diagnostic: [
    { dataType: 'DiagnosticInfo', value: new DiagnosticInfo({ additionalInfo: 'why' }) } as unknown as VariantOptions,
    'json',
    expect.stringContaining('"why"'),
  ],
  booleans: array('Boolean', [true, false], '[true,false]'),
  sbytes: array('SByte', new Int8Array([-128, 127]), '[-128,127]'),
  byteArray: array('Byte', new Uint8Array([0, 255]), '[0,255]'),
  int16s: array('Int16', new Int16Array([-32_768, 32_767]), '[-32768,32767]'),
  uint32s: array('UInt32', new Uint32Array([0, 4_294_967_295]), '[0,4294967295]'),
  uint64s: array('UInt64', [[0xffff_ffff, 0xffff_ffff]], '[18446744073709551615]'),
  doubles: array(
    'Double',
    [Number.MAX_VALUE, Number.MIN_VALUE, Number.POSITIVE_INFINITY],
    `[${Number.MAX_VALUE},${Number.MIN_VALUE},null]`,
  ),
  dates: array('DateTime', [new Date(0)], '["1970-01-01T00:00:00.000Z"]'),
  guids: array('Guid', [guid], JSON.stringify([guid])),
  byteStrings: array('ByteString', [Buffer.from('abc'), null], '["YWJj",null]'),
  texts: array('LocalizedText', [{ text: 'a' }, { text: 'b' }], '["a","b"]'),
  names: array('QualifiedName', [{ namespaceIndex: 2, name: 'n' }], '["2:n"]'),
  statuses: array('StatusCode', [StatusCodes.Good, StatusCodes.BadTimeout], '["Good","BadTimeout"]'),
  nodeIds: array('NodeId', [coerceNodeId('i=85')], '["ns=0;i=85"]'),
  noStrings: array('String', [], '[]'),
  cube: [
    { dataType: 'Byte', arrayType: 'Matrix', dimensions: [2, 2, 2], value: new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8]) },
    'json',
    '[[[1,2],[3,4]],[[5,6],[7,8]]]',
  ],
  emptyMatrix: [{ dataType: 'Int32', arrayType: 'Matrix', dimensions: [0, 3], value: [] }, 'json', '[]'],
}

test('the extremes of every built-in type arrive exactly', { timeout: 60_000 }, async () => {
  const names = Object.keys(cases)
  const server = await startOpcuaServer({ variables: names.map((name) => ({ name, value: cases[name]![0] })) })
  const bench = await startCollector(
    opcuaConfig(
      server.endpointUrl,
      names.map((name) => ({ node: `/Objects/Plant/${name}` })),
    ),
  )
  try {
    await expect.poll(() => names.filter((_, tag) => !bench.sink.last(tag)), { timeout: 30_000 }).toEqual([])
    for (const [tag, name] of names.entries()) {
      const [, type, value] = cases[name]!
      expect([name, bench.sink.last(tag)]).toEqual([name, expect.objectContaining({ type, value, statusCode: 0 })])
    }
    expect(Object.is(bench.sink.last(names.indexOf('minusZero'))?.value, -0)).toBe(true)
    expect(bench.sink.refusals).toEqual([])
  } finally {
    await bench.close()
    await server.close()
  }
})
