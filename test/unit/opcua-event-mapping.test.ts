import { DataType, resolveNodeId, Variant } from 'node-opcua'
import { expect, test } from 'vitest'
import { EventFields } from '../../main/engine/collect/opcua/event-fields.ts'
import { validateMapping } from '../../main/engine/map/validate.ts'
import { opcuaConnectorSchema, opcuaEventSchema } from '../../shared/config/opcua.ts'

const selection = (more: object = {}) => opcuaEventSchema.parse(more)

/** Values in the order of the filter: the eight base fields, ConditionId, then the states. */
function values(overrides: Record<number, Variant>, count: number): Variant[] {
  return Array.from({ length: count }, (_, i) => overrides[i] ?? new Variant())
}

const text = (value: string) => new Variant({ dataType: DataType.LocalizedText, value: { text: value } })
const base = (severity: number): Record<number, Variant> => ({
  1: new Variant({ dataType: DataType.NodeId, value: resolveNodeId('ns=0;i=2915') }),
  3: new Variant({ dataType: DataType.String, value: 'Mixer' }),
  4: new Variant({ dataType: DataType.DateTime, value: new Date(1000) }),
  6: text('hot'),
  7: new Variant({ dataType: DataType.UInt16, value: severity }),
})

test('a smaller filter, as some servers want it, gives the base fields all the same', () => {
  const fields = new EventFields(selection())
  const sample = fields.sample(-1, values(base(500), 8), ['', 'urn:a'], 5)
  expect(sample).toMatchObject({ tag: -1, ts: 1000, message: { topic: 'Mixer' } })
  expect(sample?.message?.payload).toMatchObject({ Message: 'hot', Severity: 500, EventType: 'i=2915' })
})

test('a state is one object with its text and its parts', () => {
  const fields = new EventFields(selection({ fields: ['1:Order/1:Number'] }))
  const count = fields.filter(resolveNodeId('i=2041') as never, 'full').selectClauses?.length ?? 0
  const own = values(base(500), count)
  own[count - 3] = text('Active')
  own[count - 2] = new Variant({ dataType: DataType.Boolean, value: true })
  own[count - 1] = new Variant({ dataType: DataType.Int64, arrayType: 0, value: [0x7fffffff, 0xffffffff] })
  expect(fields.sample(-1, own, [''], 5)?.message?.payload).toMatchObject({
    ActiveState: { Text: 'Active', Id: true },
    Order: { Number: '9223372036854775807' },
  })
})

test('the severity is looked at here too, for servers without filters; refresh marks are no events', () => {
  const fields = new EventFields(selection({ minSeverity: 300 }))
  expect(fields.sample(-1, values(base(299), 8), [''], 5)).toBeUndefined()
  expect(fields.sample(-1, values(base(300), 8), [''], 5)).toBeDefined()
  const refresh = { ...base(999), 1: new Variant({ dataType: DataType.NodeId, value: resolveNodeId('ns=0;i=2787') }) }
  expect(fields.sample(-1, values(refresh, 8), [''], 5)).toBeUndefined()
})

test('an event without a time gets that of its arrival, and empty fields break nothing', () => {
  const fields = new EventFields(selection())
  expect(fields.sample(-1, [], [''], 5)).toMatchObject({ ts: 5, message: { topic: '' } })
})

test('a mistake in a selection is named with its place', () => {
  const connector = opcuaConnectorSchema.parse({
    type: 'opcua',
    id: 'a',
    name: 'A',
    endpointUrl: 'opc.tcp://x:1',
    events: [{ device: '${$.SourceName', keys: [{ key: 'k', value: '$.[' }] }],
  })
  expect(validateMapping({ connectors: [connector] }).map((p) => p.path)).toEqual(
    expect.arrayContaining(['connectors[0].events[0].device', 'connectors[0].events[0].keys[0].value']),
  )
})
