import { connect, type MqttClient } from 'mqtt'
import { expect, onTestFinished, test, vi } from 'vitest'
import { ThingsboardStandIn } from '../../main/demo/thingsboard/stand-in.ts'
import type { StandInOptions } from '../../main/demo/thingsboard/stand-in-core.ts'

// What the stand-in has to have in common with ThingsBoard's MqttTransportHandler: answers and closings, per protocol.

interface Client {
  readonly standIn: ThingsboardStandIn
  readonly mqtt: MqttClient
  /** PUBACK reason code, or `silence` when the connection ends or a later message is answered first. */
  publish(topic: string, payload: string): Promise<number | 'silence'>
  ended(): Promise<number | 'closed'>
}

async function client(protocolVersion: 4 | 5, options: StandInOptions = {}): Promise<Client> {
  const standIn = new ThingsboardStandIn({ token: 'token', ...options })
  await standIn.start()
  const mqtt = connect({
    host: '127.0.0.1',
    port: standIn.port,
    protocolVersion,
    username: 'token',
    reconnectPeriod: 0,
  })
  onTestFinished(async () => {
    mqtt.end(true)
    await standIn.stop()
  })
  mqtt.on('error', () => {})
  let reason: number | 'closed' = 'closed'
  mqtt.on('disconnect', ({ reasonCode }) => {
    reason = reasonCode ?? 0
  })
  await new Promise<void>((resolve) => mqtt.once('connect', () => resolve()))
  const closed = new Promise<void>((resolve) => mqtt.once('close', () => resolve()))
  const publish = (topic: string, payload: string) =>
    new Promise<number | 'silence'>((resolve) => {
      mqtt.publish(topic, payload, { qos: 1 }, (error) => {
        const code: unknown = error ? Reflect.get(error, 'code') : 0
        resolve(typeof code === 'number' ? code : 'silence')
      })
      void closed.then(() => resolve('silence'))
    })
  return { standIn, mqtt, publish, ended: () => closed.then(() => reason) }
}

const telemetry = 'v1/gateway/telemetry'
const good = '{"D":[{"ts":1,"values":{"a":1.0}}]}'

test.each([
  ['text that is no JSON', telemetry, '{"D":', 0x99],
  ['an element that can not be converted', telemetry, '{"D":[5]}', 0x99],
  ['an unknown gateway topic', 'v1/gateway/nonsense', '{}', 0x90],
  ['a device name no device may have', telemetry, '{"<b>":[{"a":1}]}', 0x80],
])('%s gets its reason code and the connection stays', async (_what, topic, payload, code) => {
  const { publish } = await client(5)
  expect(await publish(topic, payload)).toBe(code)
  expect(await publish(telemetry, good)).toBe(0)
})

test('MQTT 3.1.1 can only be told by the end of the connection', async () => {
  const { publish, ended } = await client(4)
  expect(await publish(telemetry, '{"D":')).toBe('silence')
  expect(await ended()).toBe('closed')
})

test.each(['[]', '{}', '{"D":5}'])('%s is a runtime error: 0x83 and the end', async (payload) => {
  const { publish, ended } = await client(5)
  expect(await publish(telemetry, payload)).toBe(0x83)
  expect(await ended()).toBe(0x83)
})

test('an empty list of a device is never acknowledged', async () => {
  const { publish } = await client(5)
  const empty = publish(telemetry, '{"D":[]}')
  expect(await publish(telemetry, good)).toBe(0)
  const outcome = await Promise.race([empty, publish(telemetry, good).then(() => 'still waiting')])
  expect(outcome).toBe('still waiting')
})

test('a rate limit answers 0x97 and closes in MQTT 5, and looks like success in 3.1.1', async () => {
  const gatewayRateLimits = { telemetryMessages: '1:60' }
  const five = await client(5, { gatewayRateLimits })
  expect(await five.publish(telemetry, good)).toBe(0)
  expect(await five.publish(telemetry, good)).toBe(0x97)
  expect(await five.ended()).toBe('closed')
  const three = await client(4, { gatewayRateLimits })
  await three.publish(telemetry, good)
  expect(await three.publish(telemetry, good)).toBe(0)
  expect(await three.ended()).toBe('closed')
})

test('before 4.2.1 a rate limit is not even acknowledged', async () => {
  const { publish } = await client(5, { version: '4.2.0', gatewayRateLimits: { telemetryMessages: '1:60' } })
  await publish(telemetry, good)
  expect(await publish(telemetry, good)).toBe('silence')
})

test('a message over the payload limit ends the connection with 0x81', async () => {
  const { publish, ended } = await client(5, { maxPayloadSize: 1000 })
  expect(await publish(telemetry, `{"D":[{"a":"${'x'.repeat(1000)}"}]}`)).toBe('silence')
  expect(await ended()).toBe(0x81)
})

test('the second connection with the same credentials puts the first out with 0x8E', async () => {
  const { standIn, ended } = await client(5)
  const second = connect({
    host: '127.0.0.1',
    port: standIn.port,
    protocolVersion: 5,
    username: 'token',
    reconnectPeriod: 0,
  })
  onTestFinished(() => void second.end(true))
  expect(await ended()).toBe(0x8e)
  expect(standIn.counters().connections).toBe(2)
})

test('a device that is no gateway gets no answer on gateway topics', async () => {
  const { publish } = await client(5, { accounts: [{ name: 'd', gateway: false, token: 'token' }] })
  const waiting = publish(telemetry, good)
  expect(await publish('v1/devices/me/telemetry', '{"a":1}')).toBe(0)
  expect(await Promise.race([waiting, publish('v1/devices/me/telemetry', '{}')])).toBe(0)
})

test('only the known topics can be subscribed', async () => {
  const { mqtt } = await client(5)
  await expect(mqtt.subscribeAsync('v1/devices/other/#', { qos: 1 })).rejects.toThrow('Topic Filter invalid')
  await expect(mqtt.subscribeAsync('v1/gateway/rpc', { qos: 1 })).resolves.toMatchObject([{ qos: 1 }])
})

test('values are typed by their text and overwritten by device, key and time', async () => {
  const { publish, standIn } = await client(5)
  await publish('v1/gateway/connect', '{"device":"D","type":"pump"}')
  await publish(telemetry, '{"D":[{"ts":1,"values":{"a":1.0,"b":1,"c":0.10000000149011612,"d":null}}]}')
  await publish(telemetry, '{"D":[{"ts":1,"values":{"a":2.0,"b":1}}]}')
  expect(standIn.points('D', 'a').get(1)).toEqual({ type: 'DOUBLE', text: '2' })
  expect(standIn.points('D', 'b').get(1)).toEqual({ type: 'LONG', text: '1' })
  expect(standIn.points('D', 'c').get(1)?.type).toBe('STRING')
  expect(standIn.points('D', 'd').size).toBe(0)
  expect(standIn.counters()).toMatchObject({ duplicates: 1, conflicts: 1, datapoints: 5 })
  expect(standIn.profiles().get('D')).toBe('pump')
})

test('data that comes before connect makes a device of the profile default', async () => {
  const { publish, standIn } = await client(5)
  await publish(telemetry, good)
  await publish('v1/gateway/connect', '{"device":"D","type":"pump"}')
  expect(standIn.profiles().get('D')).toBe('default')
})

test('nothing is remembered beyond the limit, but everything is counted', async () => {
  const { publish, standIn } = await client(5, { maxRecorded: 2 })
  for (let ts = 1; ts <= 5; ts++) await publish(telemetry, `{"D":[{"ts":${ts},"values":{"a":${ts}}}]}`)
  expect(standIn.points('D', 'a').size).toBe(2)
  expect(standIn.latest('D', 'a')).toEqual({ type: 'LONG', text: '5' })
  await vi.waitFor(() => expect(standIn.counters().datapoints).toBe(5))
})

test('a queue that is lost takes with it what was acknowledged since, and nothing from before', async () => {
  const { standIn, publish } = await client(5)
  await publish(telemetry, '{"D":[{"ts":1,"values":{"a":1.0}}]}')
  standIn.faults.holdQueue = true
  expect(await publish(telemetry, '{"D":[{"ts":2,"values":{"a":2.0}}]}')).toBe(0)
  standIn.loseQueue()
  standIn.faults.holdQueue = false
  await publish(telemetry, '{"D":[{"ts":3,"values":{"a":3.0}}]}')
  expect([...standIn.points('D', 'a').keys()]).toEqual([1, 3])
})

test('a protobuf profile refuses JSON with 0x99, as a JSON profile refuses protobuf', async () => {
  const proto = await client(5, { payload: 'protobuf' })
  expect(await proto.publish('v1/gateway/connect', '{"device":"D"}')).toBe(0x99)
  const json = await client(5)
  expect(await json.publish('v1/gateway/connect', '\n\u0001D')).toBe(0x99)
})
