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
  for (let i = 0; i < 5; i++) window.acknowledged(0, 10)
  expect(window.size).toBe(5)
  for (let i = 0; i < 1000; i++) window.acknowledged(0, 10)
  expect(window.size).toBe(8)
})

test('late acknowledgements shrink it once per round trip, not once per message', () => {
  const window = new Window(64)
  window.acknowledged(0, 20)
  for (let i = 0; i < 40; i++) window.acknowledged(100, 3000 + i)
  expect(window.size).toBe(44)
  window.acknowledged(3100, 6000)
  expect(window.size).toBe(31)
})

test('a line that is slow by itself does not shrink it: nothing queues there', () => {
  const window = new Window(64)
  for (let i = 0; i < 100; i++) window.acknowledged(i, i + 1500)
  expect(window.size).toBe(64)
})

test('lateness alone leaves two messages in flight, so that the line never idles', () => {
  const window = new Window(64)
  window.acknowledged(0, 20)
  for (let at = 1000; at < 200_000; at += 6000) window.acknowledged(at, at + 5000)
  expect(window.size).toBe(2)
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

test('a tenth is kept free for messages that are no data, when there is that much', () => {
  expect(new Window(64).reserve).toBe(6)
  expect(new Window(2).reserve).toBe(1)
  expect(new Window(1).reserve).toBe(0)
})
