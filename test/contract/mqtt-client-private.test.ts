import { createRequire } from 'node:module'
import { connect, type Socket } from 'node:net'
import { MqttClient } from 'mqtt'
import { expect, test } from 'vitest'
import { holdPubacks, writePubacks } from '../../main/engine/collect/mqtt/hold-pubacks.ts'
import { startBroker, brokerVersions as versions } from '../servers/mqtt-broker.ts'

const version = (createRequire(import.meta.url)('mqtt/package.json') as { version: string }).version

test('MQTT.js still has the private member that holding the PUBACK relies on', () => {
  expect(version).toMatch(/^5\.16\./)
  expect(typeof (MqttClient.prototype as unknown as Record<string, unknown>)['_sendPacket']).toBe('function')
  expect(String((MqttClient.prototype as unknown as Record<string, unknown>)['_sendPacket'])).toMatch(
    /^_sendPacket\(packet, cb/,
  )
})

test.each(versions)(
  'MQTT %i: no PUBACK leaves by itself, the parser goes on, one write acknowledges all',
  async (protocolVersion) => {
    const broker = await startBroker()
    const sent: string[] = []
    let socket: Socket | undefined
    const client = new MqttClient(
      () => {
        socket = connect(broker.port, '127.0.0.1')
        return socket
      },
      { protocolVersion, clientId: 'contract', clean: true, reconnectPeriod: 0, properties: { receiveMaximum: 100 } },
    )
    try {
      holdPubacks(client)
      client.on('packetsend', (packet) => sent.push(packet.cmd))
      const ids: number[] = []
      client.handleMessage = (packet, done) => {
        ids.push(packet.messageId ?? 0)
        done()
      }
      await new Promise<void>((resolve) => client.once('connect', () => resolve()))
      await client.subscribeAsync('t', { qos: 1 })
      for (let i = 0; i < 15; i++) await client.publishAsync('t', String(i), { qos: 1 })
      await expect.poll(() => ids.length).toBe(15)
      expect(sent).not.toContain('puback')
      writePubacks(client, ids.splice(0))
      // 20 is Mosquitto's window: the next 15 come only when the first were really acknowledged.
      for (let i = 0; i < 15; i++) await client.publishAsync('t', String(i), { qos: 1 })
      await expect.poll(() => ids.length).toBe(15)
    } finally {
      await client.endAsync(true)
      socket?.destroy()
      await broker.close()
    }
  },
)
