import { expect, test } from 'vitest'
import {
  asksOf,
  chosenCount,
  everythingChosen,
  isChosen,
  nothingChosen,
  toggled,
  withRows,
} from '../../renderer/screens/delivery/choice.ts'
import { exportName } from '../../renderer/screens/delivery/export-name.ts'
import {
  causeWords,
  lostValues,
  outageSeconds,
  percentWords,
  secondsToFull,
} from '../../renderer/screens/delivery/words.ts'
import { alarmsOf } from '../../renderer/screens/overview/alarms.ts'
import { pageLimit } from '../../shared/api/page.ts'
import { emptyStoreStatus, emptyUplinkStatus, type Issue, noLane } from '../../shared/status.ts'

test('without a selection the actions mean everything that matches the filter', () => {
  expect(asksOf(nothingChosen, 'press')).toEqual([{ all: true, filter: 'press' }])
  expect(chosenCount(nothingChosen, 437)).toBe(437)
})

test('more selected rows than a request may name become several requests, none twice', () => {
  const ids = Array.from({ length: pageLimit + 1 }, (_, i) => i)
  const asks = asksOf(withRows(nothingChosen, [...ids, 0]), '')
  expect(asks.map((ask) => ('ids' in ask ? ask.ids.length : 0))).toEqual([pageLimit, 1])
})

test('one row taken out of "all" leaves that row alone selected, never all the others', () => {
  const choice = toggled(everythingChosen, 7)
  expect(isChosen(choice, 7)).toBe(true)
  expect(isChosen(choice, 8)).toBe(false)
  expect(isChosen(toggled(choice, 7), 7)).toBe(false)
})

test('what was replaced by a newer value or given up by hand is no loss', () => {
  const balance = { accepted: 30, delivered: 10, pending: 0, inFlight: 0, quarantined: 0, dropped: 20 }
  expect(lostValues({ ...balance, droppedByReason: { superseded: 12, discarded: 3, 'full-oldest': 5 } })).toBe(5)
  expect(lostValues({ ...balance, droppedByReason: { corrupt: 20 } })).toBe(20)
})

test('a cause without words of its own is shown as the engine says it', () => {
  expect(causeWords('full-oldest')).toBe('Storage full, oldest given up')
  expect(causeWords('payload format invalid')).toBe('Payload format invalid')
})

test('a little use of the storage does not read as none', () => {
  expect([0, 0.0001, 0.05, 0.849].map(percentWords)).toEqual(['0', '< 0.1', '5.0', '85'])
})

test('how long an outage fits is said only when enough waits to know the size of a value', () => {
  const status = (pending: number) => ({
    store: {
      ...emptyStoreStatus,
      limitBytes: 1_000_000,
      lanes: { live: noLane, backlog: { pending, bytes: pending * 10, oldestSeconds: 1 }, attributes: noLane },
    },
    rates: { known: true, receivedPerSecond: 0, acceptedPerSecond: 100, deliveredPerSecond: 0 },
  })
  expect(outageSeconds(status(100))).toBeUndefined()
  expect(outageSeconds(status(10_000))).toBe(1000)
})

test('an alarm is told once: by its issue when there is one, else by the figures', () => {
  const store = { ...emptyStoreStatus, alarm: 'critical', fill: 0.97, quarantineRows: 2 } as const
  const uplink = emptyUplinkStatus
  expect(alarmsOf({ store, uplink }, []).map(({ id, tone }) => [id, tone])).toEqual([
    ['fill', 'bad'],
    ['quarantine', 'warn'],
  ])
  const told = [{ code: 'STORE_FILLING' }, { code: 'STORE_QUARANTINE' }] as Issue[]
  expect(alarmsOf({ store, uplink }, told)).toEqual([])
  expect(alarmsOf({ store: emptyStoreStatus, uplink }, [])).toEqual([])
})

test('while the backlog drains no time to full is told: the growth before says nothing any more', () => {
  const store = { ...emptyStoreStatus, secondsToFull: 44 }
  const uplink = { ...emptyUplinkStatus, state: 'online' } as const
  expect(secondsToFull({ store, uplink })).toBe(44)
  expect(secondsToFull({ store, uplink: { ...uplink, backlogSecondsLeft: 38 } })).toBeUndefined()
})

test('the name of the export is one every file system takes', () => {
  const at = new Date('2026-02-01T13:04:05Z')
  expect(exportName('Line 3: A/B', at)).toBe('quarantine Line 3 AB 2026-02-01 1304.jsonl')
  expect(exportName('', at)).toBe('quarantine 2026-02-01 1304.jsonl')
})
