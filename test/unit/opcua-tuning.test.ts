import { expect, test } from 'vitest'
import { DurableMark } from '../../main/engine/collect/opcua/durable-mark.ts'
import { Pace } from '../../main/engine/collect/opcua/pace.ts'
import { isNews } from '../../main/engine/collect/opcua/poller.ts'
import { flattenTags } from '../../main/engine/collect/opcua/tags.ts'
import { profileOf } from '../../main/engine/collect/opcua/vendor-profile.ts'
import type { Sample } from '../../shared/sample.ts'
import { opcuaConfig } from '../servers/opcua-bench.ts'

test('a mark never passes a notification that is not committed, whatever the order of the commits', () => {
  const mark = new DurableMark({ sequence: 0, time: 5 })
  for (const n of [1, 2, 3]) mark.taken(n, n * 10)
  mark.settled(3)
  mark.settled(1)
  expect(mark.value).toEqual({ sequence: 1, time: 10 })
  mark.quiet(99)
  expect(mark.value.time).toBe(10)
  mark.settled(2)
  expect(mark.value).toEqual({ sequence: 3, time: 30 })
  mark.quiet(99)
  expect(mark.value).toEqual({ sequence: 3, time: 99 })
})

test('batches grow while answers are quick, shrink when they are slow, and stay below what was too large', () => {
  const pace = new Pace(1000, 100)
  for (let i = 0; i < 5; i++) pace.took(pace.size, 20)
  expect(pace.size).toBe(1000)
  pace.took(1000, 900)
  expect(pace.size).toBe(500)
  pace.tooLarge(500)
  for (let i = 0; i < 5; i++) pace.took(pace.size, 20)
  expect(pace.size).toBe(250)
  pace.limit(40)
  expect(pace.size).toBe(40)
})

test('servers are known by maker and product, everything else begins small', () => {
  expect(profileOf('Siemens AG', 'S7-1200').takesFilters).toBe(false)
  expect(profileOf('PTC Inc.', 'KEPServerEX')).toMatchObject({ batch: 1000, itemsPerSubscription: 4000 })
  expect(profileOf('Somebody', 'Something')).toMatchObject({ isKnown: false, batch: 100 })
})

test('polling hands on what a subscription would: trigger and absolute deadband', () => {
  const [tag] = flattenTags(opcuaConfig('opc.tcp://x', [{ node: 'i=1', deadband: { type: 'absolute', value: 2 } }]), 0)
  const sample = (value: number, ts = 0, statusCode = 0): Sample => ({ tag: 0, type: 'double', value, ts, statusCode })
  expect(isNews(tag!, undefined, sample(1))).toBe(true)
  expect(isNews(tag!, sample(1), sample(3))).toBe(false)
  expect(isNews(tag!, sample(1), sample(3.5))).toBe(true)
  expect(isNews(tag!, sample(1), sample(Number.NaN))).toBe(true)
  expect(isNews(tag!, sample(1), sample(1, 9, 0x8000_0000))).toBe(true)
  expect(isNews({ ...tag!, trigger: 'status' }, sample(1), sample(99))).toBe(false)
  expect(isNews({ ...tag!, trigger: 'statusValueTimestamp' }, sample(1), sample(1, 9))).toBe(true)
})
