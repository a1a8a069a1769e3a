import { closeSync, openSync, readFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { isBalanced } from '../../shared/status.ts'
import { drain, makeStore, openStore, seriesOf, temporaryFolder } from '../contract/store-kit.ts'

// store.db holds what is state: attributes, newest-only values, quarantine. When it is damaged, what can be read comes back.

const forever = Number.POSITIVE_INFINITY
const attributes = 2000
const states = 300
const refused = 500

const textOf = (n: number): string => `value ${n} ${'x'.repeat(60)}`

/** A closed store with attributes and newest-only values that wait, and values in quarantine. */
async function filled(folder: string): Promise<void> {
  const { store, registry } = makeStore(folder)
  await store.start()
  const of = (name: string, n: number, kind: 'telemetry' | 'attribute') => {
    const series = seriesOf(registry, 'd', `${name} ${n}`, kind)
    if (kind === 'telemetry') series.retention = 'latest'
    return { series, ts: n, type: 'string', value: textOf(n) } as const
  }
  const many = (count: number, name: string, kind: 'telemetry' | 'attribute') =>
    Array.from({ length: count }, (_, n) => of(name, n, kind))
  await store.append(many(refused, 'refused', 'attribute'))
  const batch = await store.take('attributes', { maxCount: refused })
  if (!batch) throw new Error('nothing to refuse')
  const rows = Array.from({ length: refused }, (_, row) => ({ row, reasonCode: 0x99, reason: 'no', attempts: 1 }))
  await store.settle(batch, rows)
  await store.append(many(attributes, 'attribute', 'attribute'))
  await store.append(many(states, 'state', 'telemetry'))
  await store.stop(forever)
}

/** Overwrites the page on which this text stands. */
function breakPageOf(path: string, text: string): void {
  const at = readFileSync(path).indexOf(text)
  expect(at).toBeGreaterThan(0)
  overwrite(path, Math.floor(at / 4096) * 4096)
}

function overwrite(path: string, at: number): void {
  const file = openSync(path, 'r+')
  writeSync(file, Buffer.alloc(4096, 0xa5), 0, 4096, at)
  closeSync(file)
}

test.each([
  ['a page of attributes', (path: string) => breakPageOf(path, textOf(700)), attributes - 80],
  ['its first page', (path: string) => overwrite(path, 0), attributes],
])(
  'store.db with %s overwritten: what can be read waits again, the rest is counted exactly',
  async (_, harm, least) => {
    const folder = temporaryFolder()
    await filled(folder)
    harm(join(folder, 'store.db'))
    const { store, registry, issues } = await openStore(folder)
    await expect.poll(() => store.status.value.salvaging, { timeout: 20_000 }).toBe(0)
    const { balance } = store
    expect(balance.value.accepted).toBe(attributes + states + refused)
    expect(isBalanced(balance.value)).toBe(true)
    const { total } = await store.quarantinePage({ offset: 0, limit: 1, filter: '' })
    expect(balance.value.quarantined).toBe(total)
    const waiting = balance.value.pending
    expect(total + waiting + (balance.value.droppedByReason['corrupt'] ?? 0)).toBe(attributes + states + refused)
    const back = await drain(store, 'attributes')
    expect(back.length).toBeGreaterThanOrEqual(least)
    for (const row of back) expect(row.value).toBe(textOf(row.ts))
    expect(new Set(back.map(({ key }) => key)).size, 'none twice').toBe(back.length)
    expect((await drain(store)).length + back.length).toBe(waiting)
    expect(issues.list(false).map(({ code }) => code)).toContain('STORE_CORRUPT')
    // A newer value of one that came back replaces it, as ever.
    await store.append([
      { series: seriesOf(registry, 'd', 'attribute 3', 'attribute'), ts: 9, type: 'string', value: 'n' },
    ])
    expect(await drain(store, 'attributes')).toMatchObject([{ key: 'attribute 3', value: 'n' }])
    // And a quarantined one can be retried.
    const { rows } = await store.quarantinePage({ offset: 0, limit: 1, filter: '' })
    expect(await store.retryQuarantined(rows.map(({ id }) => id))).toBe(1)
    expect(isBalanced(balance.value)).toBe(true)
  },
)

test('with a page of the quarantine overwritten, what is left of it is what the balance says', async () => {
  const folder = temporaryFolder()
  await filled(folder)
  const path = join(folder, 'store.db')
  // The rows of the quarantine have the key behind the device, those of the names behind the profile.
  breakPageOf(path, 'drefused 250attribute')
  const { store } = await openStore(folder)
  await expect.poll(() => store.status.value.salvaging, { timeout: 20_000 }).toBe(0)
  const { quarantined, droppedByReason } = store.balance.value
  const { total } = await store.quarantinePage({ offset: 0, limit: 1, filter: '' })
  expect(isBalanced(store.balance.value)).toBe(true)
  expect(quarantined).toBe(total)
  expect(total + (droppedByReason['corrupt'] ?? 0)).toBe(refused)
  expect(total).toBeLessThan(refused)
  expect(total).toBeGreaterThan(refused / 2)
})
