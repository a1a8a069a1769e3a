import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Batch, Datapoint, Lane } from '../../main/engine/pipeline/stages.ts'
import { isBalanced } from '../../shared/status.ts'
import {
  copyStore,
  makeStore,
  type OpenedStore,
  type PlainRow,
  plain,
  rowsOf,
  seriesOf,
} from '../contract/store-kit.ts'

// The whole world of the store as seven actions: append, take, settle, release, a split of the lanes, a clean restart, and a crash. A crash is the image of the
// files as they are while the store runs, opened elsewhere: what a power cut would leave of everything that was promised.

/** The simple twin: lists, no disk, no threads. */
class Twin {
  live: PlainRow[][] = []
  backlog: PlainRow[][] = []
  waiting = new Map<string, PlainRow>()
  inFlight: { lane: Lane; rows: PlainRow[]; chunks: PlainRow[][] }[] = []
  accepted = 0
  delivered = 0
  quarantined = 0
  superseded = 0

  append(telemetry: PlainRow[], attributes: PlainRow[]): void {
    this.accepted += telemetry.length + attributes.length
    if (telemetry.length > 0) this.live.push(telemetry)
    for (const row of attributes) this.put(row)
  }

  put(row: PlainRow): void {
    if (this.waiting.delete(row.key)) this.superseded++
    this.waiting.set(row.key, row)
  }

  take(lane: Lane, maxCount: number): PlainRow[] {
    const chunks = lane === 'attributes' ? [this.takeAttributes(maxCount)] : this.takeChunks(this[lane], maxCount)
    const rows = chunks.flat()
    if (rows.length > 0) this.inFlight.push({ lane, rows, chunks })
    return rows
  }

  takeChunks(chunks: PlainRow[][], maxCount: number): PlainRow[][] {
    const taken: PlainRow[][] = []
    for (let count = 0; chunks[0]; ) {
      count += chunks[0].length
      if (taken.length > 0 && count > maxCount) break
      taken.push(chunks[0])
      chunks.shift()
    }
    return taken
  }

  split(): void {
    this.backlog = sorted([...this.backlog, ...this.live.splice(0)])
  }

  takeAttributes(maxCount: number): PlainRow[] {
    const busy = new Set(
      this.inFlight.flatMap(({ lane, rows }) => (lane === 'attributes' ? rows.map((r) => r.key) : [])),
    )
    const rows = [...this.waiting.values()].filter(({ key }) => !busy.has(key)).slice(0, maxCount)
    for (const { key } of rows) this.waiting.delete(key)
    return rows
  }

  settle(index: number, refused: number): void {
    const [batch] = this.inFlight.splice(index, 1)
    this.quarantined += refused
    this.delivered += (batch?.rows.length ?? 0) - refused
  }

  /** Waits again in its lane, but an attribute only when no newer one does. */
  release(index: number): void {
    const [batch] = this.inFlight.splice(index, 1)
    if (!batch) return
    if (batch.lane === 'attributes') for (const row of batch.rows) this.revive(row)
    // First in turn, whatever came to the lane meanwhile.
    else this[batch.lane].unshift(...batch.chunks)
    if (batch.lane !== 'attributes') this[batch.lane] = sorted(this[batch.lane])
    this.waiting = new Map([...this.waiting].sort(([, a], [, b]) => a.ts - b.ts))
  }

  /** Everything in flight waits again; lanes begin anew. */
  restart(): void {
    while (this.inFlight.length > 0) this.release(0)
    this.live = sorted([...this.backlog.splice(0), ...this.live])
  }

  revive(row: PlainRow): void {
    if (this.waiting.has(row.key)) this.superseded++
    else this.waiting.set(row.key, row)
  }
}

/** Segments so small that most runs use several. */
const small = { maxBytes: 1 << 20, whenFull: 'block' } as const

const sorted = (chunks: PlainRow[][]): PlainRow[][] => chunks.sort(([a], [b]) => (a?.ts ?? 0) - (b?.ts ?? 0))

class World {
  twin = new Twin()
  opened: OpenedStore
  batches: Batch[] = []
  folders: string[] = []
  ts = 0

  constructor() {
    this.opened = makeStore(this.newFolder(), small)
  }

  newFolder(): string {
    const folder = mkdtempSync(join(tmpdir(), 'tb-gw-model-'))
    this.folders.push(folder)
    return folder
  }

  async reopen(crashed: boolean): Promise<void> {
    let folder = this.folders.at(-1) ?? ''
    if (crashed) {
      const image = this.newFolder()
      copyStore(folder, image)
      await this.opened.store.stop(Number.POSITIVE_INFINITY)
      folder = image
    } else await this.opened.store.stop(Number.POSITIVE_INFINITY)
    this.opened = makeStore(folder, small)
    await this.opened.store.start()
    this.batches = []
    this.twin.restart()
  }

  datapoints(kind: 'telemetry' | 'attribute', count: number): Datapoint[] {
    return Array.from({ length: count }, () => {
      const ts = ++this.ts
      const key = `${kind} ${ts % 5}`
      const series = seriesOf(this.opened.registry, `device ${kind === 'telemetry' ? ts % 3 : 0}`, key, kind)
      return ts % 2
        ? { series, ts, type: 'double', value: ts / 7 }
        : { series, ts, type: 'string', value: `text ${ts}` }
    })
  }

  check(): void {
    const { accepted, delivered, quarantined, superseded, inFlight } = this.twin
    const flying = inFlight.reduce((sum, { rows }) => sum + rows.length, 0)
    const { balance } = this.opened.store
    expect(balance.value).toMatchObject({ accepted, delivered, quarantined, inFlight: flying, dropped: superseded })
    expect(isBalanced(balance.value)).toBe(true)
    expect(this.opened.issues.list(false)).toEqual([])
  }

  async end(): Promise<void> {
    await this.opened.store.stop(Number.POSITIVE_INFINITY)
    for (const folder of this.folders) rmSync(folder, { recursive: true, force: true })
  }
}

type Action = (world: World) => Promise<void>

const append =
  (telemetry: number, attributes: number): Action =>
  async (world) => {
    const some = world.datapoints('telemetry', telemetry)
    const others = world.datapoints('attribute', attributes)
    if (some.length + others.length === 0) return
    expect(await world.opened.store.append([...some, ...others])).toEqual({ kind: 'stored' })
    world.twin.append(some.map(plain), others.map(plain))
  }

const take =
  (lane: Lane, maxCount: number): Action =>
  async (world) => {
    const batch = await world.opened.store.take(lane, { maxCount })
    const rows = world.twin.take(lane, maxCount)
    expect(batch ? rowsOf(batch) : []).toEqual(rows)
    if (batch) world.batches.push(batch)
  }

const settle =
  (which: number, refuse: number): Action =>
  async (world) => {
    if (world.batches.length === 0) return
    const index = which % world.batches.length
    const [batch] = world.batches.splice(index, 1)
    if (!batch) return
    const refused = Array.from({ length: Math.min(refuse, batch.count) }, (_, row) => row)
    await world.opened.store.settle(
      batch,
      refused.map((row) => ({ row, reasonCode: 0x99, reason: 'refused', attempts: 1 })),
    )
    world.twin.settle(index, refused.length)
  }

const release =
  (which: number): Action =>
  async (world) => {
    if (world.batches.length === 0) return
    const index = which % world.batches.length
    const [batch] = world.batches.splice(index, 1)
    if (!batch) return
    world.opened.store.release(batch)
    world.twin.release(index)
    // Attributes are given back by the thread; its next answer comes after that.
    await world.opened.store.take('attributes', { maxCount: 0 })
  }

const split = async (world: World): Promise<void> => {
  world.opened.store.splitLanes()
  world.twin.split()
}

const reopen =
  (crashed: boolean): Action =>
  (world) =>
    world.reopen(crashed)

const action: fc.Arbitrary<{ name: string; run: Action }> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .tuple(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 4 }))
      .map(([t, a]) => ({ name: `append ${t} ${a}`, run: append(t, a) })),
  },
  { weight: 1, arbitrary: fc.constant({ name: 'append 1900', run: append(1900, 0) }) },
  {
    weight: 5,
    arbitrary: fc
      .tuple(fc.constantFrom<Lane>('live', 'live', 'backlog', 'attributes'), fc.integer({ min: 1, max: 100 }))
      .map(([lane, n]) => ({ name: `take ${lane} ${n}`, run: take(lane, n) })),
  },
  {
    weight: 4,
    arbitrary: fc
      .tuple(fc.nat(10), fc.constantFrom(0, 0, 0, 1, 3))
      .map(([i, r]) => ({ name: `settle ${i} ${r}`, run: settle(i, r) })),
  },
  { weight: 2, arbitrary: fc.nat(10).map((i) => ({ name: `release ${i}`, run: release(i) })) },
  { weight: 2, arbitrary: fc.constant({ name: 'split', run: split }) },
  {
    weight: 2,
    arbitrary: fc.boolean().map((crashed) => ({ name: crashed ? 'crash' : 'restart', run: reopen(crashed) })),
  },
)

test('whatever happens in whatever order, the store and its twin agree', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(action, { minLength: 1, maxLength: 40 }), async (actions) => {
      const world = new World()
      await world.opened.store.start()
      try {
        for (const { run } of actions) {
          await run(world)
          world.check()
        }
      } finally {
        await world.end()
      }
    }),
    { numRuns: 30 },
  )
})
