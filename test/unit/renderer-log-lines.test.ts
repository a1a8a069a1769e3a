import { expect, test } from 'vitest'
import { LogLines } from '../../renderer/screens/activity/log-lines.ts'
import { ok } from '../../shared/errors.ts'
import type { LogEntry } from '../../shared/status.ts'

function logOf(count: () => number) {
  const entry = (seq: number): LogEntry => ({ seq, at: seq, level: 'info', component: 'c', event: 'e', fields: '' })
  return async (offset: number, limit: number) => {
    const total = count()
    const entries = Array.from({ length: Math.max(0, Math.min(limit, total - offset)) }, (_, i) =>
      entry(total - offset - i),
    )
    return ok({ total, entries })
  }
}

async function firstSeq(lines: LogLines): Promise<number | undefined> {
  const page = await lines.fetch(0, 10)
  return page.ok ? page.value.rows[0]?.seq : undefined
}

test('a paused log stands still although new lines come, and counts them', async () => {
  let count = 100
  const lines = new LogLines(logOf(() => count))
  expect(await firstSeq(lines)).toBe(100)
  lines.pause()
  count = 107
  expect(await firstSeq(lines)).toBe(100)
  expect(lines.missed).toBe(7)
  lines.resume()
  expect(await firstSeq(lines)).toBe(107)
})

test('older pages asked for during the pause continue where the standing ones end', async () => {
  let count = 100
  const lines = new LogLines(logOf(() => count))
  await lines.fetch(0, 10)
  lines.pause()
  count = 130
  const page = await lines.fetch(10, 10)
  expect(page.ok && page.value.rows.map((row) => row.seq)).toEqual([90, 89, 88, 87, 86, 85, 84, 83, 82, 81])
  expect(page.ok && page.value.total).toBe(100)
})
