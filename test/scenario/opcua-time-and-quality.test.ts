import {
  DataChangeNotification,
  type OPCUAServer,
  type PublishResponse,
  type ServerSecureChannelLayer,
  type StatusCode,
  StatusCodes,
} from 'node-opcua'
import { expect, onTestFinished, test } from 'vitest'
import { gatewayBench } from '../servers/gateway-bench.ts'
import { namespaceUri, startOpcuaServer } from '../servers/opcua-server.ts'
import { until } from '../servers/until.ts'

// Whose clock dates a value and what becomes of a bad one, from the server to ThingsBoard.

const sourceTime = new Date('2026-01-02T03:04:05.006Z')
const serverTime = new Date('2026-01-02T03:04:06.789Z')

/** Times of a notification by the value: from 200 there is no source timestamp, from 300 none at all. */
function dates(server: OPCUAServer): void {
  server.on('newChannel', (channel: ServerSecureChannelLayer) => {
    const send = channel.send_response.bind(channel)
    channel.send_response = (type, response, ...rest) => {
      for (const data of (response as PublishResponse).notificationMessage?.notificationData ?? []) {
        if (!(data instanceof DataChangeNotification)) continue
        for (const { value } of data.monitoredItems ?? []) {
          const number = Number(value.value.value)
          if (number < 100) continue
          value.serverTimestamp = number >= 300 ? null : serverTime
          if (number >= 200) value.sourceTimestamp = null
        }
      }
      return send(type, response, ...rest)
    }
  })
}

async function start(names: readonly string[], more: (name: string) => object) {
  const variables = names.map((name) => ({ name, value: { dataType: 'Int32', value: 0 } as const }))
  const server = await startOpcuaServer({ variables, prepare: dates })
  onTestFinished(() => server.close())
  const { standIn, gateway } = await gatewayBench()
  const keys = names.map((name) => ({ key: name, node: `nsu=${namespaceUri};s=${name}`, ...more(name) }))
  const source = { publishingIntervalMs: 50, samplingIntervalMs: 0, devices: [{ name: 'Line', keys }] }
  gateway.configure({
    version: 1,
    storage: { preallocate: false },
    thingsboard: { host: '127.0.0.1', port: standIn.port, credentials: { type: 'token', token: 'T' } },
    connectors: [{ type: 'opcua', id: 'plc', name: 'PLC', endpointUrl: server.endpointUrl, ...source }],
  })
  gateway.start()
  /** In the order of their times. */
  const series = (key: string): [ts: number, text: string][] =>
    [...standIn.points('Line', key)].map(([ts, { text }]): [number, string] => [ts, text]).sort(([a], [b]) => a - b)
  const arrives = (key: string, text: string) =>
    until(
      `${key} ${text}`,
      () => series(key).some(([, found]) => found === text),
      40_000,
      () => gateway.stderr,
    )
  return { server, standIn, series, arrives }
}

test('the source dates a value, else the server, else the gateway, unless the key says otherwise', {
  timeout: 90_000,
}, async () => {
  const clocks: Readonly<Record<string, string>> = { bySource: 'source', byServer: 'server', byGateway: 'gateway' }
  const names = ['bySource', 'byServer', 'byGateway', 'noSource', 'noTime']
  const { server, series, arrives } = await start(names, (name) => ({ timestamp: clocks[name] ?? 'source' }))
  for (const name of names) await arrives(name, '0')
  const from = Date.now()
  const numbers = [101, 102, 103, 204, 305]
  for (const [i, name] of names.entries())
    server.set(name, { dataType: 'Int32', value: numbers[i]! }, StatusCodes.Good, sourceTime)
  for (const [i, name] of names.entries()) await arrives(name, String(numbers[i]))
  const timeOf = (name: string) => series(name).find(([, text]) => text === String(numbers[names.indexOf(name)]))?.[0]
  expect(['bySource', 'byServer', 'noSource'].map(timeOf)).toEqual([
    sourceTime.getTime(),
    serverTime.getTime(),
    serverTime.getTime(),
  ])
  for (const name of ['byGateway', 'noTime']) {
    expect(timeOf(name)).toBeGreaterThanOrEqual(from)
    expect(timeOf(name)).toBeLessThanOrEqual(Date.now())
  }
})

test('a bad value is never sent; where a companion key is wanted it says so, and no text comes into the numbers', {
  timeout: 90_000,
}, async () => {
  const names = ['skipped', 'told']
  const quality = (name: string) => ({ quality: name === 'told' ? 'companion' : 'skip' })
  const { server, standIn, series, arrives } = await start(names, quality)
  await arrives('told_status', 'Good')
  const at = Date.now()
  const steps: readonly (readonly [value: number, status: StatusCode, text: string])[] = [
    [1, StatusCodes.Good, 'Good'],
    [2, StatusCodes.BadSensorFailure, 'BadSensorFailure'],
    [3, StatusCodes.UncertainLastUsableValue, 'UncertainLastUsableValue'],
    [4, StatusCodes.Good, 'Good'],
  ]
  for (const [value, status, text] of steps) {
    for (const name of names) server.set(name, { dataType: 'Int32', value }, status, new Date(at + value))
    if (status.isBad()) await arrives('told_status', text)
    else for (const name of names) await arrives(name, String(value))
  }
  for (const name of names) {
    expect(series(name).map(([, text]) => text)).toEqual(['0', '1', '3', '4'])
    expect(
      series(name)
        .slice(1)
        .map(([ts]) => ts - at),
    ).toEqual([1, 3, 4])
  }
  expect(series('told_status').map(([, text]) => text)).toEqual([
    'Good',
    'BadSensorFailure',
    'UncertainLastUsableValue',
    'Good',
  ])
  expect(
    series('told_status')
      .slice(1)
      .map(([ts]) => ts - at),
  ).toEqual([2, 3, 4])
  expect(standIn.points('Line', 'skipped_status').size).toBe(0)
})
