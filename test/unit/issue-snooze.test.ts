import { expect, test } from 'vitest'
import { IssueBook } from '../../main/engine/observe/issues.ts'
import { FakeClock } from '../fakes/fake-clock.ts'

const report = {
  code: 'CONNECTION_REFUSED',
  severity: 'warning',
  subject: 'line',
  subjectName: 'Line',
  message: 'm',
  hint: 'h',
} as const

function bookWithIssue(): { book: IssueBook; clock: FakeClock; id: string } {
  const clock = new FakeClock()
  const book = new IssueBook(clock)
  book.raise(report)
  return { book, clock, id: book.list(false)[0]?.id ?? '' }
}

test('an issue that was put off is not counted, and comes back when the time is over', () => {
  const { book, clock, id } = bookWithIssue()
  expect(book.snooze(id, 60)).toBe(true)
  expect(book.openCount).toBe(0)
  book.raise(report)
  expect(book.openCount).toBe(0)
  clock.jump(59 * 60_000)
  book.sweep()
  expect(book.openCount).toBe(0)
  clock.jump(60_000)
  book.sweep()
  expect(book.openCount).toBe(1)
})

test('it comes back at once when it gets worse', () => {
  const { book, id } = bookWithIssue()
  book.snooze(id, 60)
  book.raise({ ...report, severity: 'error' })
  expect(book.openCount).toBe(1)
})

test('it closes by itself as any other, and then can not be put off', () => {
  const { book, id } = bookWithIssue()
  book.snooze(id, 60)
  book.clear('line')
  expect(book.list(false)).toEqual([])
  expect(book.snooze(id, 60)).toBe(false)
})
