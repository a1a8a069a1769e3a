import { expect, test } from 'vitest'
import { compileMapping } from '../../main/engine/map/compile.ts'
import { MadeBook, madeLimit } from '../../main/engine/pipeline/made-keys.ts'
import { SeriesRegistry } from '../../main/engine/pipeline/series.ts'
import type { Datapoint } from '../../main/engine/pipeline/stages.ts'
import { gatewaySchema } from '../../shared/config/gateway.ts'
import type { Sample } from '../../shared/sample.ts'

const clock = { now: () => 1000 }
const made = { device: 'D', profile: 'default', key: 'k', kind: 'telemetry', rule: 0, part: 0, from: 's=1' } as const

test('each key of each device a topic brings is told once, with its topic', () => {
  const config = gatewaySchema.parse({
    version: 1,
    connectors: [
      {
        type: 'mqtt',
        id: 'b',
        name: 'B',
        host: 'h',
        topics: [
          { filter: 'x', device: 'X', keys: [{ key: 'v', value: '$' }] },
          { filter: 'a/+', device: '${topic[1]}', profile: 'P', keys: [{ key: '*', value: '*' }] },
        ],
      },
    ],
  })
  const keys = new MadeBook(clock).renew('b')
  const { mapper } = compileMapping({
    config,
    registry: new SeriesRegistry(),
    refuse: () => {},
    made: (key) => keys.add(key),
  })
  const out: Datapoint[] = []
  for (const [name, payload] of [
    ['M1', { a: 1 }],
    ['M1', { a: 2, b: 3 }],
    ['M2', { a: 4 }],
  ] as const) {
    const topic = `a/${name}`
    const message = { topic, levels: topic.split('/'), payload }
    mapper.map({ tag: 1, type: 'json', value: null, ts: 1, statusCode: 0, message } as Sample, 1, out)
  }
  expect(keys.page(0, 10).keys).toMatchObject([
    { device: 'M1', profile: 'P', key: 'a', rule: 1, part: 0, from: 'a/M1' },
    { device: 'M1', key: 'b' },
    { device: 'M2', key: 'a', from: 'a/M2' },
  ])
})

test('a list that was made anew has another generation, and so has that of the next start of its source', () => {
  const book = new MadeBook(clock)
  const keys = book.renew('plc')
  keys.add(made)
  const first = book.page('plc', 0, 10)
  keys.add({ ...made, key: 'l' })
  expect(book.page('plc', 1, 10)).toMatchObject({ generation: first.generation, total: 2, keys: [{ key: 'l' }] })
  keys.replace([made])
  const second = book.page('plc', 0, 10)
  book.renew('plc')
  const third = book.page('plc', 0, 10)
  expect(new Set([first.generation, second.generation, third.generation]).size).toBe(3)
  expect([second.total, third.total]).toEqual([1, 0])
})

test('beyond its limit the list counts what it does not hold', () => {
  const keys = new MadeBook(clock).renew('plc')
  for (let n = 0; n < madeLimit + 3; n++) keys.add(made)
  expect(keys.page(madeLimit - 1, 10)).toMatchObject({ total: madeLimit, beyond: 3 })
  expect(keys.page(madeLimit - 1, 10).keys).toHaveLength(1)
})
