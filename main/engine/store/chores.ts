import { trimAside } from './aside.ts'
import type { Preallocation } from './preallocation.ts'
import type { FromThread } from './protocol.ts'
import { pendingSalvages } from './salvage.ts'
import type { Salvages } from './salvages.ts'
import type { Tank } from './tank.ts'

/** Merging looks for small chunks in every so many turns. */
const turnsPerMerge = 10
/** Files are prepared at 4 MB/s at most. */
const turnsPerPreparation = 5

/** What the store's thread does when nobody waits for it, a little at a time: salvage, preparing files, merging. */
export class Chores {
  readonly #tank: Tank
  readonly #salvages: Salvages
  readonly #preallocation: Preallocation
  readonly #send: (message: FromThread) => void
  #turns = 0

  constructor(tank: Tank, salvages: Salvages, preallocation: Preallocation, send: (message: FromThread) => void) {
    this.#tank = tank
    this.#salvages = salvages
    this.#preallocation = preallocation
    this.#send = send
  }

  /** A file was moved aside: see what is in it. */
  lookForDamage(): void {
    this.#salvages.look()
    this.#tank.salvaging = this.#salvages.count
    const { folder } = this.#tank.shelf
    const pending = new Set(pendingSalvages(folder))
    trimAside(folder, (place) => !pending.has(place))
  }

  turn(): void {
    const { now } = this.#tank
    this.#turns++
    if (this.#salvages.current) this.#salvage(now)
    else if (this.#turns % turnsPerMerge === 0) this.#tank.merge(now)
    else if (this.#turns % turnsPerPreparation === 1) this.#preallocation.step()
  }

  stop(): void {
    this.#preallocation.stop()
    this.#salvages.close()
  }

  #salvage(now: number): void {
    const salvage = this.#salvages.current
    if (!salvage) return
    if (!salvage.resumed) salvage.resume(this.#tank.salvageProgress(salvage.name), this.#tank.tailSeq)
    const chunks = salvage.next((id) => this.#tank.seriesRow(id))
    if (chunks === undefined) {
      const lost = salvage.finish()
      this.#salvages.next()
      this.#tank.salvaging = this.#salvages.count
      this.#send({ kind: 'salvaged', movedTo: salvage.place, recovered: salvage.recovered, lost: lost ?? 0 })
      return
    }
    if (chunks.length === 0) return
    const done = this.#tank.requeue(chunks, now)
    if (!done) {
      // No room: the same again when some was drained.
      salvage.putBack(chunks)
      return
    }
    for (const damage of done.damage) this.#send({ kind: 'damaged', damage, snapshot: this.#tank.snapshot(false) })
    salvage.stored(chunks.slice(0, done.ranges.length))
    salvage.putBack(chunks.slice(done.ranges.length))
    this.#send({ kind: 'backlog-grew', ranges: done.ranges, snapshot: this.#tank.snapshot(false) })
  }
}
