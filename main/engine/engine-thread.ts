import { parentPort } from 'node:worker_threads'
import { assertExists } from '../../shared/assert.ts'
import { failed } from '../../shared/errors.ts'
import { Engine } from './engine.ts'
import { asGatewayError, toErrorReport } from './kit/gateway-error.ts'
import { type EngineMessage, type HostMessage, restartDrainMs } from './thread-protocol.ts'

// The first lines inside the engine's thread: build the engine, answer the host. An uncaught error ends the thread on purpose:
// the host starts a new one, and what was accepted is on disk.

const port = assertExists(parentPort, 'engine-thread runs in a worker thread')
const send = (message: EngineMessage): void => port.postMessage(message)

const heartbeatMs = 1000

let engine: Engine | undefined

port.on('message', (message: HostMessage) => {
  switch (message.kind) {
    case 'start':
      void start(message)
      break
    case 'request':
      void answer(message)
      break
    case 'metrics':
      send({ kind: 'metrics', id: message.id, text: engine?.metricsText() ?? '' })
      break
    case 'power':
      engine?.power(message.event)
      break
    case 'restart-uplink':
      void engine?.restartUplink(message.reason)
      break
    case 'restart':
      restart(message.reason)
      break
    case 'stop':
      void stop(message.withinMs)
      break
  }
})

async function start({ options }: Extract<HostMessage, { kind: 'start' }>): Promise<void> {
  engine = new Engine(options, {
    event: (channel, payload) => send({ kind: 'event', channel, payload }),
    log: (entry) => send({ kind: 'log', entry }),
    restart,
    storageFault: (error) => {
      send({ kind: 'storage-fault', error: toErrorReport(error) })
      void stop(0)
    },
  })
  try {
    await engine.start()
  } catch (error) {
    send({ kind: 'failed', error: toErrorReport(error), exitCode: exitCodeOf(error) })
    await engine.stop(0)
    process.exit(0)
  }
  setInterval(() => send({ kind: 'heartbeat', progress: engine?.progress() }), heartbeatMs)
  send({ kind: 'started' })
}

async function answer({ id, channel, input, by }: Extract<HostMessage, { kind: 'request' }>): Promise<void> {
  try {
    const result = engine
      ? await engine.request(channel, input, by)
      : failed({ code: 'BUSY', message: 'The engine is starting', hint: 'Try again in a moment.' })
    send({ kind: 'reply', id, result })
  } catch (error) {
    send({ kind: 'reply', id, result: failed(toErrorReport(error)) })
  }
}

function restart(reason: string): void {
  send({ kind: 'restarting', reason })
  void stop(restartDrainMs)
}

async function stop(withinMs: number): Promise<void> {
  await engine?.stop(withinMs)
  send({ kind: 'stopped' })
  process.exit(0)
}

/** behaviour.md: 3 another instance, 75 storage fault, 70 bug. */
function exitCodeOf(error: unknown): number {
  const { code } = asGatewayError(error)
  if (code === 'STORE_LOCKED') return 3
  if (code.startsWith('STORE_')) return 75
  return 70
}
