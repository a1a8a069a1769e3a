import { expect, test } from 'vitest'
import { ReportFilter } from '../../main/engine/analyze/report-filter.ts'
import { systemClock } from '../../main/engine/kit/clock.ts'
import { compileMapping } from '../../main/engine/map/compile.ts'
import { IssueBook } from '../../main/engine/observe/issues.ts'
import { Pipeline } from '../../main/engine/pipeline/pipeline.ts'
import { SeriesRegistry } from '../../main/engine/pipeline/series.ts'
import type { Datapoint, SampleSink } from '../../main/engine/pipeline/stages.ts'
import { gatewaySchema } from '../../shared/config/gateway.ts'
import { MemoryStore } from '../fakes/memory-store.ts'

test('different mistakes in messages of one topic rule are different issues, each with its own count', () => {
  const topic = {
    filter: 'list',
    forEach: '$.items',
    device: 'L ${$.id}',
    timestamp: { value: '$.ts' },
    keys: [{ key: 'v', value: '$.v' }],
  }
  const connector = { type: 'mqtt', id: 'broker', name: 'Broker', host: 'h', topics: [topic] }
  const config = gatewaySchema.parse({ version: 1, connectors: [connector] })
  const issues = new IssueBook(systemClock)
  const store = new MemoryStore()
  const pipeline = new Pipeline({ clock: systemClock, issues, store, filter: new ReportFilter(), commitIntervalMs: 40 })
  let refuse: SampleSink['refuse'] = () => {}
  const { mapper } = compileMapping({ config, registry: new SeriesRegistry(), refuse: (refusal) => refuse(refusal) })
  const feed = { connectorId: 'broker', connectorName: 'Broker', mapper }
  refuse = pipeline.sink(feed, { received: 0, refused: 0, unmapped: 0 }).refuse
  const now = Date.now()
  const message = (payload: unknown) => {
    const out: Datapoint[] = []
    const sample = { tag: 0, type: 'json', value: null, ts: now, statusCode: 0 } as const
    mapper.map({ ...sample, message: { topic: 'list', levels: ['list'], payload } }, now, out)
  }
  message({ items: 5 })
  message({ items: [{ id: 'A', v: 1, ts: 'yesterday' }] })
  message({ items: [{ id: 'A', v: 1, ts: 'today' }] })
  message({ items: [{ id: 'A', ts: now }] })
  message({ items: [{ v: 1 }] })
  message({ items: [{ id: '<b>', v: 1, ts: now }] })
  const found = issues.list(false).map(({ message: text, count }) => `${count} ${text}`)
  expect(found).toHaveLength(5)
  expect(found).toContainEqual(expect.stringMatching(/^1 \$\.items is no array/))
  expect(found).toContainEqual(expect.stringMatching(/^2 \$\.ts is no time/))
  expect(found).toContainEqual(expect.stringMatching(/^1 No value for v/))
  expect(found).toContainEqual(expect.stringMatching(/^1 No device name .* looks like HTML/))
})
