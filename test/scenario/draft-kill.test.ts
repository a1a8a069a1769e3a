import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import type { DraftState } from '../../shared/api/draft-requests.ts'
import { GatewayClient } from '../servers/gateway-client.ts'
import { GatewayProcess } from '../servers/gateway-process.ts'

const undo: (() => unknown)[] = []
afterEach(async () => {
  for (const task of undo.splice(0).reverse()) await task()
})

const rounds = 6

test('killed at any moment of editing, the draft is the last acknowledged edit, or the one that was being made', {
  timeout: 170_000,
}, async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'tbgw-draft-kill-'))
  undo.push(() => rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 }))
  const gateway = new GatewayProcess(dataDir)
  undo.push(() => gateway.end())
  const devices = Array.from({ length: 200 }, (_, i) => ({ name: `M${i}`, keys: [{ key: 'v', node: `ns=1;s=${i}` }] }))
  const plc = { type: 'opcua', id: 'plc', name: 'PLC', enabled: false, endpointUrl: 'opc.tcp://127.0.0.1:9', devices }
  gateway.configure({ version: 1, name: 'N0', connectors: [plc] })

  let number = 0
  let acknowledged: { name: string; state: DraftState } | undefined
  for (let round = 0; round < rounds; round++) {
    gateway.start('--ui', '127.0.0.1:0')
    const client = await GatewayClient.connect(dataDir, gateway.pid)
    const { state, config } = await client.get('draft.get', null)
    if (acknowledged) {
      const isNext = config.name === `N${number}`
      expect([acknowledged.name, `N${number}`]).toContain(config.name)
      expect(state.revision).toBe(acknowledged.state.revision + (isNext ? 1 : 0))
      if (!isNext) expect(state).toEqual(acknowledged.state)
    }
    let { revision } = state
    const killed = new Promise<void>((done) => {
      setTimeout(() => void gateway.signal('SIGKILL').then(() => done()), 30 + Math.random() * 400)
    })
    for (;;) {
      const name = `N${++number}`
      const steps = [{ op: 'set' as const, path: ['name'], value: name }]
      const answer = await client.ask('draft.edit', { revision, label: `Rename to ${name}`, steps })
      if (!answer.ok) break
      acknowledged = { name, state: answer.value.state }
      revision = answer.value.state.revision
    }
    await killed
    client.close()
  }
  expect(number).toBeGreaterThan(rounds * 3)
})
