import { expect, test } from 'vitest'
import { formatNodeId, makeNodeId, parseAddress } from '../../main/engine/collect/opcua/node-address.ts'

test('NodeIds by index and by URI keep namespace and identifier', () => {
  expect(parseAddress('ns=2;s=a;b=c')).toEqual({ kind: 'node', namespace: 2, identifier: 's=a;b=c' })
  expect(parseAddress('i=2258')).toEqual({ kind: 'node', namespace: 0, identifier: 'i=2258' })
  expect(parseAddress('nsu=urn:a%3Bb;g=72962B91-FA75-4AE6-8D28-B404DC7DAF63')).toMatchObject({ namespace: 'urn:a;b' })
})

test('path segments take a namespace by index, by URI or none, and & escapes', () => {
  expect(parseAddress('/Objects/2:Line 1/{http://x/y}Speed/a&/b')).toEqual({
    kind: 'path',
    segments: [
      { name: 'Objects', namespace: undefined },
      { name: 'Line 1', namespace: 2 },
      { name: 'Speed', namespace: 'http://x/y' },
      { name: 'a/b', namespace: undefined },
    ],
  })
  expect(parseAddress('/Objects/1&:2')).toMatchObject({ segments: [{}, { name: '1:2', namespace: undefined }] })
})

test('what is no address is told apart', () => {
  for (const text of ['', 'Speed', 'ns=x;s=1', '/', '/Objects//x', 's'])
    expect([text, parseAddress(text)]).toEqual([text, undefined])
  for (const id of ['i=abc', 'i=-1', 'i=4294967296']) expect([id, makeNodeId(1, id)]).toEqual([id, undefined])
})

test('a NodeId written with its URI reads back as the same node', () => {
  const namespaces = ['http://opcfoundation.org/UA/', 'urn:odd;name%']
  for (const identifier of ['i=5', 's=a;b', 'g=72962B91-FA75-4AE6-8D28-B404DC7DAF63', 'b=YWJj']) {
    const nodeId = makeNodeId(1, identifier)!
    const text = formatNodeId(nodeId, namespaces)
    const address = parseAddress(text)
    expect(address).toMatchObject({ kind: 'node', namespace: 'urn:odd;name%' })
    expect(address?.kind === 'node' && makeNodeId(1, address.identifier)?.toString()).toBe(nodeId.toString())
  }
  expect(formatNodeId(makeNodeId(0, 'i=85')!, namespaces)).toBe('i=85')
})

test('an identifier with control characters is written in one line and reads back as the same node', () => {
  const namespaces = ['http://opcfoundation.org/UA/', 'urn:plant']
  const identifiers = [
    'a\nb',
    'a\r\n',
    '\t',
    '\u0000',
    '\u007f',
    'a\\nb',
    'C:\\unit\\u000A',
    '\\\\u0041',
    '\\u00zz',
    'ns=3;i=5',
    '',
  ]
  for (const identifier of identifiers) {
    for (const namespace of [1, 7]) {
      const nodeId = makeNodeId(namespace, `s=${identifier}`)!
      expect(nodeId).toMatchObject({ namespace, value: identifier })
      const text = formatNodeId(nodeId, namespaces)
      expect(text).not.toMatch(/\p{Cc}/u)
      if (identifier === '') continue
      const address = parseAddress(text)
      expect([text, address?.kind === 'node' && address.identifier]).toEqual([text, `s=${identifier}`])
    }
  }
  expect(formatNodeId(makeNodeId(1, 's=a\nb')!, namespaces)).toBe('nsu=urn:plant;s=a\\u000Ab')
  expect(formatNodeId(makeNodeId(1, 's=C:\\data\\M1')!, namespaces)).toBe('nsu=urn:plant;s=C:\\data\\M1')
})
