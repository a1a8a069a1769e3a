import { writeSync } from 'node:fs'
import { systemClock } from '../../../main/engine/kit/clock.ts'
import { SeriesRegistry } from '../../../main/engine/pipeline/series.ts'
import { makeStore } from '../../contract/store-kit.ts'
import { rowAt } from './known-rows.ts'

// A process with a store under load, to be recorded: FOLDER GROUPS. Each line on stdout is written only after the promise it
// speaks of has resolved, so its place in the recording says what was promised when.

const [folder = '', groups = '100'] = process.argv.slice(2)
const say = (line: object) => writeSync(1, `${JSON.stringify(line)}\n`)
/** Small, so that segments are finished and used again within one recording. */
const maxBytes = 3 << 20

const registry = new SeriesRegistry()
const { store } = makeStore(folder, { maxBytes, whenFull: 'block' }, systemClock, registry)
await store.start()
say({ opened: true })
let next = 0
let refused = 0
const appends: Promise<void>[] = []
for (let group = 0; group < Number(groups); group++) {
  // Groups of a second at 20 values/s as well as of a burst; mostly small ones, since each is a commit.
  const size = group % 17 === 0 ? 1500 : 1 + ((group * 37) % 120)
  const rows = Array.from({ length: size }, (_, i) => rowAt(registry, next + i))
  next += size
  const through = next - 1
  appends.push(
    store.append(rows).then((outcome) => {
      if (outcome.kind !== 'stored') throw new Error(`an append was ${outcome.kind}`)
      say({ through })
    }),
  )
  if (group % 3 === 2) await Promise.all(appends.splice(0))
  // Half of it is delivered at first, nearly all of it towards the end: it gets fuller and emptier.
  if (group % 2 === 0 || group > Number(groups) * 0.8) await settleOne(group)
}
await Promise.all(appends)
await store.stop(Number.POSITIVE_INFINITY)

async function settleOne(group: number): Promise<void> {
  const batch = await store.take('live', { maxCount: 200 })
  if (!batch) return
  const last = batch.tsAt(batch.count - 1)
  const refuse = group % 20 === 0 ? [{ row: 0, reasonCode: 0x99, reason: 'recorded', attempts: 1 }] : []
  refused += refuse.length
  say({ settling: last, refusing: refused })
  await store.settle(batch, refuse)
  say({ settled: last, refused })
}
