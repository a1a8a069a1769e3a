import { mkdirSync } from 'node:fs'
import { parentPort, receiveMessageOnPort } from 'node:worker_threads'
import { assertExists } from '../../../shared/assert.ts'
import { GatewayError, toErrorReport } from '../kit/gateway-error.ts'
import { suspect } from './aside.ts'
import { lockFolder } from './lock.ts'
import type { FromThread, OpenOptions, ReadRequest, TakeAttributesRequest, ToThread, WriteRequest } from './protocol.ts'
import { Reserve } from './reserve.ts'
import { failureOf, sqliteCode } from './sqlite.ts'
import { Tank } from './tank.ts'

// The first lines of the store's thread. While one commit runs, requests gather in the port; all of them that write become the
// next transaction. That is the group commit.

/** Requests and bytes of one transaction: beyond it the WAL and the wait of the first would grow without gain. */
const groupRequests = 256
const groupBytes = 8 << 20

const port = assertExists(parentPort, 'store-thread runs in a worker')

interface Running {
  readonly tank: Tank
  readonly reserve: Reserve
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
    const reads: (ReadRequest | TakeAttributesRequest)[] = []
    const writes: WriteRequest[] = []
    let other: ToThread | undefined
    let bytes = 0
    while (next && writes.length < groupRequests && bytes < groupBytes) {
      if (next.kind === 'open' || next.kind === 'close') {
        other = next
        break
      }
      if (next.kind === 'read' || next.kind === 'take-attributes') reads.push(next)
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
  if (running && !faulted) guarded(() => running?.tank.checkpoint())
})

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
    const { tank, opened } = Tank.open(options)
    const reserve = new Reserve(options.folder, options.config.maxBytes)
    running = { tank, reserve, options, unlock }
    const diskFull = !reserve.restore()
    send({ ...opened, snapshot: { ...opened.snapshot, diskFull } })
  } catch (error) {
    unlock?.()
    send({ kind: 'not-opened', error: toErrorReport(translate(error, 'The store could not be opened')) })
  }
}

function close(): void {
  if (running && !faulted) {
    guarded(() => running?.tank.close())
    running.unlock()
  }
  running = undefined
  send({ kind: 'closed' })
  port.close()
}

function work(reads: readonly (ReadRequest | TakeAttributesRequest)[], writes: readonly WriteRequest[]): void {
  if (!running || faulted) return
  // Chunks that are read are committed already; attributes are taken as the writes before have left them.
  for (const request of reads) if (request.kind === 'read') read(running, request)
  if (writes.length > 0) write(running, writes)
  for (const request of reads) if (request.kind === 'take-attributes') takeAttributes(running, request)
}

function takeAttributes({ tank, reserve }: Running, { id, maxCount }: TakeAttributesRequest): void {
  const rows = tank.takeAttributes(maxCount)
  send({ kind: 'attributes', id, rows, snapshot: tank.snapshot(!reserve.held) })
}

function read({ tank, reserve }: Running, request: ReadRequest): void {
  const { chunks, damaged, through } = tank.read(request)
  send({ kind: 'chunks', id: request.id, chunks, damaged, through, snapshot: tank.snapshot(!reserve.held) }, chunks)
}

function write(on: Running, requests: readonly WriteRequest[]): void {
  const { tank, reserve } = on
  const tick = requests.find(({ kind }) => kind === 'tick')
  if (tick) {
    reserve.restore()
    tank.tidy(tick.at)
  }
  const started = performance.now()
  if (reserve.held && held.length === 0 && tryWrite(on, requests, started)) return
  // The volume is full: nothing new is accepted, the blocks of the reserve let the backlog go.
  reserve.release()
  const appends = requests.filter(({ kind }) => kind === 'append')
  const results = appends.map((request) => ({
    id: 'id' in request ? request.id : 0,
    kind: 'failed' as const,
    error: diskFull,
  }))
  send({ kind: 'committed', results, seconds: 0, snapshot: tank.snapshot(true) })
  held.push(...requests.filter(({ kind }) => kind === 'settle' || kind === 'give-back'))
  if (held.length > 0 && tryWrite(on, held, performance.now())) held = []
  if (held.length === 0) reserve.restore()
}

/** False when the volume is full; any other failure is thrown. */
function tryWrite({ tank, reserve }: Running, requests: readonly WriteRequest[], started: number): boolean {
  try {
    const results = tank.write(requests)
    const seconds = requests.some(({ kind }) => kind !== 'tick') ? (performance.now() - started) / 1000 : 0
    const buffers = results.flatMap((result) => (result.kind === 'stored' ? result.chunks : []))
    send({ kind: 'committed', results, seconds, snapshot: tank.snapshot(!reserve.held) }, buffers)
    return true
  } catch (error) {
    if (failureOf(error) === 'disk-full') return false
    throw error
  }
}

const diskFull = toErrorReport(
  new GatewayError('STORE_DISK_FULL', 'The disk with the data folder is full, so nothing more can be kept', {
    hint: 'Free space on that disk. Collecting goes on by itself when there is room again.',
  }),
)

function guarded(task: () => void): void {
  try {
    task()
  } catch (error) {
    const meaning = failureOf(error)
    // A bug: the thread dies with it, the engine hears of that.
    if (meaning === undefined) throw error
    faulted = true
    if (meaning === 'corrupt' && running) suspect.mark(running.options.folder)
    send({ kind: 'fault', error: toErrorReport(translate(error, 'The store could not read or write its file')) })
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
