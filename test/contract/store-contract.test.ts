import { describe, expect, onTestFinished, test } from 'vitest'
import { SeriesRegistry } from '../../main/engine/pipeline/series.ts'
import type { Datapoint, Store } from '../../main/engine/pipeline/stages.ts'
import { isBalanced } from '../../shared/status.ts'
import { MemoryStore } from '../fakes/memory-store.ts'
import { doubles, drain, openStore, plain, rowsOf, seriesOf, temporaryFolder } from './store-kit.ts'

const open = {
  sqlite: async () => openStore(temporaryFolder()),
  memory: async () => {
    const store = new MemoryStore()
    await store.start()
    onTestFinished(() => store.stop())
    return { store, registry: new SeriesRegistry() }
  },
} satisfies Record<string, () => Promise<{ store: Required<Store>; registry: SeriesRegistry }>>

describe.each(['sqlite', 'memory'] as const)('%s store', (kind) => {
  test('refuses to work before start and after stop', async () => {
    const { store, registry } = await open[kind]()
    const some = doubles(seriesOf(registry, 'd', 'k'), 1)
    await store.stop(Number.POSITIVE_INFINITY)
    await expect(store.append(some)).rejects.toMatchObject({ code: 'STOPPED' })
    await expect(store.take('live', { maxCount: 1 })).rejects.toMatchObject({ code: 'STOPPED' })
    expect(store.status.value.state).toBe('closed')
  })

  test('gives every value back as it was accepted, in order', async () => {
    const { store, registry } = await open[kind]()
    const k = seriesOf(registry, 'press 1', 'temperature')
    const values: Datapoint[] = [
      { series: k, ts: 1, type: 'double', value: 0.1 + 0.2 },
      { series: k, ts: 2, type: 'double', value: Number.NaN },
      { series: k, ts: 3, type: 'float', value: Number.NEGATIVE_INFINITY },
      { series: k, ts: 4, type: 'double', value: -0 },
      { series: k, ts: 5, type: 'integer', value: Number.MAX_SAFE_INTEGER },
      { series: k, ts: 6, type: 'integer', value: -9_223_372_036_854_775_808n },
      { series: k, ts: 7, type: 'integer', value: 18_446_744_073_709_551_615n },
      { series: k, ts: 8, type: 'boolean', value: true },
      { series: k, ts: 9, type: 'boolean', value: false },
      { series: k, ts: 10, type: 'string', value: '' },
      { series: k, ts: 11, type: 'string', value: 'Schnürung läuft 🚀\u0000' },
      { series: k, ts: 12, type: 'json', value: '{"__proto__":[1,2]}' },
      { series: k, ts: -13, type: 'string', value: 'x'.repeat(3_000_000) },
      { series: k, ts: 253_402_300_799_999, type: 'double', value: 1 },
    ]
    expect(await store.append(values)).toEqual({ kind: 'stored' })
    expect(await drain(store)).toEqual(values.map(plain))
  })

  test('gives attributes back as they were accepted', async () => {
    const { store, registry } = await open[kind]()
    const values: Datapoint[] = [0.1, Number.NaN, -0, 1e300].map((value, i) => ({
      series: seriesOf(registry, 'd', `n${i}`, 'attribute'),
      ts: i,
      type: 'double',
      value,
    }))
    values.push({ series: seriesOf(registry, 'd', 'big', 'attribute'), ts: 5, type: 'integer', value: 2n ** 63n - 1n })
    values.push({ series: seriesOf(registry, 'd', 'text', 'attribute'), ts: 6, type: 'string', value: 'true' })
    values.push({ series: seriesOf(registry, 'd', 'flag', 'attribute'), ts: 7, type: 'boolean', value: false })
    await store.append(values)
    expect(await drain(store, 'attributes')).toEqual(values.map(plain))
  })

  test('hands nothing out twice and at least one chunk each time', async () => {
    const { store, registry } = await open[kind]()
    const k = seriesOf(registry, 'd', 'k')
    for (let i = 0; i < 3; i++) await store.append(doubles(k, 10, i * 10))
    const taken = await Promise.all([1, 2, 3, 4].map(() => store.take('live', { maxCount: 1 })))
    expect(taken.map((batch) => batch?.count)).toEqual([10, 10, 10, undefined])
    expect(taken.flatMap((batch) => (batch ? rowsOf(batch).map(({ ts }) => ts) : []))).toEqual(
      Array.from({ length: 30 }, (_, i) => i),
    )
  })

  test('never hands out more than asked for when more than one chunk is there', async () => {
    const { store, registry } = await open[kind]()
    const k = seriesOf(registry, 'd', 'k')
    for (let i = 0; i < 5; i++) await store.append(doubles(k, 10, i * 10))
    expect((await store.take('live', { maxCount: 29 }))?.count).toBe(20)
    expect((await store.take('live', { maxCount: 1000 }))?.count).toBe(30)
  })

  test('counts balance after every step', async () => {
    const { store, registry } = await open[kind]()
    const k = seriesOf(registry, 'd', 'k')
    await store.append(doubles(k, 10))
    await store.append(doubles(k, 5, 10))
    expect(store.balance.value).toMatchObject({ accepted: 15, pending: 15, inFlight: 0 })
    const batch = await store.take('live', { maxCount: 10 })
    if (!batch) throw new Error('nothing to take')
    expect(store.balance.value).toMatchObject({ accepted: 15, pending: 5, inFlight: 10 })
    await store.settle(batch, [{ row: 3, reasonCode: 0x99, reason: 'refused by ThingsBoard', attempts: 1 }])
    expect(store.balance.value).toMatchObject({ pending: 5, inFlight: 0, delivered: 9, quarantined: 1, dropped: 0 })
    expect(isBalanced(store.balance.value)).toBe(true)
  })

  test('settles a batch only once', async () => {
    const { store, registry } = await open[kind]()
    await store.append(doubles(seriesOf(registry, 'd', 'k'), 3))
    const batch = await store.take('live', { maxCount: 10 })
    if (!batch) throw new Error('nothing to take')
    await store.settle(batch, [])
    await expect(store.settle(batch, [])).rejects.toThrow('once')
    expect(store.balance.value.delivered).toBe(3)
  })

  test('batches may be settled out of order', async () => {
    const { store, registry } = await open[kind]()
    const k = seriesOf(registry, 'd', 'k')
    for (let i = 0; i < 3; i++) await store.append(doubles(k, 10, i * 10))
    const [first, second, third] = await Promise.all([1, 2, 3].map(() => store.take('live', { maxCount: 10 })))
    if (!first || !second || !third) throw new Error('nothing to take')
    await Promise.all([store.settle(third, []), store.settle(first, [])])
    expect(store.balance.value).toMatchObject({ delivered: 20, inFlight: 10, pending: 0 })
    await store.settle(second, [])
    expect(store.balance.value).toMatchObject({ delivered: 30, inFlight: 0, pending: 0 })
  })

  test('only the newest value of an attribute is kept, the others count as superseded', async () => {
    const { store, registry } = await open[kind]()
    const a = seriesOf(registry, 'd', 'firmware', 'attribute')
    for (const value of ['1', '2', '3']) await store.append([{ series: a, ts: Number(value), type: 'string', value }])
    expect(store.balance.value).toMatchObject({ accepted: 3, pending: 1, droppedByReason: { superseded: 2 } })
    expect(await drain(store, 'attributes')).toMatchObject([{ value: '3' }])
    expect(isBalanced(store.balance.value)).toBe(true)
  })

  test('a newer attribute value waits until the one in flight is settled, and survives it', async () => {
    const { store, registry } = await open[kind]()
    const a = seriesOf(registry, 'd', 'firmware', 'attribute')
    await store.append([{ series: a, ts: 1, type: 'string', value: 'old' }])
    const batch = await store.take('attributes', { maxCount: 10 })
    if (!batch) throw new Error('nothing to take')
    await store.append([{ series: a, ts: 2, type: 'string', value: 'new' }])
    expect(await store.take('attributes', { maxCount: 10 })).toBeUndefined()
    await store.settle(batch, [])
    expect(await drain(store, 'attributes')).toMatchObject([{ ts: 2, value: 'new' }])
    expect(store.balance.value).toMatchObject({ accepted: 2, delivered: 2, dropped: 0 })
  })

  test('tells when a lane that was empty has something, and not after the undo', async () => {
    const { store, registry } = await open[kind]()
    const heard: string[] = []
    const undo = store.onAvailable((lane) => heard.push(lane))
    await store.append(doubles(seriesOf(registry, 'd', 'k'), 1))
    expect(heard).toEqual(['live'])
    await store.append(doubles(seriesOf(registry, 'd', 'k'), 1))
    expect(heard).toEqual(['live'])
    await store.append([{ series: seriesOf(registry, 'd', 'a', 'attribute'), ts: 1, type: 'boolean', value: true }])
    expect(heard).toEqual(['live', 'attributes'])
    await drain(store)
    await store.append(doubles(seriesOf(registry, 'd', 'k'), 1))
    expect(heard).toEqual(['live', 'attributes', 'live'])
    undo()
    await drain(store)
    await store.append(doubles(seriesOf(registry, 'd', 'k'), 1))
    expect(heard).toHaveLength(3)
  })

  test('a blocked attribute is announced once the one before it is settled', async () => {
    const { store, registry } = await open[kind]()
    const a = seriesOf(registry, 'd', 'a', 'attribute')
    const heard: string[] = []
    await store.append([{ series: a, ts: 1, type: 'integer', value: 1 }])
    const batch = await store.take('attributes', { maxCount: 1 })
    if (!batch) throw new Error('nothing to take')
    store.onAvailable((lane) => heard.push(lane))
    await store.append([{ series: a, ts: 2, type: 'integer', value: 2 }])
    expect(heard).toEqual([])
    await store.settle(batch, [])
    expect(heard).toEqual(['attributes'])
  })

  test('telemetry that was given back comes again first, in order and announced', async () => {
    const { store, registry } = await open[kind]()
    const k = seriesOf(registry, 'd', 'k')
    for (let i = 0; i < 4; i++) await store.append(doubles(k, 10, i * 10))
    const [first, second, third] = await Promise.all([1, 2, 3].map(() => store.take('live', { maxCount: 10 })))
    if (!first || !second || !third) throw new Error('nothing to take')
    store.release(third)
    store.release(first)
    expect(store.balance.value).toMatchObject({ inFlight: 10, pending: 30, delivered: 0 })
    await store.settle(second, [])
    expect((await drain(store)).map(({ ts }) => Math.floor(ts / 10))).toEqual(
      [0, 2, 3].flatMap((n) => Array<number>(10).fill(n)),
    )
    expect(store.balance.value).toMatchObject({ accepted: 40, delivered: 40 })
    await store.append(doubles(k, 1, 50))
    const last = await store.take('live', { maxCount: 10 })
    expect(await store.take('live', { maxCount: 10 })).toBeUndefined()
    const heard: string[] = []
    store.onAvailable((lane) => heard.push(lane))
    if (last) store.release(last)
    expect(heard).toEqual(['live'])
    expect(() => last && store.release(last)).toThrow('once')
  })

  test('an attribute that was given back is sent again unless a newer one waits', async () => {
    const { store, registry } = await open[kind]()
    const a = seriesOf(registry, 'd', 'a', 'attribute')
    const b = seriesOf(registry, 'd', 'b', 'attribute')
    await store.append([
      { series: a, ts: 1, type: 'integer', value: 1 },
      { series: b, ts: 1, type: 'integer', value: 1 },
    ])
    const batch = await store.take('attributes', { maxCount: 10 })
    await store.append([{ series: a, ts: 2, type: 'integer', value: 2 }])
    if (batch) store.release(batch)
    await expect.poll(() => store.balance.value.inFlight).toBe(0)
    const rows = await drain(store, 'attributes')
    expect(rows.map(({ key, value }) => `${key}${value}`).sort()).toEqual(['a2', 'b1'])
    expect(store.balance.value).toMatchObject({ accepted: 3, delivered: 2, droppedByReason: { superseded: 1 } })
    expect(isBalanced(store.balance.value)).toBe(true)
  })

  test('what waits when the lanes are split becomes backlog, what comes then is live; neither waits for the other', async () => {
    const { store, registry } = await open[kind]()
    const k = seriesOf(registry, 'd', 'k')
    const heard: string[] = []
    for (let i = 0; i < 3; i++) await store.append(doubles(k, 10, i * 10))
    const before = await store.take('live', { maxCount: 10 })
    if (!before) throw new Error('nothing to take')
    store.onAvailable((lane) => heard.push(lane))
    store.splitLanes()
    expect(heard).toEqual(['backlog'])
    expect(await store.take('live', { maxCount: 10 })).toBeUndefined()
    await store.append(doubles(k, 10, 30))
    expect(heard).toEqual(['backlog', 'live'])
    expect((await drain(store, 'live')).map(({ ts }) => ts)).toEqual(Array.from({ length: 10 }, (_, i) => 30 + i))
    store.release(before)
    const backlog = await drain(store, 'backlog')
    const live = await drain(store, 'live')
    expect([...live, ...backlog].map(({ ts }) => ts)).toEqual(Array.from({ length: 30 }, (_, i) => i))
    expect(store.balance.value).toMatchObject({ accepted: 40, delivered: 40, pending: 0, inFlight: 0 })
  })

  test('lanes split twice keep their order', async () => {
    const { store, registry } = await open[kind]()
    const k = seriesOf(registry, 'd', 'k')
    await store.append(doubles(k, 10))
    store.splitLanes()
    await store.append(doubles(k, 10, 10))
    await store.append(doubles(k, 10, 20))
    expect((await store.take('live', { maxCount: 10 }))?.tsAt(0)).toBe(10)
    store.splitLanes()
    await store.append(doubles(k, 10, 30))
    expect((await drain(store, 'backlog')).map(({ ts }) => Math.floor(ts / 10))).toEqual([
      ...Array<number>(10).fill(0),
      ...Array<number>(10).fill(2),
    ])
    expect((await drain(store, 'live'))[0]?.ts).toBe(30)
  })

  test('delivered values that are retained come back for a replay, once', async () => {
    const { store, registry } = await open[kind]()
    const rows = doubles(seriesOf(registry, 'd', 'k'), 20)
    await store.append(rows)
    const batch = await store.take('live', { maxCount: 100 })
    if (!batch) throw new Error('nothing to take')
    await store.settle(batch, [], { retainMs: 60_000 })
    expect(store.balance.value).toMatchObject({ delivered: 20, pending: 0 })
    expect(await store.take('live', { maxCount: 100 })).toBeUndefined()
    expect(await store.replay(Date.now() - 60_000)).toBe(20)
    expect(store.balance.value).toMatchObject({ accepted: 20, delivered: 0, pending: 20 })
    expect(await drain(store, 'backlog')).toEqual(rows.map(plain))
    expect(await store.replay(0)).toBe(0)
    expect(isBalanced(store.balance.value)).toBe(true)
  })

  test('of attributes the newest delivered value comes back, unless a newer one is there', async () => {
    const { store, registry } = await open[kind]()
    const [still, moving] = ['still', 'moving'].map((key) => seriesOf(registry, 'd', key, 'attribute'))
    const settleNext = async () => {
      const batch = await store.take('attributes', { maxCount: 100 })
      if (!batch) throw new Error('nothing to take')
      await store.settle(batch, [], { retainMs: 60_000 })
    }
    for (const value of [1, 2]) {
      await store.append([still, moving].map((series) => ({ series, ts: value, type: 'double', value })) as never)
      await settleNext()
    }
    await store.append([{ series: moving, ts: 3, type: 'double', value: 3 }] as never)
    expect(store.balance.value).toMatchObject({ accepted: 5, delivered: 4, pending: 1 })
    expect(await store.replay(Date.now() - 60_000)).toBe(1)
    expect(store.balance.value).toMatchObject({ accepted: 5, delivered: 3, pending: 2, dropped: 0 })
    const rows = await drain(store, 'attributes')
    expect(rows.map(({ key, value }) => [key, value]).sort()).toEqual([
      ['moving', 3],
      ['still', 2],
    ])
    expect(await store.replay(0)).toBe(0)
    expect(isBalanced(store.balance.value)).toBe(true)
  })
})
