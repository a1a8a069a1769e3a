import { expect, test } from 'vitest'
import { judge, type TraceFacts } from '../../main/engine/api/trace-stages.ts'
import { SeriesRegistry } from '../../main/engine/pipeline/series.ts'
import type { TagMoment } from '../../main/engine/pipeline/tag-memory.ts'
import type { TagRow } from '../../shared/api/contract.ts'
import { type ConnectorStatus, emptyStoreStatus, emptyUplinkStatus, type Issue } from '../../shared/status.ts'

// Every fault is injected alone into a value that otherwise arrives: the stage it names must be the first that is not ok.

const now = 1_700_000_000_000
const good = { tag: 0, type: 'double', value: 1, ts: now - 1000, statusCode: 0 } as const

const online: ConnectorStatus = {
  id: 'plc',
  name: 'PLC',
  type: 'opcua',
  address: 'opc.tcp://h',
  state: 'online',
  since: now - 60_000,
  detail: 'Connected',
  tags: 1,
  tagsGood: 1,
  received: 10,
  receivedPerSecond: 1,
  refused: 0,
}

const watched: TagRow = {
  device: 'Press',
  key: 'speed',
  node: 'ns=1;s=speed',
  nodeId: 'ns=1;s=speed',
  state: 'watched',
  problem: '',
  requestedSamplingMs: 250,
  requestedQueueSize: 10,
  status: 'Good',
  ts: now - 1000,
}

const arrived: TagMoment = {
  sample: good,
  receivedAt: now - 900,
  mappedAt: now - 900,
  refusal: undefined,
  refusedAt: 0,
}

function factsWith(patch: Partial<TraceFacts> = {}, deliveredAt = now - 800): TraceFacts {
  const series = new SeriesRegistry().intern('Press', 'default', 'speed', 'telemetry')!
  Object.assign(series, { count: 5, lastValue: 1, lastTs: now - 1000, deliveredAt })
  return {
    now,
    device: 'Press',
    key: 'speed',
    connector: online,
    isDraft: false,
    isUnmapped: false,
    tag: watched,
    moment: arrived,
    series,
    report: undefined,
    store: { ...emptyStoreStatus, state: 'ready' },
    uplink: { ...emptyUplinkStatus, state: 'online' },
    quarantined: [],
    issues: [],
    ...patch,
  }
}

function issue(code: string, subject: string, evidence = ''): Issue {
  const times = { since: now - 5000, lastSeen: now, count: 1 }
  return {
    id: '7',
    code,
    severity: 'error',
    subject,
    subjectName: '',
    message: 'broken',
    hint: 'do this',
    evidence,
    ...times,
  }
}

/** First broken stage and what is said about it. */
function broken(patch: Partial<TraceFacts>, deliveredAt?: number) {
  const { stages, broken: at } = judge(factsWith(patch, deliveredAt))
  const stage = stages.find((one) => one.stage === at)
  return [at, stage?.state, stage?.code, stage?.actions.map(({ kind }) => kind).join(' ')]
}

test('a value that was acknowledged breaks nowhere, and says how long it took', () => {
  const { stages, broken: at } = judge(factsWith())
  expect(at).toBeUndefined()
  expect(stages.map(({ state }) => state)).toEqual(['ok', 'ok', 'ok', 'ok'])
  expect(stages[3]).toMatchObject({ code: 'acknowledged', facts: { tookMs: 100 } })
})

test('a server that is down breaks Read, with its cure and a retry', () => {
  const down = { ...online, state: 'waiting' as const, detail: 'refused', nextTryAt: now + 5000 }
  const facts = { connector: down, issues: [issue('CONNECTION_REFUSED', 'plc')] }
  expect(broken(facts)).toEqual(['read', 'problem', 'source-down', 'retry issue source'])
  expect(judge(factsWith(facts)).stages[0]).toMatchObject({
    detail: 'refused',
    hint: 'do this',
    facts: { nextTryAt: now + 5000 },
  })
})

test('a node that is gone or refused breaks Read', () => {
  expect(broken({ tag: { ...watched, state: 'gone' } })).toEqual(['read', 'problem', 'node-gone', 'source'])
  const refused = { ...watched, state: 'refused' as const, problem: 'BadNodeIdUnknown' }
  const about = issue('OPCUA_NODE_UNKNOWN', 'plc', 'ns=1;s=speed')
  expect(broken({ tag: refused, issues: [about] })).toEqual(['read', 'problem', 'node-refused', 'issue source'])
})

test('a bad value breaks Read, not Map, although the mapping refuses it', () => {
  const refusal = { code: 'MAP_BAD_QUALITY', tag: 0, message: 'bad', hint: '', evidence: '' } as const
  const moment = { ...arrived, sample: { ...good, statusCode: 0x808c_0000 }, refusal, refusedAt: now }
  expect(broken({ moment })).toEqual(['read', 'problem', 'bad-value', 'source'])
  expect(judge(factsWith({ moment })).stages[0]?.detail).toBe('BadSensorFailure')
})

test('a type that can not be converted breaks Map until a later value is mapped', () => {
  const refusal = { code: 'MAP_TYPE_MISMATCH', tag: 0, message: 'no number', hint: 'auto', evidence: 'x' } as const
  const moment = { ...arrived, refusal, refusedAt: now - 100 }
  expect(broken({ moment })).toEqual(['map', 'problem', 'refused', 'mapping'])
  expect(broken({ moment: { ...moment, mappedAt: now - 50 } }, now)[0]).toBeUndefined()
})

test('a deadband that suppresses, and a wait that holds back, are told at Map', () => {
  const report = { onChange: true, deadband: 5 }
  expect(broken({ report: { passedAt: now - 9000, state: 'suppressed', report } }, now - 8900)).toEqual([
    'map',
    'waiting',
    'suppressed',
    'mapping',
  ])
  expect(broken({ report: { passedAt: now - 900, state: 'held', report } }).slice(0, 3)).toEqual([
    'map',
    'waiting',
    'held',
  ])
})

test('a full disk breaks Queue, whatever ThingsBoard does', () => {
  const uplink = { ...emptyUplinkStatus, state: 'waiting' as const }
  const issues = [issue('STORE_DISK_FULL', 'store')]
  expect(broken({ uplink, issues })).toEqual(['queue', 'problem', 'not-kept', 'issue storage'])
  const full = { ...emptyStoreStatus, state: 'full' as const, fill: 1 }
  expect(broken({ store: full })).toEqual(['queue', 'problem', 'full', 'storage'])
})

test('ThingsBoard that is away breaks Deliver for what is not acknowledged yet, and for nothing else', () => {
  const uplink = { ...emptyUplinkStatus, state: 'waiting' as const, detail: 'no route' }
  expect(broken({ uplink }, now - 60_000)).toEqual(['deliver', 'problem', 'thingsboard-down', 'thingsboard'])
  expect(broken({ uplink }, now)[0]).toBeUndefined()
})

test('a value in quarantine breaks Deliver until a later one is acknowledged', () => {
  const row = { id: 1, device: 'Press', key: 'speed', kind: 'telemetry', ts: now, type: 'double', value: '1' } as const
  const quarantined = [{ ...row, reasonCode: 0x99, reason: 'refused', attempts: 1, at: now - 500 }]
  expect(broken({ quarantined })).toEqual(['deliver', 'problem', 'quarantined', 'quarantine'])
  expect(broken({ quarantined }, now)[0]).toBeUndefined()
})

test('what was just mapped is on its way, not stuck; what waits for long is said to wait', () => {
  expect(broken({}, now - 2000)[0]).toBeUndefined()
  const old = { ...arrived, receivedAt: now - 9000, mappedAt: now - 9000 }
  expect(broken({ moment: old }, now - 20_000).slice(0, 3)).toEqual(['deliver', 'waiting', 'under-way'])
})

test('a key that is only in the draft, and a node nobody mapped, say so', () => {
  expect(broken({ isDraft: true, series: undefined, connector: undefined }, 0)).toEqual([
    'read',
    'off',
    'not-applied',
    'review',
  ])
  expect(broken({ isUnmapped: true, series: undefined, tag: undefined }, 0).slice(0, 3)).toEqual([
    'map',
    'off',
    'not-mapped',
  ])
})
