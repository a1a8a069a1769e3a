import { parentPort } from 'node:worker_threads'
import { assertExists } from '../../../shared/assert.ts'
import { HistoryDb } from './history-db.ts'
import type { FromHistory, ToHistory } from './protocol.ts'

// The first lines of the history's thread. Any failure ends it: whoever started it decides whether to try again.

const port = assertExists(parentPort, 'history-thread runs in a worker')
let db: HistoryDb | undefined

port.on('message', (message: ToHistory) => {
  switch (message.kind) {
    case 'open':
      db = HistoryDb.open(message.path, message.hours, message.maxBytes)
      return
    case 'append':
      db?.append(message.at, message.series, message.rows)
      return
    case 'read':
      send({ kind: 'lines', id: message.id, lines: db?.read(message.question) ?? [] })
      return
    case 'close':
      db?.close()
      send({ kind: 'closed' })
      port.close()
  }
})

function send(message: FromHistory): void {
  port.postMessage(message)
}
