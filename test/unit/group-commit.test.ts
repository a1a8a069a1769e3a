import { expect, test } from 'vitest'
import { GatewayError } from '../../main/engine/kit/gateway-error.ts'
import { GroupCommit, pressureHigh } from '../../main/engine/pipeline/group-commit.ts'
import { LiveDevice, LiveSeries } from '../../main/engine/pipeline/series.ts'
import type { AppendOutcome, Datapoint, Store } from '../../main/engine/pipeline/stages.ts'
import { FakeClock } from '../fakes/fake-clock.ts'

const series = new LiveSeries(new LiveDevice('D', 'default'), 'k', 'telemetry')
const points = (count: number): Datapoint[] =>
  Array.from({ length: count }, (_, i) => ({ series, ts: i, type: 'integer', value: i }))

/** A store that answers each append when told, and remembers their sizes. */
function gatedStore() {
  const appends: { size: number; answer: (outcome: AppendOutcome | GatewayError) => void }[] = []
  const append = (datapoints: readonly Datapoint[]): Promise<AppendOutcome> =>
    new Promise((resolve, reject) => {
      appends.push({
        size: datapoints.length,
        answer: (outcome) => (outcome instanceof GatewayError ? reject(outcome) : resolve(outcome)),
      })
    })
  return { appends, store: { append } as unknown as Store }
}

function setUp() {
  const clock = new FakeClock()
  const { appends, store } = gatedStore()
  return { clock, appends, commit: new GroupCommit({ store, clock, commitIntervalMs: 40 }) }
}

test('nothing resolves before the store has answered', async () => {
  const { clock, appends, commit } = setUp()
  let resolved = false
  void commit.add(points(1)).then(() => (resolved = true))
  await clock.run(1000)
  expect(appends).toHaveLength(1)
  expect(resolved).toBe(false)
  appends[0]?.answer({ kind: 'stored' })
  await clock.run(0)
  expect(resolved).toBe(true)
})

test('everything of one interval shares one commit, what comes during it waits for the next', async () => {
  const { clock, appends, commit } = setUp()
  void commit.add(points(3))
  void commit.add(points(4))
  await clock.run(40)
  void commit.add(points(5))
  await clock.run(100)
  expect(appends.map((a) => a.size)).toEqual([7])
  appends[0]?.answer({ kind: 'stored' })
  await clock.run(0)
  expect(appends.map((a) => a.size)).toEqual([7, 5])
})

test('an empty group resolves in order without a commit', async () => {
  const { clock, appends, commit } = setUp()
  const done = commit.add([])
  await clock.run(40)
  await done
  expect(appends).toHaveLength(0)
})

test('a full store keeps the group and its acknowledgements until there is room', async () => {
  const { clock, appends, commit } = setUp()
  let resolved = false
  void commit.add(points(2)).then(() => (resolved = true))
  await clock.run(40)
  appends[0]?.answer({ kind: 'full' })
  await clock.run(0)
  expect(commit.pressure.value).toBe(true)
  await clock.run(500)
  appends[1]?.answer(new GatewayError('STORE_DISK_FULL', 'Committing'))
  await clock.run(500)
  expect(resolved).toBe(false)
  appends[2]?.answer({ kind: 'stored' })
  await clock.run(0)
  expect(resolved).toBe(true)
  expect(commit.pressure.value).toBe(false)
})

test('sources are asked to pause while too much waits', async () => {
  const { clock, appends, commit } = setUp()
  void commit.add(points(pressureHigh))
  expect(commit.pressure.value).toBe(true)
  await clock.run(40)
  appends[0]?.answer({ kind: 'stored' })
  await clock.run(0)
  expect(commit.pressure.value).toBe(false)
})

test('a broken store rejects those who wait, and close rejects those who come later', async () => {
  const { clock, appends, commit } = setUp()
  const failing = commit.add(points(1))
  const caught = failing.catch((error: GatewayError) => error.code)
  await clock.run(40)
  appends[0]?.answer(new GatewayError('STORE_FAULT', 'Committing'))
  expect(await caught).toBe('STORE_FAULT')
  await commit.close()
  await expect(commit.add(points(1))).rejects.toMatchObject({ code: 'STOPPED' })
})
