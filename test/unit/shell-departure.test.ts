import { EventEmitter } from 'node:events'
import type { App } from 'electron'
import { expect, test, vi } from 'vitest'
import { LogBook } from '../../main/engine/observe/log.ts'
import { Departure } from '../../main/shell/departure.ts'

function fakeApp() {
  const emitter = new EventEmitter()
  const quit = vi.fn(() => {
    const preventDefault = vi.fn()
    emitter.emit('before-quit', { preventDefault })
    if (preventDefault.mock.calls.length === 0) ended('quit')
  })
  const ended = vi.fn()
  const app = { on: emitter.on.bind(emitter), quit, exit: (code: number) => ended(code) }
  return { app: app as unknown as Pick<App, 'on' | 'quit' | 'exit'>, quit, ended }
}

const log = new LogBook(Date.now).logger('test')

test('a step that fails holds nothing up, and asking twice runs the steps once, last registered first', async () => {
  const { app, quit, ended } = fakeApp()
  const departure = new Departure(app, log)
  const order: string[] = []
  departure.addStep(async () => void order.push('demo'))
  departure.addStep(() => Promise.reject(new Error('no')))
  departure.addStep(async (withinMs) => void order.push(`engine within ${withinMs}`))
  quit()
  expect(ended).not.toHaveBeenCalled()
  expect(departure.isLeaving).toBe(true)
  quit()
  await vi.waitFor(() => expect(ended).toHaveBeenCalledWith('quit'))
  expect(order).toEqual(['engine within 10000', 'demo'])
})

test('a step that never ends is left behind at the deadline', async () => {
  vi.useFakeTimers()
  try {
    const { app, quit, ended } = fakeApp()
    new Departure(app, log).addStep(() => new Promise(() => {}))
    quit()
    await vi.advanceTimersByTimeAsync(12_999)
    expect(ended).not.toHaveBeenCalled()
    await vi.advanceTimersByTimeAsync(1)
    expect(ended).toHaveBeenCalledWith('quit')
  } finally {
    vi.useRealTimers()
  }
})

test('an exit code survives later wishes to quit', async () => {
  const { app, quit, ended } = fakeApp()
  const departure = new Departure(app, log)
  departure.addStep(async () => {})
  departure.leave(3)
  quit()
  await vi.waitFor(() => expect(ended).toHaveBeenCalledWith(3))
})
