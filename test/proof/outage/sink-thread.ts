import { parentPort } from 'node:worker_threads'
import { ThingsboardStandIn } from '../../../main/demo/thingsboard/stand-in.ts'

// ThingsBoard in a thread of its own, so that what it costs is not measured as the gateway's.

const standIn = new ThingsboardStandIn({ token: 'T', countOnly: true, maxRecorded: 0 })
await standIn.start()
parentPort?.on('message', (asked: 'counters' | 'stop') => {
  if (asked === 'counters') parentPort?.postMessage({ counters: standIn.counters() })
  else void standIn.stop().then(() => process.exit(0))
})
parentPort?.postMessage({ port: standIn.port })
