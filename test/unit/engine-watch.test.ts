import { describe, expect, test } from 'vitest'
import { defaultWatchLimits, EngineWatch, type Verdict } from '../../main/engine/engine-watch.ts'
import type { Progress } from '../../main/engine/thread-protocol.ts'

const working: Progress = {
  accepted: 100,
  answers: 10,
  pending: 50,
  maySend: true,
  waitingToCommit: 0,
  mayCommit: true,
  heapBytes: 1,
}

/** One heartbeat per second from `fromMs` on; every verdict that is not fine, with its second. */
function beats(watch: EngineWatch, fromMs: number, seconds: number, progress: (second: number) => Progress, rss = 1) {
  const verdicts: [number, Verdict['kind']][] = []
  for (let second = 1; second <= seconds; second++) {
    const verdict = watch.beat(progress(second), rss, fromMs + second * 1000)
    watch.look(fromMs + second * 1000)
    if (verdict.kind !== 'fine') verdicts.push([second, verdict.kind])
  }
  return verdicts
}

function started(): EngineWatch {
  const watch = new EngineWatch(defaultWatchLimits)
  watch.spawned(0)
  return watch
}

describe('progress', () => {
  test('work, a link and no answer for a minute: the uplink first, then the engine, then more patience', () => {
    expect(beats(started(), 0, 300, () => working)).toEqual([
      [61, 'restart-uplink'],
      [121, 'restart'],
      [241, 'restart-uplink'],
    ])
  })

  test.each([
    ['nothing to do', { pending: 0 }],
    ['a rate limit or no link', { maySend: false }],
  ])('%s is no stall', (_what, changes) => {
    expect(beats(started(), 0, 600, () => ({ ...working, ...changes }))).toEqual([])
  })

  test('one answer a minute is progress, however slow', () => {
    expect(beats(started(), 0, 600, (second) => ({ ...working, answers: Math.floor(second / 50) }))).toEqual([])
  })

  test('values that wait for a commit that never comes restart the engine', () => {
    const stuck = { ...working, pending: 0, waitingToCommit: 5 }
    expect(beats(started(), 0, 90, () => stuck)).toEqual([[61, 'restart']])
    expect(beats(started(), 0, 90, () => ({ ...stuck, mayCommit: false }))).toEqual([])
  })
})

describe('silence', () => {
  const looks = (watch: EngineWatch, from: number, to: number) =>
    Array.from({ length: to - from }, (_, i) => watch.look((from + i + 1) * 1000).kind)

  test('fifteen seconds without a heartbeat are hung, fourteen are not', () => {
    expect(looks(started(), 0, 14)).not.toContain('hung')
    expect(looks(started(), 0, 15).at(-1)).toBe('hung')
  })

  test('a computer that slept has no hung engine', () => {
    const watch = started()
    watch.beat(working, 1, 1000)
    looks(watch, 1, 5)
    expect(watch.look(8 * 3_600_000).kind).toBe('fine')
    expect(watch.beat({ ...working, answers: 11 }, 1, 8 * 3_600_000 + 500).kind).toBe('fine')
  })
})

describe('memory', () => {
  const heavy = { ...working, pending: 0, heapBytes: defaultWatchLimits.heapBytes + 1 }

  test('three heartbeats over the ceiling are a restart, two are garbage about to be collected', () => {
    const verdicts = beats(started(), 0, 10, (second) => (second % 3 === 0 ? { ...heavy, heapBytes: 1 } : heavy))
    expect(verdicts).toEqual([])
    expect(beats(started(), 0, 3, () => heavy)).toEqual([[3, 'restart']])
  })

  test('a restart that does not help is repeated more and more seldom', () => {
    const verdicts = beats(started(), 0, 4 * 3600, () => ({ ...heavy, heapBytes: 1 }), defaultWatchLimits.rssBytes + 1)
    expect(verdicts.map(([second]) => second)).toEqual([3, 603, 1803, 4203, 9003])
  })
})

describe('safe mode', () => {
  const minutes = (watch: EngineWatch, from: number, to: number) => {
    const kinds: string[] = []
    for (let s = from * 60; s < to * 60; s++) {
      watch.beat({ ...working, pending: 0 }, 1, s * 1000)
      kinds.push(watch.look(s * 1000).kind)
    }
    return kinds
  }

  test('three crashes begin it, ten healthy minutes end it', () => {
    const watch = started()
    for (const at of [1000, 2000, 3000]) watch.crashed(at)
    expect(watch.safeMode).toBe(true)
    watch.spawned(4000)
    expect(minutes(watch, 1, 10)).not.toContain('restart')
    expect(minutes(watch, 10, 11)).toContain('restart')
    expect(watch.safeMode).toBe(false)
  })

  test('a crash soon after it brings it back at once, and for twice as long', () => {
    const watch = started()
    for (const at of [1000, 2000, 3000]) watch.crashed(at)
    watch.spawned(4000)
    minutes(watch, 1, 11)
    watch.spawned(11 * 60_000)
    watch.crashed(12 * 60_000)
    expect(watch.safeMode).toBe(true)
    watch.spawned(12 * 60_000)
    expect(minutes(watch, 12, 31)).not.toContain('restart')
    expect(minutes(watch, 31, 33)).toContain('restart')
  })

  test('crashes far apart do not add up', () => {
    const watch = started()
    for (const hour of [1, 2, 3, 4]) watch.crashed(hour * 3_600_000)
    expect(watch.safeMode).toBe(false)
  })
})
