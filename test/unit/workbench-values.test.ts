import { expect, test } from 'vitest'
import { type LiveValue, numberOf, qualityOf } from '../../renderer/screens/workbench/values/value-store.ts'

const value = (text: string, type: string, status = 'Good'): LiveValue => ({
  text,
  type,
  status,
  quality: qualityOf(status),
  ts: 0,
})

test('a bad value is a gap in the line, even when it carries a number', () => {
  expect(numberOf(value('20', 'Double', 'BadSensorFailure'))).toBeNull()
  expect(numberOf(value('', 'Double'))).toBeNull()
})

test('texts and arrays make no line, booleans make one of 0 and 1', () => {
  expect(['abc', '[1,2]'].map((text) => numberOf(value(text, 'String')))).toEqual([null, null])
  expect(numberOf(value('[1,2]', 'Double[]'))).toBeNull()
  expect(['true', 'false'].map((text) => numberOf(value(text, 'Boolean')))).toEqual([1, 0])
})
