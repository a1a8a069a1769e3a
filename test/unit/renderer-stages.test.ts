import { expect, test } from 'vitest'
import { stageReports, worstStage } from '../../renderer/screens/overview/stage-reports.ts'
import { type ConnectorStatus, emptyStoreStatus, emptyUplinkStatus, type GatewayStatus } from '../../shared/status.ts'

const source: ConnectorStatus = {
  id: 'a',
  name: 'PLC',
  type: 'opcua',
  address: '',
  state: 'online',
  since: 0,
  detail: '',
  tags: 10,
  tagsGood: 10,
  received: 1,
  receivedPerSecond: 1,
  refused: 0,
}

function statusWith(patch: Partial<GatewayStatus>): GatewayStatus {
  return {
    at: 100_000,
    startedAt: 0,
    version: '1',
    name: 'G',
    demo: false,
    safeMode: false,
    summary: 'delivering',
    detail: '',
    connectors: [source],
    mapping: { mapped: 1, filtered: 0, unmapped: 0, series: 1, devices: 1 },
    store: { ...emptyStoreStatus, state: 'ready', limitBytes: 1 },
    uplink: { ...emptyUplinkStatus, state: 'online', lastAckAt: 99_000, window: 64, devices: 1 },
    balance: { accepted: 0, delivered: 0, pending: 0, inFlight: 0, quarantined: 0, dropped: 0, droppedByReason: {} },
    rates: { known: true, receivedPerSecond: 1, acceptedPerSecond: 1, deliveredPerSecond: 1 },
    openIssues: 0,
    configRevision: 1,
    ...patch,
  }
}

test('with everything working no stage is the worst', () => {
  expect(worstStage(stageReports(statusWith({})))).toBeUndefined()
})

test('a source that waits names itself and its cause, and a stopped one outranks it', () => {
  const waiting = { ...source, state: 'waiting', detail: 'Nothing answers at 10.0.3.20:4840.' } as const
  expect(stageReports(statusWith({ connectors: [waiting] })).read).toEqual({
    tone: 'warn',
    cause: 'PLC: Nothing answers at 10.0.3.20:4840.',
  })
  const stopped = { ...source, name: 'Other', state: 'faulted', detail: 'The password was refused.' } as const
  expect(stageReports(statusWith({ connectors: [waiting, stopped] })).read).toEqual({
    tone: 'bad',
    cause: 'Other: The password was refused.',
  })
})

test('tags without a value are told although the source is connected', () => {
  const report = stageReports(statusWith({ connectors: [{ ...source, tagsGood: 1 }] })).read
  expect(report.tone).toBe('warn')
  expect(report.cause).toContain('9 of 10')
})

test('a disabled source is no problem', () => {
  const report = stageReports(statusWith({ connectors: [source, { ...source, state: 'disabled', tagsGood: 0 }] })).read
  expect(report.tone).toBe('ok')
})

test('ThingsBoard that takes messages and acknowledges nothing is told after ten seconds', () => {
  const base = statusWith({})
  const stalled = statusWith({
    uplink: { ...base.uplink, lastAckAt: 80_000 },
    balance: { ...base.balance, accepted: 5, inFlight: 5 },
  })
  expect(stageReports(stalled).deliver.tone).toBe('warn')
  expect(stageReports({ ...stalled, balance: base.balance }).deliver.tone).toBe('ok')
})

test('a full or broken store is the worst of all', () => {
  const base = statusWith({})
  const full = statusWith({
    store: { ...base.store, state: 'full', detail: 'Full since 13:41; the oldest values are given up.' },
    uplink: { ...base.uplink, state: 'waiting', detail: 'Away.' },
  })
  const reports = stageReports(full)
  expect(worstStage(reports)).toBe('queue')
  expect(reports.queue.cause).toContain('Full since')
})

test('an outage of ThingsBoard says when the next try is', () => {
  const base = statusWith({})
  const report = stageReports(
    statusWith({ uplink: { ...base.uplink, state: 'waiting', detail: 'No route.', nextTryAt: 107_000 } }),
  ).deliver
  expect(report).toEqual({ tone: 'warn', cause: 'No route. Next try in 7 s.' })
})

test('a fill alarm outranks everything else the queue could say', () => {
  const base = statusWith({})
  const store = { ...base.store, alarm: 'critical', fill: 0.967, secondsToFull: 60, oldestSeconds: 90_000 } as const
  expect(stageReports({ ...base, store }).queue).toEqual({
    tone: 'bad',
    cause: 'The storage is 96 % full: no room in 1 min',
  })
})

test('a backlog that is being sent is no problem, one that can not be sent is', () => {
  const base = statusWith({})
  const lanes = { ...base.store.lanes, backlog: { pending: 500, bytes: 1, oldestSeconds: 600 } }
  const store = { ...base.store, lanes, oldestSeconds: 600 }
  const uplink = { ...base.uplink, backlogPerSecond: 100, backlogSecondsLeft: 5 }
  const draining = stageReports({ ...base, store, uplink }).queue
  expect(draining).toEqual({ tone: 'busy', cause: 'Backlog of 500 values is sent at 100/s, gone in 5 s' })
  expect(stageReports({ ...base, store, uplink: { ...uplink, state: 'waiting' } }).queue).toEqual({
    tone: 'warn',
    cause: 'Oldest waits 10 min',
  })
})
