import { closeSync, fsyncSync, openSync, renameSync, rmSync, statfsSync } from 'node:fs'
import { dirname } from 'node:path'
import { migrate } from './schema.ts'
import type { Segment } from './segment.ts'
import { type Database, failureOf, openForBuilding, pageBytes } from './sqlite.ts'
import type { Tank } from './tank.ts'

/** Written at a time: short enough that a commit hardly waits. */
const stepBytes = 1 << 20
/** After a failure (no room), in steps. */
const pauseSteps = 240
/** The whole quota is taken only while this share of the volume stays free; below, only the next segment, while 32 MB stay. */
const freeShare = 0.15
const leastFreeBytes = 32 << 20

interface Building {
  readonly number: number
  readonly path: string
  readonly db: Database
  bytes: number
}

/**
 * Takes the disk space of the quota beforehand: segments that are in use already grow to their size, further segment files are filled with random blocks (some volumes do not store zeros),
 * emptied and given their name when they are complete. SQLite keeps free pages, so appending into them needs no new block.
 */
export class Preallocation {
  readonly #tank: Tank
  readonly #enabled: boolean
  readonly #primed = new WeakSet<Segment>()
  /** Made in this process, for their WAL. */
  readonly #fresh: Segment[] = []
  /** Those that have their size. */
  readonly #grown = new WeakSet<Segment>()
  #building: Building | undefined
  #pause = 0

  constructor(tank: Tank, enabled: boolean) {
    this.#tank = tank
    this.#enabled = enabled
  }

  /** A little more; false when there is nothing to do. */
  step(): boolean {
    if (!this.#enabled) return false
    if (this.#tank.tight) return this.#release()
    if (this.#pause > 0) {
      this.#pause--
      return false
    }
    try {
      return this.#step()
    } catch (error) {
      this.stop()
      const code = error instanceof Error && 'code' in error ? String(error.code) : ''
      if (failureOf(error) !== 'disk-full' && code !== 'ENOSPC' && code !== 'EDQUOT') throw error
      this.#pause = pauseSteps
      return false
    }
  }

  stop(): void {
    if (!this.#building) return
    this.#building.db.close()
    rmSync(this.#building.path, { force: true })
    this.#building = undefined
  }

  #step(): boolean {
    const { shelf } = this.#tank
    const { active } = shelf
    const unprimed = [...(active ? [active] : []), ...this.#fresh].find((segment) => !this.#primed.has(segment))
    if (unprimed) {
      if (unprimed.primeWal(stepBytes)) this.#primed.add(unprimed)
      return true
    }
    this.#fresh.length = 0
    // Made in a hurry, as the first one of a new data folder: it gets its size while it is in use.
    const small = [...(active ? [active] : []), ...shelf.segments].find((segment) => !this.#grown.has(segment))
    if (small) return this.#grow(small)
    if (!this.#building) {
      if (!shelf.mayGrow || !this.#hasRoom(shelf.layout.segment.fileBytes)) {
        this.#pause = pauseSteps
        return false
      }
      const number = shelf.nextNumber()
      const path = shelf.pathOf(number, 'new')
      rmSync(path, { force: true })
      const db = openForBuilding(path)
      this.#building = { number, path, db, bytes: 0 }
      migrate(db)
      db.exec('CREATE TABLE filler (body BLOB)')
      return true
    }
    this.#fill(this.#building)
    return true
  }

  #grow(segment: Segment): boolean {
    if (!this.#hasRoom(segment.quota.fileBytes - segment.fileBytes)) {
      this.#pause = pauseSteps
      return !segment.releaseFiller()
    }
    if (segment.grow(stepBytes)) this.#grown.add(segment)
    return true
  }

  /** The volume is full: what was taken for later is needed now. */
  #release(): boolean {
    try {
      return this.#tank.shelf.segments.some((segment) => !segment.releaseFiller())
    } catch (error) {
      if (failureOf(error) !== 'disk-full') throw error
      return false
    }
  }

  #fill(building: Building): void {
    const { budgetBytes } = this.#tank.shelf.layout.segment
    if (building.bytes < budgetBytes) {
      building.db
        .prepare('INSERT INTO filler VALUES (randomblob(?))')
        .run(Math.min(stepBytes, budgetBytes - building.bytes))
      building.bytes = Number(building.db.pragma('page_count', { simple: true })) * pageBytes
      // A little at a time: one fsync of everything would stall the commits beside it.
      sync(building.path)
      if (budgetBytes - building.bytes < 4 * pageBytes) building.bytes = budgetBytes
      return
    }
    this.#finish(building)
  }

  #finish({ number, path, db }: Building): void {
    const { shelf } = this.#tank
    db.exec('DROP TABLE filler')
    db.close()
    this.#building = undefined
    sync(path)
    renameSync(path, shelf.pathOf(number))
    sync(dirname(path))
    this.#fresh.push(shelf.adopt(number))
  }

  #hasRoom(bytes: number): boolean {
    const { shelf } = this.#tank
    const { bavail, blocks, bsize } = statfsSync(shelf.folder)
    const left = bavail * bsize - bytes
    if (left > blocks * bsize * freeShare) return left > leastFreeBytes
    const spare = shelf.segments.some((segment) => segment !== shelf.active && segment.chunks.empty)
    return !spare && left > leastFreeBytes
  }
}

function sync(path: string): void {
  // A folder can not be opened on Windows; NTFS journals the rename.
  if (process.platform === 'win32' && !path.endsWith('.new')) return
  const file = openSync(path, process.platform === 'win32' ? 'r+' : 'r')
  try {
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}
