import { expect, test, vi } from 'vitest'
import { PagedRows, rowsPerPage } from '../../renderer/api/paged-rows.ts'
import type { Attention } from '../../renderer/api/readers.ts'
import { failed, ok, type Result } from '../../shared/errors.ts'

const awake: Attention = { awake: () => true, onChange: () => () => undefined }

type Answer = Result<{ readonly total: number; readonly rows: readonly number[] }>

function numbers(total: number, offset: number, limit: number): Answer {
  const rows = Array.from({ length: Math.max(0, Math.min(limit, total - offset)) }, (_, i) => offset + i)
  return ok({ total, rows })
}

test('only the pages on screen are fetched, and a row is found by its place in the whole list', async () => {
  const asked: number[] = []
  const rows = new PagedRows<number>(
    async (offset, limit) => {
      asked.push(offset)
      return numbers(100_000, offset, limit)
    },
    0,
    awake,
  )
  const stop = rows.subscribe(() => undefined)
  await vi.waitFor(() => expect(rows.total).toBe(100_000))
  rows.show(99_990, 100_000)
  await vi.waitFor(() => expect(rows.row(99_999)).toBe(99_999))
  stop()
  expect(asked.every((offset) => offset === 0 || offset >= 99_800)).toBe(true)
  expect(rows.row(50_000)).toBeUndefined()
})

test('an answer to a question that was replaced meanwhile is thrown away', async () => {
  const answers: ((answer: Answer) => void)[] = []
  const rows = new PagedRows<number>(() => new Promise((resolve) => answers.push(resolve)), 0, awake)
  const stop = rows.subscribe(() => undefined)
  rows.reset()
  answers[1]?.(ok({ total: 1, rows: [2] }))
  await vi.waitFor(() => expect(rows.row(0)).toBe(2))
  answers[0]?.(ok({ total: 1, rows: [1] }))
  await new Promise((resolve) => setImmediate(resolve))
  expect(rows.row(0)).toBe(2)
  stop()
})

test('memory stays bounded when somebody scrolls through everything', async () => {
  const rows = new PagedRows<number>(async (offset, limit) => numbers(100_000, offset, limit), 0, awake)
  const stop = rows.subscribe(() => undefined)
  for (let first = 0; first < 100_000; first += rowsPerPage) {
    rows.show(first, first + 20)
    await Promise.resolve()
  }
  await vi.waitFor(() => expect(rows.row(99_900)).toBe(99_900))
  stop()
  let known = 0
  for (let i = 0; i < 100_000; i += rowsPerPage) if (rows.row(i) !== undefined) known += 1
  expect(known).toBeLessThanOrEqual(21)
})

test('nothing is asked while hidden, and everything on screen at once when that ends', async () => {
  let visible = false
  let wake = (): void => undefined
  const attention: Attention = {
    awake: () => visible,
    onChange: (listener) => {
      wake = listener
      return () => undefined
    },
  }
  let asked = 0
  const rows = new PagedRows<number>(
    async (offset, limit) => {
      asked += 1
      return numbers(10, offset, limit)
    },
    0,
    attention,
  )
  const stop = rows.subscribe(() => undefined)
  expect(asked).toBe(0)
  visible = true
  wake()
  await vi.waitFor(() => expect(rows.total).toBe(10))
  stop()
})

test('a failed refresh keeps the last known rows and says why', async () => {
  let broken = false
  const rows = new PagedRows<number>(
    async (offset, limit) =>
      broken ? failed({ code: 'CONNECTION_LOST', message: 'gone', hint: '' }) : numbers(3, offset, limit),
    0,
    awake,
  )
  const stop = rows.subscribe(() => undefined)
  await vi.waitFor(() => expect(rows.row(2)).toBe(2))
  broken = true
  rows.refresh()
  await vi.waitFor(() => expect(rows.error?.code).toBe('CONNECTION_LOST'))
  expect(rows.row(2)).toBe(2)
  stop()
})
