import { expect, test } from 'vitest'
import { draftFiles } from '../../main/engine/api/draft-files.ts'
import { gatewaySchema } from '../../shared/config/gateway.ts'

const broker = (password?: string): object => ({
  type: 'mqtt',
  id: 'b',
  name: 'Broker',
  host: 'broker.local',
  ...(password && { username: 'u', password }),
  topics: [{ filter: 'a/+', device: '${topic[1]}', keys: [{ key: 'temp', value: '$.temp' }] }],
})
const config = (...connectors: object[]) => gatewaySchema.parse({ version: 1, connectors })

test('a new source is a new file, and what stays the same is the same on both sides', () => {
  const { files, counts } = draftFiles(config(), config(broker()), new Map())
  expect(files.map(({ name }) => name)).toEqual(['tb_gateway.json', 'mqtt-b.json'])
  const added = files.find(({ name }) => name === 'mqtt-b.json')
  expect([added?.before, JSON.parse(added?.after ?? '').broker.host]).toEqual(['', 'broker.local'])
  expect(counts.exact + counts.interpreted + counts.unsupported).toBeGreaterThan(0)
  const same = draftFiles(config(broker()), config(broker()), new Map())
  expect(same.files.every(({ before, after }) => before === after)).toBe(true)
})

test('no secret is in a file', () => {
  expect(JSON.stringify(draftFiles(config(), config(broker('geheim123')), new Map()))).not.toContain('geheim123')
})

test('a configuration too large for a window says so', () => {
  const keys = Array.from({ length: 100_000 }, (_, n) => ({ key: `k${n}`, node: `ns=2;s=Line.Machine.Value${n}` }))
  const plc = { type: 'opcua', id: 'p', name: 'P', endpointUrl: 'opc.tcp://p', devices: [{ name: 'D', keys }] }
  expect(draftFiles(config(), config(plc), new Map())).toMatchObject({ isTooLarge: true, files: [] })
})
