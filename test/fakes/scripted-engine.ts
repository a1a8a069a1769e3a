import { parentPort } from 'node:worker_threads'
import type { EngineMessage, HostMessage } from '../../main/engine/thread-protocol.ts'

// An engine thread that misbehaves as `options.version` says: crash, hang, refuse, restart. Run by engine-host.test.ts.

const send = (message: EngineMessage): void => parentPort?.postMessage(message)
let script = ''

parentPort?.on('message', (message: HostMessage) => {
  if (message.kind === 'start') {
    script = message.options.version
    if (script === 'refuses') {
      const error = { code: 'STORE_LOCKED', message: 'Another gateway uses this folder', hint: 'Stop it' } as const
      send({ kind: 'failed', error, exitCode: 3 })
      return
    }
    send({ kind: 'started' })
    send({ kind: 'event', channel: 'issues.changed', payload: { open: message.options.safeMode ? 99 : 0 } })
    if (script === 'crashes' && !message.options.safeMode) setTimeout(() => crash(), 5)
  }
  if (message.kind === 'request') {
    if (message.channel === 'connector.retry') crash()
    else send({ kind: 'reply', id: message.id, result: { ok: true, value: message.input } })
  }
  if (message.kind === 'stop' && script !== 'deaf') process.exit(0)
})

function crash(): never {
  throw new Error('scripted crash')
}
