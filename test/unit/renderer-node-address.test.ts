import { expect, test } from 'vitest'
import { isNodeAddress, pathSegments, shortNodeId } from '../../renderer/screens/nodes/node-address.ts'

test('what is typed is an address only when it can be nothing else', () => {
  for (const text of ['ns=2;s=Line1.Speed', 'nsu=urn:plant;i=7', 'i=2258', ' /Objects/Line1 '])
    expect([text, isNodeAddress(text)]).toEqual([text, true])
  for (const text of ['speed', 'Line1/Speed', '/Objects/*', 'ns=2;s=Line1.*', 'x=1', ''])
    expect([text, isNodeAddress(text)]).toEqual([text, false])
})

test('a guarded slash belongs to the name', () => {
  expect(pathSegments('/Objects/a&/b/c&&d')).toEqual(['Objects', 'a/b', 'c&d'])
  expect(pathSegments('')).toEqual([])
})

test('the short form leaves the namespace out', () => {
  expect(shortNodeId('nsu=urn:plant;s=Line1')).toBe('s=Line1')
  expect(shortNodeId('ns=2;i=7')).toBe('i=7')
  expect(shortNodeId('i=85')).toBe('i=85')
})
