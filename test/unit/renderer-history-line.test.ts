import { expect, test } from 'vitest'
import { lineOf, thinned } from '../../renderer/screens/nodes/history-line.ts'

const point = (ts: number, value: string, quality = 'Good', type = 'Double') => ({ ts, value, quality, type })

test('a bad value breaks the line instead of being drawn through', () => {
  const line = lineOf([point(1, '5'), point(2, '6'), point(3, '', 'BadSensorFailure'), point(4, '7')])
  expect(line?.runs.map((run) => run.map((p) => p.value))).toEqual([[5, 6], [7]])
  expect(line?.bad).toBe(1)
  expect([line?.min, line?.max]).toEqual([5, 7])
})

test('texts and arrays make no line, booleans make one of 0 and 1', () => {
  expect(lineOf([point(1, '12', 'Good', 'String')])).toBeUndefined()
  expect(lineOf([point(1, '[1,2]', 'Good', 'Double[]')])).toBeUndefined()
  expect(lineOf([point(1, 'false', 'Good', 'Boolean'), point(2, 'true', 'Good', 'Boolean')])?.max).toBe(1)
  expect(lineOf([])).toBeUndefined()
})

test('thinning keeps the peak of every column and the order of time', () => {
  const run = Array.from({ length: 50_000 }, (_, i) => ({ ts: i, value: i === 31_415 ? 1000 : Math.sin(i) }))
  const kept = thinned(run, 0, 50_000, 100)
  expect(kept.length).toBeLessThanOrEqual(400)
  expect(Math.max(...kept.map((p) => p.value))).toBe(1000)
  expect(kept.map((p) => p.ts)).toEqual([...kept.map((p) => p.ts)].sort((a, b) => a - b))
  expect(kept[0]).toEqual(run[0])
  expect(kept.at(-1)).toEqual(run.at(-1))
})
