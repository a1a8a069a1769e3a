import { expect, test } from 'vitest'
import type { Lane } from '../../main/engine/pipeline/stages.ts'
import { BacklogRate } from '../../main/engine/uplink/backlog-rate.ts'
import { DrainMeter } from '../../main/engine/uplink/drain-meter.ts'
import { LaneShares } from '../../main/engine/uplink/lane-shares.ts'

/** Sends `messages` of 10 kB, always for the first lane in turn that has something. */
function share(shares: LaneShares, has: (lane: Lane, message: number) => boolean, messages: number) {
  const sent: Record<Lane, number> = { attributes: 0, live: 0, backlog: 0 }
  for (let i = 0; i < messages; i++) {
    const lane = shares.turn().find((l) => has(l, i))
    if (!lane) continue
    shares.sent(lane, 10_000)
    sent[lane]++
  }
  return sent
}

test('under pressure from everywhere each lane gets its weight', () => {
  expect(share(new LaneShares(), () => true, 1000)).toEqual({ attributes: 100, live: 600, backlog: 300 })
})

test('what live does not use the backlog gets, all of it', () => {
  expect(share(new LaneShares(), (lane) => lane === 'backlog', 100)).toMatchObject({ backlog: 100 })
})

test('live alone can not take more than two thirds from a waiting backlog', () => {
  const sent = share(new LaneShares(), (lane) => lane !== 'attributes', 900)
  expect(sent).toEqual({ attributes: 0, live: 600, backlog: 300 })
})

test('after a pause live goes first, without having saved up turns', () => {
  const shares = new LaneShares()
  share(shares, (lane) => lane === 'backlog', 500)
  expect(shares.turn()).toEqual(['attributes', 'live', 'backlog'])
  const sent = share(shares, (lane) => lane !== 'attributes', 90)
  expect(sent.backlog).toBeGreaterThanOrEqual(29)
})

test('a fixed backlog rate is kept on average, whatever the size of a message', () => {
  const rate = new BacklogRate({ mode: 'fixed', valuesPerSecond: 1000 })
  let sent = 0
  for (let nowMs = 0; nowMs < 60_000; nowMs += 10) {
    if (rate.waitMs(nowMs) > 0) continue
    rate.sent(4000, nowMs)
    sent += 4000
  }
  expect(sent).toBe(60_000)
})

test('adaptive sets no rate of its own', () => {
  const rate = new BacklogRate({ mode: 'adaptive', valuesPerSecond: 1 })
  rate.sent(1_000_000, 0)
  expect(rate.waitMs(0)).toBe(0)
})

test('the time left follows from what was acknowledged, and is not made up when nothing moves', () => {
  const meter = new DrainMeter()
  expect(meter.secondsLeft(1000)).toBeUndefined()
  for (let second = 0; second < 20; second++) {
    meter.acknowledged('backlog', 500)
    meter.acknowledged('live', 20)
    meter.second()
  }
  expect(meter.perSecond).toEqual({ live: 20, backlog: 500 })
  expect(meter.secondsLeft(1_000_000)).toBe(2000)
  expect(meter.secondsLeft(0)).toBeUndefined()
  for (let second = 0; second < 40; second++) meter.second()
  expect(meter.secondsLeft(1000)).toBeUndefined()
})
