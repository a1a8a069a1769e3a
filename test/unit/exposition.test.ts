import { expect, test } from 'vitest'
import { expose } from '../../main/engine/observe/exposition.ts'
import { Metrics } from '../../main/engine/observe/metrics.ts'
import { emptyStoreStatus, emptyUplinkStatus, type GatewayStatus } from '../../shared/status.ts'

let next = 7_000_001
/** Every number gets a value of its own. */
const numbered = (value: unknown): unknown => {
  if (typeof value === 'number') return next++
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, numbered(inner)]))
}
const numbersOf = (value: unknown, path = ''): [string, number][] => {
  if (typeof value === 'number') return [[path, value]]
  if (value === null || typeof value !== 'object') return []
  return Object.entries(value).flatMap(([name, inner]) => numbersOf(inner, `${path}.${name}`))
}

/** In histograms, a time of day, or the sum of others. */
const elsewhere = /P50Ms|P99Ms|commitP|\.since$|\.lastAckAt|\.lastReplayAt|\.nextTryAt|balance\.dropped$/

test('every number the status has of store, uplink and balance is in /metrics', () => {
  const store = numbered({ ...emptyStoreStatus, secondsToFull: 0 }) as GatewayStatus['store']
  const more = { backlogSecondsLeft: 0, replays: 0, replayedValues: 0 }
  const uplink = numbered({ ...emptyUplinkStatus, ...more }) as GatewayStatus['uplink']
  const counts = { accepted: 0, delivered: 0, pending: 0, inFlight: 0, quarantined: 0, dropped: 0 }
  const balance = numbered({ ...counts, droppedByReason: { expired: 0 } }) as GatewayStatus['balance']
  const text = expose({ store, uplink, balance, connectors: [] } as unknown as GatewayStatus, new Metrics())
  const values = new Set(text.split('\n').map((line) => line.split(' ').at(-1)))
  const missing = numbersOf({ store, uplink, balance })
    .filter(([path, value]) => !elsewhere.test(path) && !values.has(String(value)))
    .map(([path]) => path)
  expect(missing).toEqual([])
})

test('no family is told twice, and every one is explained', () => {
  const status = {
    store: emptyStoreStatus,
    uplink: emptyUplinkStatus,
    balance: { accepted: 0, delivered: 0, pending: 0, inFlight: 0, quarantined: 0, dropped: 0, droppedByReason: {} },
    connectors: [],
  } as unknown as GatewayStatus
  const lines = expose(status, new Metrics()).split('\n')
  const types = lines.filter((line) => line.startsWith('# TYPE ')).map((line) => line.split(' ')[2])
  expect(new Set(types).size).toBe(types.length)
  const helps = lines.filter((line) => line.startsWith('# HELP ')).map((line) => line.split(' ')[2])
  expect(helps).toEqual(types)
})
