import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { EditStep } from '../../shared/config/edit.ts'
import { applySteps, EditStepError } from '../../shared/config/edit-steps.ts'
import { isSame, shareParts } from '../../shared/config/identity.ts'
import { stepsBetween } from '../../shared/config/steps-between.ts'
import { randomConfig, randomJson } from '../fakes/random-config.ts'

const frozen = <T>(value: T): T => {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value)
    for (const part of Object.values(value)) frozen(part)
  }
  return value
}

test('the steps between two documents lead from one to the other, and their inverse back', () => {
  const pair = fc.oneof(fc.tuple(randomJson, randomJson), fc.tuple(randomConfig, randomConfig))
  fc.assert(
    fc.property(pair, ([from, to]) => {
      const [before, after] = [frozen(structuredClone(from)), frozen(structuredClone(to))]
      const steps = frozen(stepsBetween(before, after))
      const applied = applySteps<unknown>(before, steps)
      expect(applied.document).toEqual(after)
      expect(applySteps(frozen(applied.document), frozen(applied.inverse)).document).toEqual(before)
    }),
    { numRuns: 1000 },
  )
})

test('equal documents need no step, also when they share nothing', () => {
  fc.assert(
    fc.property(randomConfig, (config) => {
      expect(stepsBetween(config, structuredClone(config))).toEqual([])
    }),
  )
})

test('random edits and all of them undone is the start, and redone the end', () => {
  fc.assert(
    fc.property(randomConfig, fc.array(randomConfig, { maxLength: 6 }), (start, targets) => {
      const undos: EditStep[][] = []
      const redos: EditStep[][] = []
      let document = start
      for (const target of targets) {
        const steps = stepsBetween(document, target)
        const applied = applySteps(document, steps)
        undos.push(applied.inverse)
        redos.push(steps)
        document = applied.document
      }
      const end = document
      for (const steps of undos.toReversed()) document = applySteps(document, steps).document
      expect(document).toEqual(start)
      for (const steps of redos) document = applySteps(document, steps).document
      expect(document).toEqual(end)
    }),
  )
})

test('a device put before all others is one insertion, whatever stands behind it', () => {
  const device = (name: string): object => ({ name, keys: [] })
  const before = { devices: Array.from({ length: 100 }, (_, i) => device(`M${i}`)) }
  const after = { devices: [device('new'), ...structuredClone(before.devices)] }
  expect(stepsBetween(before, after)).toEqual([{ op: 'insert', path: ['devices', 0], value: device('new') }])
})

test('what an edit does not touch is the same object afterwards', () => {
  const before = {
    connectors: [
      { id: 'a', devices: [] },
      { id: 'b', devices: [] },
    ],
    storage: {},
  }
  const { document } = applySteps(before, [{ op: 'set', path: ['connectors', 1, 'id'], value: 'c' }])
  expect(document.connectors[0]).toBe(before.connectors[0])
  expect(document.storage).toBe(before.storage)
  expect(before.connectors[1]?.id).toBe('b')
})

test.each<[string, EditStep]>([
  ['an element behind the end', { op: 'set', path: ['list', 3], value: 1 }],
  ['an insertion behind the end', { op: 'insert', path: ['list', 4], value: 1 }],
  ['a member that is not there', { op: 'remove', path: ['nothing'] }],
  ['a way through nothing', { op: 'set', path: ['nothing', 'x'], value: 1 }],
  ['a way through a text', { op: 'set', path: ['text', 'x'], value: 1 }],
  ['a name in a list', { op: 'set', path: ['list', 'x'], value: 1 }],
  ['a place in an object', { op: 'insert', path: ['text'], value: 1 }],
  ['the prototype', { op: 'set', path: ['__proto__', 'polluted'], value: true }],
  ['the prototype itself', { op: 'set', path: ['__proto__'], value: {} }],
  ['a member every object has', { op: 'set', path: ['constructor', 'x'], value: 1 }],
  ['removing everything', { op: 'remove', path: [] }],
])('a step that leads nowhere is refused: %s', (_, step) => {
  const document = frozen({ list: [1, 2, 3], text: 'x' })
  expect(() => applySteps<unknown>(document, [step])).toThrow(EditStepError)
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
})

test('shared parts change nothing but identity: equal parts are those of the other document', () => {
  fc.assert(
    fc.property(randomConfig, randomConfig, (from, to) => {
      const shared = shareParts(from, structuredClone(to))
      expect(shared).toEqual(to)
      expect(shareParts(from, structuredClone(from))).toBe(from)
      expect(isSame(shared, to)).toBe(true)
    }),
  )
})
