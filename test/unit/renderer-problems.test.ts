import { expect, test } from 'vitest'
import { below, problemsOf, relativeTo, shownProblems } from '../../renderer/forms/problems.ts'
import { setUpZod } from '../../renderer/zod-setup.ts'
import { opcuaConnectorSchema } from '../../shared/config/opcua.ts'
import { thingsboardSchema } from '../../shared/config/thingsboard.ts'

setUpZod()

test('messages speak to operators: empty is "needed", numbers name their limit, own messages stay', () => {
  const problems = problemsOf(opcuaConnectorSchema, {
    type: 'opcua',
    id: 'a',
    name: '',
    endpointUrl: 'http://x',
    publishingIntervalMs: 1,
    queueSize: 1.5,
  })
  expect(problems.get('name')).toBe('is needed')
  expect(problems.get('endpointUrl')).toContain('opc.tcp://host:4840')
  expect(problems.get('publishingIntervalMs')).toBe('must be at least 10')
  expect(problems.get('queueSize')).toBe('must be a whole number')
})

test('before the first attempt empty fields are not complained about, wrong ones are', () => {
  const problems = problemsOf(thingsboardSchema, { host: '', port: 0, credentials: { type: 'token', token: '' } })
  expect([...shownProblems(problems, false).keys()]).toEqual(['port'])
  expect([...shownProblems(problems, true).keys()]).toContain('host')
})

test('problems of the whole configuration find the field of the source they belong to', () => {
  const said = [
    { path: 'connectors[2].endpointUrl', message: 'is used already' },
    { path: 'storage.maxBytes', message: 'too small' },
  ]
  expect(relativeTo('connectors[2]', said).map((p) => p.path)).toEqual(['endpointUrl', 'storage.maxBytes'])
})

test('problems below a part have paths relative to it, and [1] is not a prefix of [10]', () => {
  const all = new Map([
    ['devices[1].name', 'a'],
    ['devices[10].name', 'b'],
    ['devices[1]', 'c'],
  ])
  expect([...below('devices[1]', all)]).toEqual([
    ['name', 'a'],
    ['', 'c'],
  ])
})
