import fc from 'fast-check'
import type { EditStep } from '../../shared/config/edit.ts'
import { type GatewayConfig, gatewaySchema } from '../../shared/config/gateway.ts'

// Small random configurations whose parts collide often: same names, same nodes, same places.

const name = fc.constantFrom('a', 'b', 'c', 'd')

const opcuaKey = fc.record(
  {
    key: name,
    node: fc.constantFrom('ns=1;s=a', 'ns=1;s=b', 'ns=1;s=c'),
    kind: fc.constantFrom('telemetry', 'attribute'),
    unit: fc.constantFrom('rpm', '°C'),
    report: fc.record({ onChange: fc.boolean() }),
  },
  { requiredKeys: ['key', 'node'] },
)
const device = fc.record({
  name,
  profile: fc.constantFrom('default', 'pump'),
  keys: fc.uniqueArray(opcuaKey, { selector: ({ key, kind }) => `${key} ${kind ?? 'telemetry'}`, maxLength: 4 }),
})
const rule = fc.record({ name, select: fc.record({ path: fc.constantFrom('Objects/*', 'Objects/Line?/**') }) })
const opcua = fc.record({
  type: fc.constant('opcua'),
  id: fc.constantFrom('plc-1', 'plc-2'),
  name,
  endpointUrl: fc.constantFrom('opc.tcp://a:4840', 'opc.tcp://b:4840'),
  identity: fc.constantFrom({ type: 'anonymous' }, { type: 'password', username: 'u', password: '${env:P}' }),
  devices: fc.uniqueArray(device, { selector: (d) => d.name, maxLength: 4 }),
  rules: fc.array(rule, { maxLength: 2 }),
})
const topic = fc.record({
  filter: fc.constantFrom('x/+', 'y/#'),
  device: fc.constant('${topic[1]}'),
  qos: fc.constantFrom(0, 1),
  keys: fc.uniqueArray(fc.record({ key: name, value: fc.constantFrom('$.a', '$.b') }), {
    selector: ({ key }) => key,
    minLength: 1,
    maxLength: 3,
  }),
})
const mqtt = fc.record({
  type: fc.constant('mqtt'),
  id: fc.constantFrom('mq-1', 'mq-2'),
  name,
  host: name,
  topics: fc.array(topic, { maxLength: 3 }),
})
const thingsboard = fc.record({ host: name, credentials: fc.record({ type: fc.constant('token'), token: name }) })

/** Valid by the schema, with its defaults; the mapping rules may still object (two profiles of one device). */
export const randomConfig: fc.Arbitrary<GatewayConfig> = fc
  .record(
    {
      version: fc.constant(1),
      name,
      thingsboard,
      connectors: fc.uniqueArray(fc.oneof(opcua, mqtt), { selector: ({ id }) => id, maxLength: 3 }),
    },
    { requiredKeys: ['version', 'name', 'connectors'] },
  )
  .map((input) => gatewaySchema.parse(input))

type Json = Extract<EditStep, { op: 'set' }>['value']

/** Any JSON whose lists are often called like those that have identities. */
export const randomJson: fc.Arbitrary<Json> = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5, depthSize: 'small' },
    fc.constantFrom<Json>(1, 2, 'x', true, null, ''),
    fc.array(tie('value'), { maxLength: 5 }),
    fc.dictionary(fc.constantFrom('connectors', 'devices', 'keys', 'name', 'id', 'key', 'x'), tie('value'), {
      maxKeys: 4,
    }),
  ),
})).value
