import { expect, test } from 'vitest'
import { ObservableValue } from '../../main/engine/kit/observable.ts'
import type { Uplink } from '../../main/engine/pipeline/stages.ts'
import { UplinkSlot } from '../../main/engine/uplink-slot.ts'
import { emptyUplinkStatus } from '../../shared/status.ts'
import { FakeClock } from '../fakes/fake-clock.ts'

function uplinks() {
  const made: { stopped: boolean }[] = []
  const make = (): Uplink => {
    const life = { stopped: false }
    made.push(life)
    return {
      name: 'uplink',
      status: new ObservableValue(emptyUplinkStatus),
      progress: { answers: 7, maySend: true },
      retry: () => {},
      test: async () => ({ steps: [] }),
      start: async () => {},
      stop: async () => {
        life.stopped = true
      },
    }
  }
  return { made, make }
}

test('the same configuration keeps its uplink, a changed one and a restart replace it', async () => {
  const { made, make } = uplinks()
  const slot = new UplinkSlot(new FakeClock())
  await slot.use('a', make)
  await slot.use('a', make)
  expect(made).toEqual([{ stopped: false }])
  await slot.use('b', make)
  await slot.restart()
  expect(made).toEqual([{ stopped: true }, { stopped: true }, { stopped: false }])
})

test('answers are counted on over a restart, so that it does not look like progress lost', async () => {
  const { make } = uplinks()
  const slot = new UplinkSlot(new FakeClock())
  expect(slot.progress).toEqual({ answers: 0, maySend: false })
  await slot.use('a', make)
  await slot.restart()
  expect(slot.progress).toEqual({ answers: 14, maySend: true })
})

test('without an uplink a connection test signs in itself', async () => {
  const slot = new UplinkSlot(new FakeClock())
  const steps = [{ step: 'Name', state: 'ok' as const, detail: '', hint: '', ms: 0 }]
  const report = await slot.test({} as never, new AbortController().signal, async () => ({ steps }))
  expect(report.steps).toBe(steps)
})
