import { writeSync } from 'node:fs'
import { systemClock } from '../../main/engine/kit/clock.ts'
import { GatewayError, toErrorReport } from '../../main/engine/kit/gateway-error.ts'
import { IssueBook } from '../../main/engine/observe/issues.ts'
import { LogBook } from '../../main/engine/observe/log.ts'
import { Metrics } from '../../main/engine/observe/metrics.ts'
import { SeriesRegistry } from '../../main/engine/pipeline/series.ts'
import type { Datapoint } from '../../main/engine/pipeline/stages.ts'
import { SqliteStore } from '../../main/engine/store/store.ts'
import { storageSchema } from '../../shared/config/storage.ts'

// A process with a store, to be killed: FOLDER hold | load FIRST. `load` appends groups of values and settles some; each line on
// stdout is written (synchronously) only after the promise it speaks of has resolved.

const [folder = '', mode = '', first = '0'] = process.argv.slice(2)

const pause = new Int32Array(new SharedArrayBuffer(4))

/** Also when whoever reads is slow and the pipe is full. */
function say(line: object): void {
  for (let rest = Buffer.from(`${JSON.stringify(line)}\n`); rest.length > 0; ) {
    try {
      rest = rest.subarray(writeSync(1, rest))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error
      Atomics.wait(pause, 0, 0, 1)
    }
  }
}

const registry = new SeriesRegistry()
const store = new SqliteStore({
  folder,
  config: storageSchema.parse({ maxBytes: Number(process.env['STORE_BYTES'] ?? 1 << 30), whenFull: 'block' }),
  registry,
  clock: systemClock,
  log: new LogBook(systemClock.now).logger('store'),
  issues: new IssueBook(systemClock),
  metrics: new Metrics(),
  onFault: (error) => {
    say({ fault: toErrorReport(error) })
    process.exit(75)
  },
})

/** Value n of the load is the same in every process, so the reader can tell whether it is byte-equal. */
function datapoint(n: number): Datapoint {
  const series = registry.intern(`device ${n % 7}`, 'default', `key ${n % 13}`, 'telemetry')
  if (!series) throw new Error('the registry is full')
  return n % 3 === 0
    ? { series, ts: n, type: 'string', value: `value ${n} ${'x'.repeat(n % 50)}` }
    : { series, ts: n, type: 'double', value: n / 3 }
}

async function load(from: number): Promise<never> {
  let next = from
  let running = 0
  for (;;) {
    const size = 1 + Math.floor(Math.random() * 5000)
    const group = Array.from({ length: size }, (_, i) => datapoint(next + i))
    next += size
    const through = next - 1
    running++
    const appended = store.append(group).then(() => {
      say({ through })
      running--
    })
    if (running >= 3) await appended
    if (Math.random() < 0.5) await settleOne()
  }
}

async function settleOne(): Promise<void> {
  const batch = await store.take('live', { maxCount: 2000 })
  if (!batch) return
  const last = batch.tsAt(batch.count - 1)
  // Said before as well: a settle that was asked for may or may not have happened.
  say({ settling: last })
  await store.settle(batch, [])
  say({ settled: last })
}

try {
  await store.start()
  say({ opened: store.balance.value })
  if (mode === 'load') await load(Number(first))
} catch (error) {
  if (!(error instanceof GatewayError)) throw error
  say({ refused: toErrorReport(error) })
  process.exit(error.code === 'STORE_LOCKED' ? 3 : 75)
}
