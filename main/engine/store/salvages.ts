import { existsSync } from 'node:fs'
import { damagedFileIn } from './aside.ts'
import type { SeriesRow } from './protocol.ts'
import { pendingSalvages, Salvage } from './salvage.ts'
import { storeFiles } from './shelf.ts'

/** All damaged files of a data folder that are still to be read, one after the other. */
export class Salvages {
  readonly #folder: string
  readonly #begun = new Set<string>()
  #queue: Salvage[] = []

  constructor(folder: string) {
    this.#folder = folder
    this.look()
  }

  /** Names in damaged files, so that their numbers are not given to other series meanwhile. */
  get series(): SeriesRow[] {
    return this.#queue.flatMap(({ series }) => series)
  }

  get count(): number {
    return this.#queue.length
  }

  get current(): Salvage | undefined {
    return this.#queue[0]
  }

  look(): void {
    for (const place of pendingSalvages(this.#folder)) {
      if (this.#begun.has(place)) continue
      this.#begun.add(place)
      this.#queue.push(new Salvage(place, this.#template(place)))
    }
  }

  next(): void {
    this.#queue.shift()
  }

  close(): void {
    for (const salvage of this.#queue) salvage.close()
  }

  /** A segment beside it, for its first page; a store.db has none like it. */
  #template(place: string): string {
    const own = damagedFileIn(place) ?? ''
    const others = storeFiles(this.#folder).filter((path) => existsSync(path))
    return others.at(-1) ?? own
  }
}
