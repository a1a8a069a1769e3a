import { getHeapStatistics } from 'node:v8'
import { parentPort } from 'node:worker_threads'
import type { EngineMessage, HostMessage, Progress } from '../../main/engine/thread-protocol.ts'

// An engine thread that misbehaves as `options.version` says: crash, hang, refuse, stall, grow. Run by engine-host.test.ts.

const send = (message: EngineMessage): void => parentPort?.postMessage(message)
const hoard: object[] = []
let script = ''

parentPort?.on('message', (message: HostMessage) => {
  if (message.kind === 'start') start(message.options)
  if (message.kind === 'request') {
    if (message.channel === 'connector.retry') crash()
    else send({ kind: 'reply', id: message.id, result: { ok: true, value: message.input } })
  }
  if (message.kind === 'restart-uplink') event(`uplink ${message.reason}`)
  if (message.kind === 'restart' && script !== 'deaf') {
    send({ kind: 'restarting', reason: message.reason })
    process.exit(0)
  }
  if (message.kind === 'stop' && script !== 'deaf') process.exit(0)
})

function start({ version, safeMode, restartReason }: Extract<HostMessage, { kind: 'start' }>['options']): void {
  script = version
  if (script === 'refuses') {
    const error = { code: 'STORE_LOCKED', message: 'Another gateway uses this folder', hint: 'Stop it' } as const
    send({ kind: 'failed', error, exitCode: 3 })
    return
  }
  send({ kind: 'started' })
  send({ kind: 'event', channel: 'issues.changed', payload: { open: safeMode ? 99 : 0 } })
  if (restartReason !== '') event(`after ${restartReason}`)
  if (script === 'crashes' && !safeMode) setTimeout(() => crash(), 5)
  // Plain objects, so that the memory is the isolate's own; only in the first life.
  if (script === 'grows' && restartReason === '')
    for (let i = 0; i < 2_000_000; i++) hoard.push({ i, text: `value ${i}` })
  setInterval(() => send({ kind: 'heartbeat', progress: progress() }), 50)
}

function progress(): Progress {
  return {
    accepted: 0,
    answers: 0,
    pending: script === 'stuck' || script === 'deaf' ? 1 : 0,
    maySend: true,
    waitingToCommit: 0,
    mayCommit: true,
    heapBytes: getHeapStatistics().used_heap_size,
  }
}

function event(text: string): void {
  send({ kind: 'log', entry: { seq: 0, at: 0, level: 'info', component: 'script', event: text, fields: '' } })
}

function crash(): never {
  throw new Error('scripted crash')
}
