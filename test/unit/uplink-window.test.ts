import { expect, test } from 'vitest'
import { Window } from '../../main/engine/uplink/window.ts'

test('a stall halves the window, down to one message and no further', () => {
  const window = new Window(64)
  window.stalled()
  expect(window.size).toBe(32)
  for (let i = 0; i < 20; i++) window.stalled()
  expect(window.size).toBe(1)
})

test('acknowledgements open it again, one message per window, never over the limit', () => {
  const window = new Window(8)
  window.stalled()
  for (let i = 0; i < 5; i++) window.acknowledged()
  expect(window.size).toBe(5)
  for (let i = 0; i < 1000; i++) window.acknowledged()
  expect(window.size).toBe(8)
})

test('a new session keeps what was learnt about the line, and adopts a lower limit', () => {
  const window = new Window(64)
  window.stalled()
  window.setLimit(80)
  expect(window.size).toBe(32)
  window.setLimit(10)
  expect(window.size).toBe(10)
  const fresh = new Window(64)
  fresh.setLimit(80)
  expect(fresh.size).toBe(80)
})
