import { expect, test } from 'vitest'
import { validityOf } from '../../renderer/format-validity.ts'

const day = 86_400_000
const now = Date.UTC(2026, 5, 15, 12)
const ends = (days: number) => validityOf({ validFrom: now - 100 * day, validTo: now + days * day }, now)

test('the tone of a certificate turns before it ends, not after', () => {
  expect(ends(31)).toMatchObject({ tone: 'ok', words: 'Valid for 31 more days' })
  expect(ends(30)).toMatchObject({ tone: 'warn', words: 'Expires in 30 days' })
  expect(ends(7)).toMatchObject({ tone: 'bad', words: 'Expires in 7 days' })
  expect(ends(1)).toMatchObject({ tone: 'bad', words: 'Expires in 1 day' })
  expect(ends(0.5)).toMatchObject({ tone: 'bad', words: 'Expires today' })
})

test('a certificate that ended or has not begun says so', () => {
  expect(ends(0)).toMatchObject({ tone: 'bad', words: 'Expired 1 day ago' })
  expect(ends(-3)).toMatchObject({ tone: 'bad', words: 'Expired 3 days ago' })
  const future = validityOf({ validFrom: now + day, validTo: now + 100 * day }, now)
  expect(future).toMatchObject({ tone: 'bad', words: 'Not valid before 16 Jun 2026' })
})
