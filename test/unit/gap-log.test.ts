import { expect, test } from 'vitest'
import { GapLog } from '../../main/engine/observe/gap-log.ts'
import { IssueBook } from '../../main/engine/observe/issues.ts'
import { LogBook } from '../../main/engine/observe/log.ts'
import type { Gap, SourceLoss } from '../../main/engine/pipeline/stages.ts'
import { FakeClock } from '../fakes/fake-clock.ts'

const gap: Gap = {
  connectorId: 'plc',
  connectorName: 'PLC',
  fromMs: 1000,
  toMs: 2000,
  nodeCount: 1,
  nodes: ['ns=1;s=a'],
  cause: 'the line was down',
  hint: '',
}

function rig() {
  const clock = new FakeClock()
  const writes: { losses: readonly SourceLoss[]; done(): void; failed(): void }[] = []
  const gaps = new GapLog({
    issues: new IssueBook(clock),
    log: new LogBook(() => clock.now()).logger('gaps'),
    clock,
    record: (losses) =>
      new Promise<void>((done, reject) => {
        writes.push({ losses, done, failed: () => reject(new Error('disk full')) })
      }),
  })
  return { clock, writes, gaps }
}

test('while one write is on its way, more of the same source and cause become one record', async () => {
  const { clock, writes, gaps } = rig()
  for (let i = 0; i < 1000; i++) gaps.declare({ ...gap, toMs: 2000 + i })
  gaps.declare({ ...gap, kind: 'overflow', count: 3 })
  expect(writes).toHaveLength(1)
  writes[0]?.done()
  await clock.run(0)
  expect(writes[1]?.losses).toMatchObject([
    { kind: 'gap', entries: 999, uncounted: 999, tsMin: 1000, tsMax: 2999, seriesCount: 1 },
    { kind: 'overflow', entries: 1, uncounted: 0, count: 3 },
  ])
})

test('what the store did not take is written with the next try', async () => {
  const { clock, writes, gaps } = rig()
  gaps.declare(gap)
  writes[0]?.failed()
  await clock.run(0)
  gaps.declare(gap)
  expect(writes[1]?.losses).toMatchObject([{ entries: 2 }])
  writes[1]?.failed()
  await clock.run(6000)
  expect(writes[2]?.losses).toMatchObject([{ entries: 2 }])
})

test('a thousand different causes stay a bounded number of records, and every one is counted', async () => {
  const { clock, writes, gaps } = rig()
  for (let i = 0; i < 1000; i++) gaps.declare({ ...gap, cause: `cause ${i}` })
  writes[0]?.done()
  await clock.run(0)
  const losses = writes[1]?.losses ?? []
  expect(losses.length).toBeLessThanOrEqual(101)
  expect(losses.reduce((sum, { entries }) => sum + entries, 0)).toBe(999)
})

test('stop waits for what was declared, and not longer than its deadline', async () => {
  const { clock, writes, gaps } = rig()
  gaps.declare(gap)
  let stopped = false
  const stop = gaps.stop(clock.monotonic() + 1000).then(() => {
    stopped = true
  })
  await clock.run(500)
  expect(stopped).toBe(false)
  await clock.run(600)
  await stop
  expect(writes).toHaveLength(1)
})
