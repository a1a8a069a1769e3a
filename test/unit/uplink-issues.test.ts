import { expect, test } from 'vitest'
import { IssueBook } from '../../main/engine/observe/issues.ts'
import {
  allowedPerSecond,
  assumedLimits,
  limitWords,
  parseSessionLimits,
  unknownLimits,
} from '../../main/engine/uplink/limits.ts'
import { UplinkIssues } from '../../main/engine/uplink/uplink-issues.ts'
import { durationWords } from '../../shared/said/duration.ts'
import { FakeClock } from '../fakes/fake-clock.ts'

function rig() {
  const clock = new FakeClock()
  const book = new IssueBook(clock)
  const issues = new UplinkIssues(book, 'tb:1883', () => clock.monotonic())
  const open = (code: string) => book.list(false).find((issue) => issue.code === code)
  return { clock, issues, open }
}

test('refusals without one acceptance for five minutes are a used-up quota, not a rate', async () => {
  const { clock, issues, open } = rig()
  for (let i = 0; i < 6; i++) {
    issues.rateLimited()
    await clock.run(50_000)
  }
  expect(open('UPLINK_USAGE_EXHAUSTED')).toBeUndefined()
  issues.rateLimited()
  expect(open('UPLINK_USAGE_EXHAUSTED')?.message).toContain('every message for 5 minutes')
  issues.acknowledged()
  expect(open('UPLINK_USAGE_EXHAUSTED')).toBeUndefined()
})

test('the search for a deadly value is told while it lasts, and closed once', () => {
  const { issues, open } = rig()
  issues.searched()
  expect(open('UPLINK_CULPRIT_SEARCH')).toBeUndefined()
  issues.searching(125)
  expect(open('UPLINK_CULPRIT_SEARCH')).toMatchObject({ severity: 'warning', evidence: 'suspected=125' })
  issues.searching(16)
  expect(open('UPLINK_CULPRIT_SEARCH')?.evidence).toBe('suspected=16')
  issues.searched()
  expect(open('UPLINK_CULPRIT_SEARCH')).toBeUndefined()
})

test('a rate that is merely too high is never called a used-up quota', async () => {
  const { clock, issues, open } = rig()
  for (let i = 0; i < 100; i++) {
    issues.rateLimited()
    issues.acknowledged()
    await clock.run(10_000)
  }
  expect(open('UPLINK_USAGE_EXHAUSTED')).toBeUndefined()
  expect(open('UPLINK_RATE_LIMITED')).toBeDefined()
})

test('a slow backlog is told with the limit and the time, and only while there is one', () => {
  const { issues, open } = rig()
  issues.backlog('10 messages/s', 500_000, 7200)
  expect(open('UPLINK_SLOW_BACKLOG')?.message).toBe(
    'ThingsBoard accepts 10 messages/s for this gateway; the backlog of 500000 values needs about 2 hours.',
  )
  issues.backlog('10 messages/s', 20_000, 300)
  expect(open('UPLINK_SLOW_BACKLOG')).toBeDefined()
  issues.backlog('10 messages/s', 100, 20)
  expect(open('UPLINK_SLOW_BACKLOG')).toBeUndefined()
  issues.backlog('', 500_000, 7200)
  expect(open('UPLINK_SLOW_BACKLOG')).toBeUndefined()
})

test('limits in words name the tightest window', () => {
  const limits = parseSessionLimits({
    gatewayRateLimits: { telemetryMessages: '20:1,600:60', telemetryDataPoints: '300:60' },
  })
  expect(limitWords(limits ?? unknownLimits).text).toBe('10 messages/s and 5 values/s')
  expect(limitWords(unknownLimits).text).toBe('')
})

test.each([
  ['thingsboard.cloud', 5],
  ['eu.thingsboard.cloud', 5],
  ['demo.thingsboard.io', 5],
  ['thingsboard.cloud.example', Number.POSITIVE_INFINITY],
  ['10.0.0.5', Number.POSITIVE_INFINITY],
])('of %s %d values/s are assumed when it does not say', (host, values) => {
  expect(allowedPerSecond(assumedLimits(host)).values).toBe(values)
})

test.each([
  [0.2, '1 s'],
  [89, '89 s'],
  [600, '10 minutes'],
  [86_400, '24 hours'],
  [604_800, '7 days'],
])('%d seconds are %s', (seconds, words) => {
  expect(durationWords(seconds)).toBe(words)
})
