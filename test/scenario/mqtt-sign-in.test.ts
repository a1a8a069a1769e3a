import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { testMqtt } from '../../main/engine/collect/mqtt/mqtt-test.ts'
import { findMosquitto, startBroker } from '../servers/mqtt-broker.ts'
import { brokerConfig, CollectorBench, publisher } from '../servers/mqtt-collector-bench.ts'

const passwords = findMosquitto() ? passwordFile() : undefined
const acl = 'user gateway\ntopic readwrite plant/#\ntopic readwrite $share/g/plant/#\n'

function passwordFile(): string | undefined {
  const dir = mkdtempSync(join(tmpdir(), 'tbgw-passwd-'))
  try {
    execFileSync('mosquitto_passwd', ['-b', '-c', join(dir, 'passwd'), 'gateway', 'right'], { stdio: 'ignore' })
    return readFileSync(join(dir, 'passwd'), 'utf8')
  } catch {
    return undefined
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

function guarded() {
  const lines = ['allow_anonymous false', 'password_file {dir}/passwd', 'acl_file {dir}/acl']
  return startBroker({ lines, files: { passwd: passwords ?? '', acl } })
}

const user = { username: 'gateway', password: 'right' }

// Needs mosquitto_passwd beside Mosquitto: the embedded broker knows no users.
test.skipIf(!passwords).each([4, 5])(
  'MQTT %i: a wrong password is named and not tried again soon, the right one collects by wildcard',
  async (protocolVersion) => {
    const broker = await guarded()
    const wrong = new CollectorBench({ port: broker.port, protocolVersion, ...user, password: 'wrong' })
    const nobody = new CollectorBench({ port: broker.port, protocolVersion, id: 'nobody' })
    const topics = [
      { filter: 'plant/+/temp', device: '${topic[1]}', keys: [{ key: 'v' }] },
      { filter: '$share/g/plant/#', device: '${topic[1]}', keys: [{ key: 'w' }] },
    ]
    const right = new CollectorBench({ port: broker.port, protocolVersion, ...user, id: 'right', topics })
    const client = await publisher(broker.port, user)
    try {
      await wrong.collector.start()
      await expect.poll(() => wrong.state).toBe('waiting')
      expect(wrong.issues.list(false)).toMatchObject([{ code: 'MQTT_NOT_AUTHORIZED', severity: 'error' }])
      expect((wrong.collector.status.value.nextTryAt ?? 0) - Date.now()).toBeGreaterThan(60_000)
      await nobody.collector.start()
      await expect.poll(() => nobody.collector.status.value.detail).toContain('without user name and password')

      await right.collector.start()
      await expect.poll(() => right.state).toBe('online')
      await client.publishAsync('plant/press/temp', '1', { qos: 1 })
      await client.publishAsync('plant/press/other', '2', { qos: 1 })
      await expect
        .poll(() => new Set(right.samples.map((s) => `${s.tag} ${s.message?.payload}`)))
        .toEqual(new Set(['0 1', '1 1', '1 2']))

      const report = await testMqtt(
        brokerConfig({ port: broker.port, protocolVersion, ...user, topics }),
        AbortSignal.timeout(5000),
      )
      expect(report.steps.map((s) => [s.step, s.state])).toEqual([
        ['Name resolved', 'ok'],
        ['Port open', 'ok'],
        ['Signed in', 'ok'],
        ['Subscriptions granted', 'ok'],
      ])
      expect(right.state).toBe('online')
      const refused = await testMqtt(brokerConfig({ port: broker.port, protocolVersion }), AbortSignal.timeout(5000))
      expect(refused.steps.map((s) => s.state)).toEqual(['ok', 'ok', 'failed', 'skipped'])
    } finally {
      for (const bench of [wrong, nobody, right]) await bench.stop()
      await client.endAsync(true)
      await broker.close()
    }
  },
)
