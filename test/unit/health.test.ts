import { expect, test } from 'vitest'
import { healthOf } from '../../main/headless/health.ts'

const healthy = {
  summary: 'delivering',
  store: { state: 'ready' },
  uplink: { state: 'online' },
  balance: { pending: 0 },
  openIssues: 0,
  safeMode: false,
  configRevision: 7,
  configProblem: undefined,
}

const health = (changes: object) =>
  healthOf({
    request: async () => ({ ok: true, value: { ...healthy, ...changes } }),
    metrics: async () => '',
    onEvent: () => () => {},
  } as never)

test.each([
  ['all is well', {}, true, ''],
  ['safe mode: nothing is collected', { safeMode: true }, false, /^Safe mode/],
  ['a store that does not work', { store: { state: 'faulted' } }, false, /^The store does not work/],
  ['a refused file beside a good one', { configProblem: '/secret/path: no' }, true, /last good configuration runs/],
  ['a refused file alone', { configProblem: '/secret/path: no', configRevision: 0 }, true, /no source is configured/],
])('%s is told in words without paths', async (_, changes, isHealthy, problem) => {
  const answer = await health(changes)
  expect(answer.healthy).toBe(isHealthy)
  expect(answer.body.problem).toMatch(problem)
  expect(JSON.stringify(answer.body)).not.toContain('secret')
})

test('an engine that does not answer is not healthy, and that is said', async () => {
  const answer = await healthOf({
    request: async () => ({ ok: false, error: { code: 'BUSY', message: '', hint: '' } }),
    metrics: async () => '',
    onEvent: () => () => {},
  } as never)
  expect(answer).toMatchObject({ healthy: false, body: { problem: expect.stringContaining('does not run') } })
})
