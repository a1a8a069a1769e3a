import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { gatewayBench } from '../servers/gateway-bench.ts'
import { GatewayClient } from '../servers/gateway-client.ts'

const undo: (() => unknown)[] = []
afterEach(async () => {
  delete process.env['TB_GW_FAILPOINT']
  for (const task of undo.splice(0).reverse()) await task()
})

/**
 * What an apply writes: 1 mark of the trial, 2 gateway.json, 3 its good copy, 4 the version, 5 the mark again; before and after
 * each got its name. (At the first one the process would end when it starts: it writes where it listens.)
 */
const moments = ['config-written:2', ...[2, 3, 4, 5].map((hit) => `config-renamed:${hit}`)]

test('killed at any write of an apply, the next start runs the old or the new configuration, as a version, with the draft', {
  timeout: 170_000,
}, async () => {
  const { dataDir, standIn, gateway } = await gatewayBench()
  const thingsboard = { host: '127.0.0.1', port: standIn.port, credentials: { type: 'token', token: 'T' } }
  gateway.configure({ version: 1, name: 'N0', thingsboard })
  const running = (): string => JSON.parse(readFileSync(join(dataDir, 'gateway.json'), 'utf8')).name

  let number = 0
  let [before, wanted] = ['N0', 'N0']
  for (const moment of [...moments, '']) {
    process.env['TB_GW_FAILPOINT'] = ''
    gateway.start('--ui', '127.0.0.1:0')
    const looking = await GatewayClient.connect(dataDir, gateway.pid)
    const draft = await looking.get('draft.get', null)
    expect(draft.config.name, moment).toBe(wanted)
    expect([before, wanted], moment).toContain(running())
    const { rows } = await looking.get('versions.page', { offset: 0, limit: 1 })
    expect(rows[0], moment).toMatchObject({ number: draft.state.base, state: draft.state.trial ? 'trial' : 'running' })
    if (running() !== 'N0' && running() === wanted) expect(rows[0]).toMatchObject({ author: 'Ann', note: wanted })
    const { total } = await looking.get('versions.compare', { from: draft.state.base, to: 0 })
    expect(total, moment).toBe(running() === wanted ? 0 : 1)
    await expect.poll(async () => (await looking.get('draft.get', null)).state.trial, { timeout: 20_000 }).toBeNull()
    looking.close()
    await gateway.signal('SIGTERM')
    before = running()
    if (moment === '') break

    process.env['TB_GW_FAILPOINT'] = moment
    gateway.start('--ui', '127.0.0.1:0')
    const client = await GatewayClient.connect(dataDir, gateway.pid)
    await expect
      .poll(async () => (await client.get('status.get', null)).uplink.state, { timeout: 20_000 })
      .toBe('online')
    const { revision } = (await client.get('draft.get', null)).state
    wanted = `N${++number}`
    const steps = [{ op: 'set' as const, path: ['name'], value: wanted }]
    // The first edit of all writes the beginning of the log as well.
    const edited = await client.ask('draft.edit', { revision, label: wanted, steps })
    if (!edited.ok) wanted = `N${--number}`
    else {
      const apply = { revision: edited.value.state.revision, note: wanted, author: 'Ann', rollBackSeconds: 30 }
      const answer = await client.ask('draft.apply', apply)
      if (number > 1) expect(answer.ok, moment).toBe(false)
    }
    client.close()
    await gateway.end()
  }
  expect(number).toBeGreaterThanOrEqual(moments.length - 1)
})
