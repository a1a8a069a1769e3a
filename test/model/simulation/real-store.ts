import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import type {
  AppendOutcome,
  Batch,
  Datapoint,
  Lane,
  RefusedRow,
  SettleOptions,
  Store,
  TakeLimits,
} from '../../../main/engine/pipeline/stages.ts'
import { makeStore, plain } from '../../contract/store-kit.ts'
import { BrokenPromise } from './oracle.ts'
import type { ProcessClock } from './sim-time.ts'
import type { World } from './world.ts'
import type { WorldStore } from './world-store.ts'

/** Before the file is written and after: a crash in the first span loses the write, in the second only the answer. */
const writeMs = 4
const answerMs = 4

/**
 * The real store, with its thread and its files, inside a simulated world: simulated time stands still while it works. A crash
 * is a copy of its files, opened by the next process.
 */
export function realStore(world: World): WorldStore {
  const folders = [newFolder()]
  let working = 0
  let front: Front | undefined
  const stillWorking = async <T>(task: Promise<T>): Promise<T> => {
    working++
    try {
      return await task
    } finally {
      working--
    }
  }
  return {
    async open(clock, registry) {
      const opened = makeStore(folders.at(-1) ?? '', { whenFull: 'block', maxBytes: 64 << 20 }, clock, registry)
      front = new Front(opened.store, world, clock, stillWorking)
      return front
    },
    async crashed() {
      const image = newFolder()
      cpSync(folders.at(-1) ?? '', image, { recursive: true, filter: (path) => !/^lock/.test(basename(path)) })
      await front?.store.stop(Number.POSITIVE_INFINITY)
      front = undefined
      folders.push(image)
    },
    async idle() {
      while (working > 0) await new Promise<void>((resolve) => setImmediate(resolve))
    },
    weather() {},
    reconcile() {
      front?.reconcile()
    },
    async close() {
      await front?.store.stop(Number.POSITIVE_INFINITY)
      for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

const newFolder = (): string => mkdtempSync(join(tmpdir(), 'tb-gw-simulation-'))

class Front implements Store {
  readonly name = 'real store'
  readonly store: Store
  readonly #world: World
  readonly #clock: ProcessClock
  readonly #stillWorking: <T>(task: Promise<T>) => Promise<T>

  constructor(store: Store, world: World, clock: ProcessClock, stillWorking: <T>(task: Promise<T>) => Promise<T>) {
    this.store = store
    this.#world = world
    this.#clock = clock
    this.#stillWorking = stillWorking
  }

  get status() {
    return this.store.status
  }

  get balance() {
    return this.store.balance
  }

  start(): Promise<void> {
    return this.store.start()
  }

  stop(deadline: number): Promise<void> {
    return this.#stillWorking(this.store.stop(deadline))
  }

  append(datapoints: readonly Datapoint[]): Promise<AppendOutcome> {
    return this.#inTime(writeMs, async () => {
      const outcome = await this.store.append(datapoints)
      if (outcome.kind !== 'stored') throw new BrokenPromise(`an append was ${outcome.kind} although there is room`)
      for (const datapoint of datapoints) this.#world.oracle.accepted(plain(datapoint))
      return outcome
    })
  }

  take(lane: Lane, limits: TakeLimits): Promise<Batch | undefined> {
    return this.#inTime(1, async () => {
      const batch = await this.store.take(lane, limits)
      for (let row = 0; row < (batch?.count ?? 0); row++) {
        if (batch) this.#world.oracle.taken(rowOf(batch, row), lane)
      }
      return batch
    })
  }

  settle(batch: Batch, refused: readonly RefusedRow[], options?: SettleOptions): Promise<void> {
    return this.#inTime(writeMs, async () => {
      await this.store.settle(batch, refused, options)
      const why = new Map(refused.map((row) => [row.row, row]))
      for (let row = 0; row < batch.count; row++) {
        const refusal = why.get(row)
        if (refusal) this.#world.oracle.quarantined(rowOf(batch, row), refusal)
        else this.#world.oracle.delivered(rowOf(batch, row))
      }
    })
  }

  splitLanes(): void {
    this.#world.oracle.split()
    this.store.splitLanes()
  }

  replay(sinceMs: number): Promise<number> {
    return this.#stillWorking(this.store.replay(sinceMs))
  }

  release(batch: Batch): void {
    this.store.release?.(batch)
  }

  onAvailable(listener: (lane: Lane) => void): () => void {
    return this.store.onAvailable((lane) => {
      if (!this.#clock.dead) listener(lane)
    })
  }

  /** What the store does by itself: attribute values it replaced. It counts them; which they were follows from the rest. */
  reconcile(): void {
    const { pending, inFlight, dropped, droppedByReason } = this.store.balance.value
    if (pending + inFlight > 0) return
    const { oracle } = this.#world
    const replaced = oracle.records.filter(
      ({ row, accepted, delivered, quarantined }) => row.kind === 'attribute' && accepted > delivered + quarantined,
    )
    for (const { row, accepted, delivered, quarantined, dropped: known } of replaced) {
      for (let n = accepted - delivered - quarantined - known; n > 0; n--) {
        oracle.dropped({ ...row, ts: row.id }, 'superseded')
      }
    }
    if (dropped !== (droppedByReason['superseded'] ?? 0) || dropped !== oracle.counts.dropped) {
      throw new BrokenPromise(
        `the store counts ${JSON.stringify(droppedByReason)}, ${oracle.counts.dropped} were replaced`,
      )
    }
  }

  /** The work happens in one moment of simulated time, and the process hears of it a little later, if it lives. */
  #inTime<T>(beforeMs: number, work: () => Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#clock.after(beforeMs, () => {
        this.#stillWorking(work()).then(
          (result) => this.#clock.after(answerMs, () => resolve(result)),
          (error: unknown) => {
            if (error instanceof BrokenPromise) this.#world.fail(error)
            this.#clock.after(answerMs, () => reject(error))
          },
        )
      })
    })
  }
}

const rowOf = (batch: Batch, row: number) => {
  const { device, key } = batch.seriesAt(row)
  return { device: device.name, key, ts: batch.tsAt(row) }
}
