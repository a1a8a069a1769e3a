import { expect, test } from 'vitest'
import { whenNoRoom } from '../../main/engine/store/admission.ts'
import { Growth } from '../../main/engine/store/growth.ts'
import { budgetOf, layoutOf } from '../../main/engine/store/layout.ts'

test('all files with twice their WAL fit into the configured size, however small or large', () => {
  for (const maxBytes of [1 << 20, 10 << 20, 100 << 20, 2 ** 31, 2 ** 33, 2 ** 40]) {
    const { home, segment, segments } = layoutOf(maxBytes)
    expect(home.fileBytes + segments * segment.fileBytes).toBeLessThanOrEqual(maxBytes)
    expect(home.fileBytes + (segments + 1) * segment.fileBytes).toBeGreaterThan(maxBytes)
    expect(segment.budgetBytes + 2 * segment.walTargetBytes).toBe(segment.fileBytes)
    expect(segments).toBeGreaterThan(1)
    expect(segments).toBeLessThanOrEqual(64)
    expect(budgetOf({ home, segment, segments })).toBeGreaterThan(maxBytes / 2)
  }
})

test('segments are 64 to 256 MB for the usual sizes', () => {
  for (const gigabytes of [2, 4, 8]) {
    const { fileBytes } = layoutOf(gigabytes * 2 ** 30).segment
    expect(fileBytes).toBeGreaterThanOrEqual(64 << 20)
    expect(fileBytes).toBeLessThanOrEqual(256 << 20)
  }
})

test('what finds no room does what its retention class says, and without one what the storage settings say', () => {
  expect(whenNoRoom(0, 'block')).toBe('refuse')
  expect(whenNoRoom(0, 'drop-oldest')).toBe('drop-oldest')
  expect(whenNoRoom(0, 'drop-newest')).toBe('drop-newest')
  expect(whenNoRoom(1, 'drop-oldest')).toBe('refuse')
  expect(whenNoRoom(2, 'block')).toBe('drop-oldest')
})

test('time to full comes from growth only', () => {
  const growth = new Growth()
  expect(growth.secondsToFull(1000)).toBeUndefined()
  growth.add(0, 100)
  growth.add(1000, 110)
  expect(growth.secondsToFull(1000), 'too little is known').toBeUndefined()
  growth.add(10_000, 200)
  expect(growth.secondsToFull(1000)).toBe(80)
  growth.add(100_000, 200)
  growth.add(160_000, 200)
  expect(growth.secondsToFull(1000), 'it stands still').toBeUndefined()
})
