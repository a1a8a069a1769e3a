import { expect, test } from 'vitest'
import { indexWords, isSearchable } from '../../renderer/screens/nodes/index-words.ts'
import type { IndexStatus } from '../../shared/api/opcua-requests.ts'

const now = Date.UTC(2026, 5, 15, 12)
const status = (facts: Partial<IndexStatus>): IndexStatus => ({
  state: 'complete',
  detail: '',
  hint: '',
  nodes: 1204,
  about: 30_000,
  isComplete: true,
  isReading: false,
  takenAt: now - 120_000,
  generation: 1,
  ...facts,
})

test('a first reading says how far it is, and never that it has read more than there is', () => {
  const first = { state: 'walking', isReading: true, isComplete: false, takenAt: 0 } as const
  expect(indexWords(status(first), now)).toBe('1,204 of about 30,000 nodes read')
  expect(indexWords(status({ ...first, about: 1000 }), now)).toBe('1,204 of about 1,204 nodes read')
})

test('an index that is not complete says so', () => {
  expect(indexWords(status({}), now)).toBe('1,204 nodes · read 2 min ago')
  expect(indexWords(status({ state: 'cancelled', isComplete: false }), now)).toContain('not complete')
  expect(indexWords(undefined, now)).toBe('Not read yet')
  const unreached = status({ state: 'failed', isComplete: false, nodes: 2, about: 3 })
  expect(indexWords(unreached, now)).toBe('Not read yet')
  expect(isSearchable(unreached)).toBe(false)
})

test('what is new and gone since the last reading is counted', () => {
  const diff = { added: 3, gone: 1, addedPaths: [], gonePaths: [] }
  expect(indexWords(status({ diff }), now)).toContain('3 new, 1 gone')
})
