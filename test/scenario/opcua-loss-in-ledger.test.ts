import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { StatusCodes, TransferResult } from 'node-opcua'
import { afterEach, expect, test } from 'vitest'
import { readBalance } from '../../main/engine/store/read-balance.ts'
import { isBalanced } from '../../shared/status.ts'
import { openStore } from '../contract/store-kit.ts'
import { GatewayProcess } from '../servers/gateway-process.ts'
import { makePki } from '../servers/opcua-bench.ts'
import { namespaceUri, startOpcuaServer } from '../servers/opcua-server.ts'
import { until } from '../servers/until.ts'

// What a server lost for us before we could accept it is in the ledger, whatever happens to the gateway afterwards.

const undo: (() => unknown)[] = []
afterEach(async () => {
  for (const task of undo.splice(0).reverse()) await task()
})

test('overflows and gaps of a server are ledger records after kill -9 and restart, beside the balance', {
  timeout: 120_000,
}, async () => {
  const server = await startOpcuaServer({
    security: ['SignAndEncrypt'],
    variables: [{ name: 'fast', value: { dataType: 'Int32', value: 0 } }],
    prepare: ({ engine }) => {
      engine.transferSubscription = async () => new TransferResult({ statusCode: StatusCodes.BadSubscriptionIdInvalid })
    },
  })
  undo.push(() => server.close())
  const dataDir = mkdtempSync(join(tmpdir(), 'tbgw-opcua-loss-'))
  undo.push(() => rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 }))
  const pki = await makePki(join(dataDir, 'pki'))
  const { report } = await pki.judge(server.server.getCertificateChain()[0]!, '127.0.0.1')
  await pki.trust(report.fingerprint)
  await pki.stop(Number.POSITIVE_INFINITY)
  const gateway = new GatewayProcess(dataDir)
  undo.push(() => gateway.end())
  const keys = [{ key: 'fast', node: `nsu=${namespaceUri};s=fast`, queueSize: 2 }]
  gateway.configure({
    version: 1,
    storage: { preallocate: false },
    connectors: [
      {
        type: 'opcua',
        id: 'plc',
        name: 'PLC',
        endpointUrl: server.endpointUrl,
        publishingIntervalMs: 1000,
        samplingIntervalMs: 0,
        devices: [{ name: 'Line', keys }],
      },
    ],
  })
  let count = 0
  const counting = setInterval(() => server.set('fast', { dataType: 'Int32', value: ++count }), 60)
  undo.push(() => clearInterval(counting))
  const startedAt = Date.now()
  const lost = () => readBalance(dataDir)

  gateway.start()
  await until(
    'the overflow is recorded',
    () => (lost()?.overflows ?? 0) > 0,
    60_000,
    () => gateway.stderr,
  )
  await gateway.signal('SIGKILL')
  gateway.start()
  await until(
    'the gap is recorded',
    () => (lost()?.gaps ?? 0) > 0,
    60_000,
    () => gateway.stderr,
  )
  await gateway.signal('SIGKILL')

  const { store } = await openStore(dataDir)
  const { rows, totals } = await store.ledgerPage({ offset: 0, limit: 100, filter: 'plc' })
  const overflows = rows.filter(({ kind }) => kind === 'overflow')
  const gaps = rows.filter(({ kind }) => kind === 'gap')
  expect([overflows.length, gaps.length].every((n) => n > 0)).toBe(true)
  for (const row of [...overflows, ...gaps]) {
    expect(row).toMatchObject({ source: 'plc', lane: '', count: 0, seriesCount: 1, series: [{ name: 'Line / fast' }] })
    expect(row.uncounted, 'nobody knows how many').toBe(row.entries)
    expect(row.tsMin).toBeGreaterThan(startedAt - 5000)
    expect(row.tsMax).toBeLessThanOrEqual(Date.now())
  }
  expect(overflows[0]?.reason).toContain('queue of a node was full')
  expect(gaps.some(({ reason }) => reason.includes('no history'))).toBe(true)
  const { gaps: times, overflows: overflowTimes } = store.status.value
  expect(totals.find(({ kind }) => kind === 'overflow')?.entries).toBe(overflowTimes)
  expect(times).toBeGreaterThan(0)
  expect(isBalanced(store.balance.value)).toBe(true)
  expect(store.balance.value.dropped).toBe(0)
})
