import { expect, test } from 'vitest'
import { findChanges } from '../../main/engine/config/draft/diff.ts'
import { expectedRates } from '../../main/engine/config/draft/expected-rate.ts'
import { checkDraft, touchedNames } from '../../main/engine/config/draft/review.ts'
import type { ReviewParts } from '../../main/engine/config/draft/review-questions.ts'
import type { ConfigCheck } from '../../shared/api/draft-requests.ts'
import { type GatewayConfig, gatewaySchema } from '../../shared/config/gateway.ts'

const key = (name: string, more: object = {}): object => ({ key: name, node: `ns=2;s=${name}`, ...more })
const plc = (devices: object[], more: object = {}): object => ({
  ...{ type: 'opcua', id: 'plc', name: 'PLC', endpointUrl: 'opc.tcp://plc:4840', devices },
  ...more,
})
const mq = (more: object = {}): object => ({
  ...{ type: 'mqtt', id: 'mq', name: 'Broker', host: 'mq' },
  topics: [{ filter: 'x', device: 'Press', keys: [{ key: 'n' }] }],
  ...more,
})
const config = (...connectors: object[]): GatewayConfig => gatewaySchema.parse({ version: 1, connectors })

const nobody: ReviewParts = {
  readNodes: async (_, nodeIds) => nodeIds.map(() => ({ type: 'Double', quality: 'Good' })),
  previewRule: async () => ({ devices: 1, keys: 3, problems: [] }),
  testSource: async () => ({ steps: [] }),
  testThingsboard: async () => ({ steps: [] }),
  lastType: () => undefined,
}

async function check(
  before: GatewayConfig,
  after: GatewayConfig,
  parts: Partial<ReviewParts> = {},
): Promise<Partial<Record<ConfigCheck['check'], ConfigCheck>>> {
  const checks = await checkDraft(before, after, findChanges(before, after), { ...nobody, ...parts }, 200)
  return Object.fromEntries(checks.map((line) => [line.check, line]))
}

test('only new nodes are asked for, and those that do not exist are named', async () => {
  const asked: string[] = []
  const before = config(plc([{ name: 'M', keys: [key('a')] }]))
  const after = config(plc([{ name: 'M', keys: [key('a', { unit: 'rpm' }), key('b'), key('c')] }]))
  const { nodes } = await check(before, after, {
    readNodes: async (_, nodeIds) => {
      asked.push(...nodeIds)
      return nodeIds.map((id) => ({ type: '', quality: id.endsWith('c') ? 'BadNodeIdUnknown' : 'Good' }))
    },
  })
  expect(asked).toEqual(['ns=2;s=b', 'ns=2;s=c'])
  expect(nodes).toMatchObject({ state: 'problem', detail: '1 of 2 nodes exist, 1 do not', about: ['M › c: ns=2;s=c'] })
})

test('a node that can not be read right now exists all the same', async () => {
  const { nodes } = await check(config(), config(plc([{ name: 'M', keys: [key('a')] }])), {
    readNodes: async () => [{ type: '', quality: 'BadWaitingForInitialData' }],
  })
  expect(nodes).toMatchObject({ state: 'ok', detail: '1 of 1 nodes exist' })
})

test('a server that never answers is unknown after its time, and the review comes all the same', async () => {
  const after = config(plc([{ name: 'M', keys: [key('a')] }]), mq())
  const never = () => new Promise<never>(() => {})
  const checks = await check(config(), after, { readNodes: never, testSource: never })
  expect(checks.sources).toMatchObject({
    state: 'unknown',
    about: [/^PLC: did not answer/, /^Broker: did not answer/].map((m) => expect.stringMatching(m)),
  })
  expect(checks.nodes).toMatchObject({ state: 'unknown' })
  expect(checks.names).toMatchObject({ state: 'ok' })
})

test('a source that refuses says why and what to do', async () => {
  const refused = {
    step: 'Signed in',
    state: 'failed' as const,
    detail: 'bad password',
    hint: 'Enter it again.',
    ms: 1,
  }
  const { sources } = await check(config(), config(mq()), { testSource: async () => ({ steps: [refused] }) })
  expect(sources).toMatchObject({ state: 'problem', hint: 'Enter it again.', about: ['Broker: bad password'] })
})

test('only new and changed rules are tried, and one that finds nothing or collides is a warning', async () => {
  const rule = (name: string, path: string): object => ({ name, select: { path } })
  const before = config(plc([], { rules: [rule('old', 'Objects/*'), rule('moved', 'Objects/A')] }))
  const rules = [rule('old', 'Objects/*'), rule('moved', 'Objects/B'), rule('new', 'Objects/C')]
  const { nodes } = await check(before, config(plc([], { rules })), {
    previewRule: async (_, { name }) =>
      name === 'new' ? { devices: 0, keys: 0, problems: [] } : { devices: 2, keys: 4, problems: ['two nodes are "v"'] },
  })
  expect(nodes).toMatchObject({
    state: 'warning',
    detail: 'changed rules find 4 keys, 1 of them nothing',
    about: ['PLC › rule moved: two nodes are "v"', 'PLC › rule new: finds nothing'],
  })
})

test('a source that is switched off is not asked', async () => {
  const never = () => new Promise<never>(() => {})
  const { sources } = await check(config(), config(mq({ enabled: false })), { testSource: never })
  expect(sources).toBeUndefined()
})

test('a key whose last value was a number and will be a text is a warning; a wider number is not', async () => {
  const before = config()
  const after = config(
    plc([{ name: 'M', keys: [key('a'), key('b', { type: 'string' }), key('c', { type: 'double' })] }]),
  )
  const { types } = await check(before, after, {
    readNodes: async () => [
      { type: 'String', quality: 'Good' },
      { type: 'Int32', quality: 'Good' },
      { type: 'Int32', quality: 'Good' },
    ],
    lastType: (_, name) => (name === 'a' ? 'double' : 'integer'),
  })
  expect(types).toMatchObject({ state: 'warning', about: ['M › a: double → string', 'M › b: integer → string'] })
})

test('a device that two sources feed is named with both', async () => {
  const { names } = await check(config(), config(plc([{ name: 'Press', keys: [key('a')] }]), mq()))
  expect(names).toMatchObject({ state: 'warning', about: ['Press: PLC, Broker'] })
})

test('a device that goes stays in ThingsBoard, which the review says', async () => {
  const before = config(plc([{ name: 'M', keys: [key('a')] }, { name: 'N' }]), mq())
  const { devices } = await check(before, config(plc([{ name: 'N' }])))
  expect(devices).toMatchObject({ about: ['M', 'Press'], hint: expect.stringContaining('with their history') })
})

test('touched are the sources that change, come or go, and no other', () => {
  const before = config(plc([{ name: 'M', keys: [] }]), mq(), plc([], { id: 'gone', name: 'Gone' }))
  const after = config(plc([{ name: 'M', keys: [key('a')] }]), mq(), plc([], { id: 'new', name: 'New' }))
  expect(touchedNames(before, after)).toEqual(['PLC', 'New', 'Gone'])
})

test('what is expected counts new keys like the average one and gone devices as they were measured', () => {
  const before = config(
    plc([
      { name: 'M', keys: [key('a'), key('b')] },
      { name: 'N', keys: [key('c')] },
    ]),
  )
  const after = config(plc([{ name: 'M', keys: [key('a'), key('b'), key('d')] }]))
  const measured = (device: string) => (device === 'M' ? { perMinute: 120, keys: 2 } : { perMinute: 30, keys: 1 })
  expect(expectedRates(before, findChanges(before, after), measured, 150)).toEqual({ now: 150, after: 170 })
})
