import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { writeFileAtomic } from '../../../main/engine/config/atomic-write.ts'
import type { FailpointName } from '../../../main/engine/kit/failpoint.ts'
import { readBalance } from '../../../main/engine/store/read-balance.ts'
import { assertExists } from '../../../shared/assert.ts'
import { isBalanced } from '../../../shared/status.ts'
import { temporaryFolder } from '../../contract/store-kit.ts'
import { StoreProcess } from '../../scenario/store-process.ts'
import { CounterPublisher, counterTopics } from '../../servers/counter-publisher.ts'
import { gatewayBench } from '../../servers/gateway-bench.ts'
import type { GatewayProcess } from '../../servers/gateway-process.ts'
import { startBroker } from '../../servers/mqtt-broker.ts'
import { until } from '../../servers/until.ts'
import { endsWithin, inspectFolder, promisesOf } from '../disk/store-run.ts'

/** Per point; the nightly command asks for 25. */
const rounds = Number(process.env['TB_GW_FAILPOINT_ROUNDS'] ?? 3)
const messagesPerSecond = 5000
const devices = 20
const points: readonly FailpointName[] = ['committed', 'acknowledged']
/** Which rotation it is killed at goes up to this; later ones begin a file in the same way, with millions of values before them. */
const rotations = 3
/** A point that is not passed within this time is not passed at all under this load. */
const passMs = 120_000

test(`killed ${rounds} times at each of ${points.join(', ')}: nothing the broker handed over is lost`, {
  timeout: 240_000 + rounds * points.length * 30_000,
}, async () => {
  const broker = await startBroker({
    lines: ['allow_anonymous true', 'max_inflight_messages 1000', 'max_queued_messages 0', 'max_packet_size 100000'],
  })
  onTestFinished(() => broker.close())
  const { dataDir, standIn, gateway } = await gatewayBench({ maxRecorded: 20_000_000 })
  gateway.configure({
    version: 1,
    thingsboard: { host: '127.0.0.1', port: standIn.port, credentials: { type: 'token', token: 'T' } },
    connectors: [
      {
        type: 'mqtt',
        id: 'load',
        name: 'Load',
        host: '127.0.0.1',
        port: broker.port,
        protocolVersion: 4,
        topics: counterTopics,
      },
    ],
    storage: { whenFull: 'block' },
  })
  const publisher = new CounterPublisher({ port: broker.port, topics: devices })
  gateway.start()
  await until(
    'the gateway subscribes',
    () => gateway.stderr.includes('mqtt.online'),
    20_000,
    () => gateway.stderr,
  )
  await publisher.start(messagesPerSecond)
  expect((await gateway.signal('SIGKILL')).signal).toBe('SIGKILL')

  const kills: Record<string, number> = {}
  for (let round = 0; round < rounds; round++) {
    for (const point of points) {
      process.env['TB_GW_FAILPOINT'] = `${point}:${1 + Math.floor(Math.random() * 20)}`
      gateway.start()
      delete process.env['TB_GW_FAILPOINT']
      const passed = await endsBySignal(gateway, passMs)
      if (passed) kills[point] = (kills[point] ?? 0) + 1
      else await gateway.signal('SIGKILL')
    }
  }
  gateway.start()
  await publisher.stop()
  await publisher.arrived(standIn)
  expect(await gateway.signal('SIGTERM')).toEqual({ code: 0, signal: null })
  expect(standIn.counters().conflicts).toBe(0)
  const balance = assertExists(readBalance(dataDir)?.balance, 'the store has been written')
  expect(isBalanced(balance)).toBe(true)
  expect(balance).toMatchObject({ pending: 0, inFlight: 0, quarantined: 0, dropped: 0 })
  process.stdout.write(`failpoints: killed at ${JSON.stringify(kills)}, ${publisher.published} values, 0 lost\n`)
  expect(kills['committed']).toBe(rounds)
  expect(kills['acknowledged']).toBe(rounds)
})

test(`killed ${rounds} times while the store begins its next file: nothing promised is lost`, {
  timeout: 60_000 + rounds * 60_000,
}, async () => {
  let values = 0
  for (let round = 0; round < rounds; round++) {
    const folder = temporaryFolder()
    process.env['TB_GW_FAILPOINT'] = `rotating:${1 + (round % rotations)}`
    const child = new StoreProcess([folder, 'load', '0'])
    delete process.env['TB_GW_FAILPOINT']
    expect(await endsWithin(child, passMs), 'it is killed, it does not end').toBeNull()
    const findings = await inspectFolder(folder, promisesOf(child))
    expect(findings).toMatchObject({ lost: 0, altered: [], balanced: true, unaccounted: 0, intakeResumed: true })
    values += findings.arrived
  }
  process.stdout.write(`failpoints of the store: ${rounds} kills at rotation, ${values} values found, 0 lost\n`)
})

test.each(['config-written', 'config-renamed'] as const)(
  'killed at %s: the file is the old or the new one',
  async (point) => {
    const folder = mkdtempSync(join(tmpdir(), 'tbgw-failpoint-'))
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    const file = join(folder, 'gateway.json')
    await writeFileAtomic(file, 'old')
    const module = new URL('../../../main/engine/config/atomic-write.ts', import.meta.url).href
    const script = `await (await import(${JSON.stringify(module)})).writeFileAtomic(${JSON.stringify(file)}, 'new')`
    const { signal } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      env: { ...process.env, TB_GW_FAILPOINT: `${point}:1` },
    })
    expect(signal).toBe('SIGKILL')
    expect(readFileSync(file, 'utf8')).toBe(point === 'config-written' ? 'old' : 'new')
  },
)

async function endsBySignal(gateway: GatewayProcess, withinMs: number): Promise<boolean> {
  const deadline = performance.now() + withinMs
  while (performance.now() < deadline) {
    if (!gateway.running) return true
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  return false
}
