import { mkdirSync } from 'node:fs'
import { parentPort, receiveMessageOnPort } from 'node:worker_threads'
import { assertExists } from '../../../shared/assert.ts'
import { GatewayError, toErrorReport } from '../kit/gateway-error.ts'
import { Chores } from './chores.ts'
import { diskFullReport } from './disk-full.ts'
import { lockFolder } from './lock.ts'
import { openTank } from './opening.ts'
import { Preallocation } from './preallocation.ts'
import type { AskRequest, Damage, FromThread, OpenOptions, ReadRequest, ToThread, WriteRequest } from './protocol.ts'
import { Reserve } from './reserve.ts'
import { noteDamage } from './salvage.ts'
import { Salvages } from './salvages.ts'
import { SegmentFailure } from './segment.ts'
import { damageOf, failureOf, sqliteCode } from './sqlite.ts'
import type { Tank } from './tank.ts'

// The first lines of the store's thread. While one commit runs, requests gather in the port; all of them that write become the
// next transaction. That is the group commit.

/** Requests and bytes of one transaction: beyond it the WAL and the wait of the first would grow without gain. */
const groupRequests = 256
const groupBytes = 8 << 20

const port = assertExists(parentPort, 'store-thread runs in a worker')

/** Work that nobody waits for (preparing files, salvage, merging) gets one short turn this often, when no request waits. */
const idleTurnMs = 50

interface Running {
  readonly tank: Tank
  readonly reserve: Reserve
  readonly chores: Chores
  readonly options: OpenOptions
  readonly unlock: () => void
}

let running: Running | undefined
/** Ends of batches that the full disk did not let through; tried again with every tick. */
let held: WriteRequest[] = []
/** Set by an error after which the file must not be touched any more (fsyncgate: a second fsync may lie). */
let faulted = false

port.on('message', (first: ToThread) => {
  let next: ToThread | undefined = first
  while (next) {
    const reads: AskRequest[] = []
    const writes: WriteRequest[] = []
    let other: ToThread | undefined
    let bytes = 0
    while (next && writes.length < groupRequests && bytes < groupBytes) {
      if (next.kind === 'open' || next.kind === 'close') {
        other = next
        break
      }
      if (next.kind === 'read' || next.kind === 'take-state' || next.kind === 'books') reads.push(next)
      else writes.push(next)
      if (next.kind === 'append') for (const { byteLength } of next.chunks) bytes += byteLength
      next = receive()
    }
    guarded(() => work(reads, writes))
    if (other) {
      control(other)
      next = receive()
    }
  }
  if (running && !faulted) checkpoint(running)
})

setInterval(() => {
  if (running && !faulted) guarded(() => running?.chores.turn())
}, idleTurnMs).unref()

function checkpoint({ tank, reserve }: Running): void {
  guarded(() => {
    try {
      tank.checkpoint()
    } catch (error) {
      const cause = error instanceof SegmentFailure ? error.reason : error
      if (failureOf(cause) !== 'disk-full' || !reserve.held) throw error
      // The blocks of the reserve are what the database needs to take in its WAL; a tick brings them back.
      tank.tighten()
      reserve.release()
      tank.checkpoint()
    }
  })
}

function receive(): ToThread | undefined {
  return receiveMessageOnPort(port)?.message as ToThread | undefined
}

function send(message: FromThread, transfer: readonly ArrayBuffer[] = []): void {
  port.postMessage(message, transfer)
}

function control(message: ToThread): void {
  if (message.kind === 'open') open(message.options)
  if (message.kind === 'close') close()
}

function open(options: OpenOptions): void {
  let unlock: (() => void) | undefined
  try {
    mkdirSync(options.folder, { recursive: true })
    unlock = lockFolder(options.folder)
    const salvages = new Salvages(options.folder)
    const { tank, opened } = openTank(options, () => {
      salvages.look()
      return salvages.series
    })
    for (const { movedTo, rows } of opened.damage) noteDamage(movedTo, rows)
    const reserve = new Reserve(options.folder, options.config.maxBytes)
    const chores = new Chores(tank, salvages, new Preallocation(tank, options.config.preallocate), send)
    chores.lookForDamage()
    running = { tank, reserve, chores, options, unlock }
    const diskFull = !reserve.restore()
    send({ ...opened, snapshot: tank.snapshot(diskFull), sqliteVersion: tank.sqliteVersion })
  } catch (error) {
    unlock?.()
    send({ kind: 'not-opened', error: toErrorReport(translate(error, 'The store could not be opened')) })
  }
}

function close(): void {
  if (running && !faulted) {
    guarded(() => {
      running?.chores.stop()
      running?.tank.close()
    })
    running.unlock()
  }
  running = undefined
  send({ kind: 'closed' })
  port.close()
}

function work(reads: readonly AskRequest[], writes: readonly WriteRequest[]): void {
  if (!running || faulted) return
  // Chunks that are read are committed already; the others are answered as the writes before have left them.
  for (const request of reads) if (request.kind === 'read') read(running, request)
  if (writes.length > 0) write(running, writes)
  for (const request of reads) if (request.kind !== 'read') answer(running, request)
}

function snapshotOf({ tank, reserve }: Running) {
  return tank.snapshot(!reserve.held && !tank.tight)
}

function answer(on: Running, request: Exclude<AskRequest, ReadRequest>): void {
  const { tank } = on
  const { id } = request
  if (request.kind === 'books') {
    send({ kind: 'books', id, page: tank.books(request.query) })
    return
  }
  const { rows, damaged } = tank.takeState(request.table, request.maxCount)
  send({ kind: 'state', id, rows, damaged, snapshot: snapshotOf(on) })
}

function read(on: Running, request: ReadRequest): void {
  const { tank } = on
  const { chunks, slots, damaged, through, damage } = tank.read(request)
  tell(on, damage)
  const snapshot = snapshotOf(on)
  send({ kind: 'chunks', id: request.id, chunks, slots, damaged, through, snapshot }, chunks)
}

/** Files that were moved aside while something else was done. */
function tell(on: Running, damage: readonly Damage[]): void {
  for (const one of damage) {
    noteDamage(one.movedTo, one.rows)
    send({ kind: 'damaged', damage: one, snapshot: snapshotOf(on) })
  }
  if (damage.length > 0) on.chores.lookForDamage()
}

function write(on: Running, requests: readonly WriteRequest[]): void {
  const { tank, reserve } = on
  const tick = requests.find(({ kind }) => kind === 'tick')
  if (tick) {
    reserve.restore()
    tank.relax()
    tank.tidy(tick.at)
  }
  const started = performance.now()
  // In what the files have already there may be room although the reserve is gone.
  if (held.length === 0 && (reserve.held || tank.tight)) {
    if (tryWrite(on, requests, started)) return
    // First only within the pages that the files have already.
    if (tank.tighten() && tryWrite(on, requests, started)) return
  }
  // Not even the WAL finds room: nothing new is accepted, the blocks of the reserve let the backlog go.
  reserve.release()
  const appends = requests.filter(({ kind }) => kind === 'append')
  const results = appends.map((request) => ({
    id: 'id' in request ? request.id : 0,
    kind: 'failed' as const,
    error: diskFullReport,
  }))
  send({ kind: 'committed', results, seconds: 0, snapshot: tank.snapshot(true) })
  held.push(...requests.filter(({ kind }) => kind !== 'append' && kind !== 'tick'))
  if (held.length > 0 && tryWrite(on, held, performance.now())) held = []
  if (held.length === 0) reserve.restore()
}

/** False when the volume is full; any other failure is thrown. */
function tryWrite(on: Running, requests: readonly WriteRequest[], started: number): boolean {
  const { tank } = on
  try {
    const { results, backlog, damage } = tank.write(requests)
    const seconds = requests.some(({ kind }) => kind !== 'tick') ? (performance.now() - started) / 1000 : 0
    tell(on, damage)
    const snapshot = snapshotOf(on)
    if (backlog.length > 0) send({ kind: 'backlog-grew', ranges: backlog, snapshot })
    const buffers = results.flatMap((result) => (result.kind === 'stored' ? result.chunks : []))
    send({ kind: 'committed', results, seconds, snapshot }, buffers)
    return true
  } catch (error) {
    if (failureOf(error) === 'disk-full') return false
    throw error
  }
}

function guarded(task: () => void): void {
  try {
    task()
  } catch (error) {
    if (error instanceof SegmentFailure && running && damageOf(error.reason)) {
      const on = running
      guarded(() => tell(on, [on.tank.overcome(error, on.tank.now)]))
      return
    }
    const cause = error instanceof SegmentFailure ? error.reason : error
    const meaning = failureOf(cause)
    // A bug: the thread dies with it, the engine hears of that.
    if (meaning === undefined) throw error
    if (meaning === 'disk-full' && running) {
      // Work that can wait: from now on only what the files have already is used.
      running.tank.tighten()
      return
    }
    faulted = true
    send({ kind: 'fault', error: toErrorReport(translate(cause, 'The store could not read or write its file')) })
  }
}

function translate(error: unknown, doing: string): unknown {
  const meaning = failureOf(error)
  if (meaning === undefined) return translateFileError(error, doing)
  const detail = { sqlite: sqliteCode(error) }
  if (meaning === 'disk-full') {
    return new GatewayError('STORE_DISK_FULL', doing, {
      hint: 'The disk with the data folder is full: free space on it.',
      detail,
      cause: error,
    })
  }
  return new GatewayError('STORE_FAULT', doing, {
    hint: 'Check the disk with the data folder for errors. The gateway restarts and verifies what it stored.',
    detail,
    cause: error,
  })
}

function translateFileError(error: unknown, doing: string): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (error instanceof GatewayError || !code.startsWith('E')) return error
  const full = code === 'ENOSPC' || code === 'EDQUOT'
  return new GatewayError(full ? 'STORE_DISK_FULL' : 'STORE_FAULT', doing, {
    hint: full
      ? 'The disk with the data folder is full: free space on it.'
      : 'Check that the data folder exists, is on a local disk and may be written by this user.',
    detail: { code },
    cause: error,
  })
}
