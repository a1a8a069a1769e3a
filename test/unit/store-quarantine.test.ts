import { expect, test } from 'vitest'
import { storeHandlers } from '../../main/engine/api/store-handlers.ts'
import type { Datapoint } from '../../main/engine/pipeline/stages.ts'
import { isBalanced } from '../../shared/status.ts'
import { drain, type OpenedStore, openStore, plain, seriesOf, temporaryFolder } from '../contract/store-kit.ts'

/** Three refused values of two keys, and a refused attribute. */
async function quarantined(folder: string) {
  const opened = await openStore(folder)
  const { store, registry } = opened
  const k = seriesOf(registry, 'press', 'k')
  const rows: Datapoint[] = [
    { series: k, ts: 1, type: 'double', value: Number.NaN },
    { series: k, ts: 2, type: 'integer', value: 2n ** 63n - 1n },
    { series: seriesOf(registry, 'oven', 'text'), ts: 3, type: 'string', value: 'x' },
  ]
  const attribute: Datapoint = {
    series: seriesOf(registry, 'press', 'a', 'attribute'),
    ts: 4,
    type: 'boolean',
    value: true,
  }
  await store.append([...rows, attribute])
  for (const lane of ['live', 'attributes'] as const) {
    const batch = await store.take(lane, { maxCount: 10 })
    if (!batch) throw new Error('nothing to take')
    const refused = Array.from({ length: batch.count }, (_, row) => ({
      row,
      reasonCode: 0x99,
      reason: 'refused',
      attempts: 1,
    }))
    await store.settle(batch, refused)
  }
  expect(store.balance.value).toMatchObject({ quarantined: 4, pending: 0, delivered: 0 })
  return { ...opened, rows, attribute, api: storeHandlers(() => opened.store) }
}

function balanced({ store }: OpenedStore): void {
  expect(isBalanced(store.balance.value)).toBe(true)
}

test('quarantine shows every refused value with its reason, in pages and filtered', async () => {
  const { api } = await quarantined(temporaryFolder())
  const all = await api['quarantine.page']({ offset: 0, limit: 10, filter: '' })
  expect(all.total).toBe(4)
  expect(all.rows.map(({ key, value, reasonCode }) => [key, value, reasonCode]).sort()).toEqual([
    ['a', 'true', 0x99],
    ['k', '9223372036854775807', 0x99],
    ['k', 'NaN', 0x99],
    ['text', 'x', 0x99],
  ])
  expect(await api['quarantine.page']({ offset: 0, limit: 10, filter: 'OVEN' })).toMatchObject({
    total: 1,
    rows: [{ key: 'text' }],
  })
  const [first, second] = await Promise.all(
    [0, 2].map((offset) => api['quarantine.page']({ offset, limit: 2, filter: '' })),
  )
  expect(new Set([...(first?.rows ?? []), ...(second?.rows ?? [])].map(({ id }) => id)).size).toBe(4)
})

test('a retry sends the same value again from the backlog, byte-equal, and an attribute in its lane', async () => {
  const opened = await quarantined(temporaryFolder())
  const { store, api, rows, attribute } = opened
  expect(await api['quarantine.retry']({ all: true, filter: '' })).toEqual({ count: 4 })
  expect(store.balance.value).toMatchObject({ accepted: 4, quarantined: 0, pending: 4 })
  expect(await drain(store, 'backlog')).toEqual(expect.arrayContaining(rows.map(plain)))
  expect(await drain(store, 'attributes')).toEqual([plain(attribute)])
  expect(store.balance.value).toMatchObject({ accepted: 4, delivered: 4, pending: 0 })
  balanced(opened)
})

test('a value is retried once, however often somebody presses the button', async () => {
  const opened = await quarantined(temporaryFolder())
  const { rows } = await opened.api['quarantine.page']({ offset: 0, limit: 10, filter: 'oven' })
  const ids = rows.map(({ id }) => id)
  const counts = await Promise.all([1, 2, 3].map(() => opened.store.retryQuarantined([...ids, ...ids])))
  expect(counts.reduce((a, b) => a + b, 0)).toBe(1)
  expect(await drain(opened.store, 'backlog')).toHaveLength(1)
  balanced(opened)
})

test('an attribute that was refused does not come back over a newer value', async () => {
  const opened = await quarantined(temporaryFolder())
  const { store, registry, api } = opened
  await store.append([{ series: seriesOf(registry, 'press', 'a', 'attribute'), ts: 9, type: 'boolean', value: false }])
  await api['quarantine.retry']({ all: true, filter: '' })
  expect(await drain(store, 'attributes')).toMatchObject([{ ts: 9, value: false }])
  expect(store.balance.value.droppedByReason).toEqual({ superseded: 1 })
  balanced(opened)
})

test('a correction replaces the value; the original is in the ledger as given up', async () => {
  const opened = await quarantined(temporaryFolder())
  const { store, api } = opened
  const { rows } = await api['quarantine.page']({ offset: 0, limit: 10, filter: 'oven' })
  const id = rows[0]?.id ?? 0
  expect(await api['quarantine.fix']({ id, key: 'number', type: 'integer', value: 'x' })).toMatchObject({
    problem: expect.stringContaining('whole number'),
    said: { problem: { code: 'correction.integer' } },
  })
  expect(await api['quarantine.fix']({ id, key: 'number', type: 'integer', value: ' 42 ' })).toEqual({})
  expect(await drain(store, 'backlog')).toEqual([{ device: 'oven', key: 'number', ts: 3, type: 'integer', value: 42 }])
  expect(store.balance.value).toMatchObject({
    accepted: 5,
    quarantined: 3,
    delivered: 1,
    droppedByReason: { corrected: 1 },
  })
  expect(await api['quarantine.fix']({ id, key: 'k', type: 'integer', value: '1' })).toHaveProperty('problem')
  balanced(opened)
})

test('what is discarded is gone, counted and in the ledger', async () => {
  const opened = await quarantined(temporaryFolder())
  const { store, api } = opened
  expect(await api['quarantine.discard']({ all: true, filter: 'press' })).toEqual({ count: 3 })
  expect(store.balance.value).toMatchObject({ quarantined: 1, dropped: 3, droppedByReason: { discarded: 3 } })
  const { totals, rows } = await api['ledger.page']({ offset: 0, limit: 10, filter: '' })
  const count = (kind: string) => totals.filter((one) => one.kind === kind).reduce((sum, one) => sum + one.count, 0)
  expect([count('quarantined'), count('recovered'), count('dropped')]).toEqual([4, 3, 3])
  expect(rows.length).toBeGreaterThan(0)
  balanced(opened)
})

test('an export is complete, one JSON object per line, page by page', async () => {
  const { api } = await quarantined(temporaryFolder())
  const lines: string[] = []
  for (let after: number | undefined = 0; after !== undefined; ) {
    const page: { lines: string; next?: number | undefined } = await api['quarantine.export']({ after, limit: 3 })
    lines.push(...page.lines.split('\n').filter(Boolean))
    after = page.next
  }
  expect(lines.map((line) => JSON.parse(line).ts).sort()).toEqual([1, 2, 3, 4])
})

test('quarantine and ledger are there after a restart', async () => {
  const folder = temporaryFolder()
  const first = await quarantined(folder)
  await first.store.stop(Number.POSITIVE_INFINITY)
  const { store } = await openStore(folder)
  expect((await store.quarantinePage({ offset: 0, limit: 10, filter: '' })).total).toBe(4)
  expect(await store.retryQuarantined((await store.quarantineAfter(0, 10)).map(({ id }) => id))).toBe(4)
  expect(await drain(store, 'backlog')).toHaveLength(3)
  expect(store.balance.value).toMatchObject({ accepted: 4, quarantined: 0 })
})
