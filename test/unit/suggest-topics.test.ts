import { describe, expect, test } from 'vitest'
import { type HeardTopic, suggestTopics } from '../../main/engine/discover/suggest-topics.ts'

const json = (topic: string, ...paths: string[]): HeardTopic => ({
  topic,
  format: 'json',
  fields: paths.map((path) => ({ path, type: path === '$.id' ? 'string' : 'number' })),
})
const text = (topic: string): HeardTopic => ({ topic, format: 'text', fields: [] })
const rules = (heard: readonly HeardTopic[]) =>
  suggestTopics(heard).suggestions.map((one) => [
    one.devices,
    one.rules.map(({ filter, device, format, keys }) => [
      filter,
      device,
      format,
      keys.map((k) => `${k.key}=${k.value}`),
    ]),
  ])

describe('objects', () => {
  test('topics that differ in a level and carry the same fields are devices of that level', () => {
    const heard = ['north', 'south'].map((hall) => json(`plant/hall/${hall}/climate`, '$.temperature', '$.co2'))
    expect(rules(heard)).toEqual([
      [2, [['plant/hall/+/climate', '${topic[2]}', 'json', ['co2=$.co2', 'temperature=$.temperature']]]],
    ])
  })

  test('a single numbered topic has siblings; a topic that names nobody is named by its payload', () => {
    expect(rules([json('agv/7/status', '$.battery')])).toEqual([
      [1, [['agv/+/status', '${topic[1]}', 'json', ['battery=$.battery']]]],
    ])
    expect(rules([json('plant/energy', '$.id', '$.power')])).toEqual([
      [1, [['plant/energy', '${$.id}', 'json', ['power=$.power']]]],
    ])
  })

  test('a list of objects that say who they are is devices', () => {
    const list: HeardTopic = {
      topic: 'plant/meters',
      format: 'json',
      fields: [0, 1].flatMap((n) => [
        { path: `$[${n}]`, type: 'object' },
        { path: `$[${n}].id`, type: 'string' },
        { path: `$[${n}].power`, type: 'number' },
      ]),
    }
    const [found] = suggestTopics([list]).suggestions
    expect(found?.rules).toMatchObject([
      { filter: 'plant/meters', forEach: '$', device: '${$.id}', keys: [{ key: 'power', value: '$.power' }] },
    ])
    expect([found?.devices, found?.keys]).toEqual([2, 2])
  })

  test('fields of one name in two places get longer names', () => {
    expect(rules([json('a', '$.in.temp', '$.out.temp')])[0]?.[1]).toEqual([
      ['a', 'a', 'json', ['temp=$.in.temp', 'out.temp=$.out.temp']],
    ])
  })

  test('a filter that would take topics of another shape gives way to the topics themselves', () => {
    const heard = [
      ...['x', 'y'].map((name) => json(`m/${name}/s`, '$.a')),
      ...['v', 'w'].map((name) => json(`m/${name}/s`, '$.b')),
    ]
    expect(rules(heard).map(([, own]) => own)).toEqual([
      [
        ['m/x/s', 'x', 'json', ['a=$.a']],
        ['m/y/s', 'y', 'json', ['a=$.a']],
      ],
      [
        ['m/v/s', 'v', 'json', ['b=$.b']],
        ['m/w/s', 'w', 'json', ['b=$.b']],
      ],
    ])
  })
})

describe('single values', () => {
  test('the topics below one parent are its keys, and parents with the same ones are devices', () => {
    const heard = ['M1', 'M2'].flatMap((m) => ['speed', 'temp'].map((key) => json(`hall/${m}/${key}`)))
    expect(rules(heard)).toEqual([[2, [['hall/+/+', '${topic[1]}', 'json', ['${topic[2]}=$']]]]])
  })

  test('where JSON and text stand side by side each name has a rule that says which', () => {
    expect(rules([json('press/temp'), text('press/state')])).toEqual([
      [
        1,
        [
          ['press/temp', 'press', 'json', ['temp=$']],
          ['press/state', 'press', 'text', ['state=$']],
        ],
      ],
    ])
  })
})

test('payloads nobody can read are counted, not proposed', () => {
  const binary: HeardTopic = { topic: 'spBv1.0/x', format: 'binary', fields: [] }
  expect(suggestTopics([binary])).toMatchObject({ suggestions: [], unread: 1 })
  expect(suggestTopics([])).toMatchObject({ suggestions: [], unread: 0 })
})

test('no proposed filter takes a topic twice', () => {
  const heard = [
    json('a/1/x', '$.p'),
    json('a/2/x', '$.p', '$.q'),
    json('a/3/v'),
    text('a/4/w'),
    json('b', '$.p'),
    json('c'),
  ]
  const filters = suggestTopics(heard).suggestions.flatMap((one) => one.rules.map(({ filter }) => filter))
  const takes = (filter: string, topic: string): boolean =>
    new RegExp(`^${filter.replaceAll('+', '[^/]*')}$`).test(topic)
  for (const { topic } of heard) expect(filters.filter((filter) => takes(filter, topic)).length).toBe(1)
})
