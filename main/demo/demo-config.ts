import type * as z from 'zod'
import type { gatewaySchema } from '../../shared/config/gateway.ts'
import type { mqttTopicSchema } from '../../shared/config/mqtt.ts'
import type { opcuaKeySchema } from '../../shared/config/opcua.ts'
import { plantNamespaceUri } from './plant-names.ts'

export interface DemoAddresses {
  readonly opcuaUrl: string
  readonly mqttPort: number
  readonly thingsboardPort: number
  readonly token: string
}

type Key = z.input<typeof opcuaKeySchema>

/** The configuration the demo starts with: 11 devices, 43 keys, one rule of every kind. */
export function demoConfig(addresses: DemoAddresses): z.input<typeof gatewaySchema> {
  return {
    version: 1,
    name: 'Demo plant',
    thingsboard: {
      host: '127.0.0.1',
      port: addresses.thingsboardPort,
      credentials: { type: 'token', token: addresses.token },
    },
    connectors: [
      {
        type: 'opcua',
        id: 'line-1',
        name: 'Line 1 (OPC UA)',
        endpointUrl: addresses.opcuaUrl,
        // Loopback only, and no certificate anybody would have to trust first.
        securityMode: 'None',
        securityPolicy: 'None',
        devices: [
          ...['Motor_01', 'Motor_02', 'Motor_03'].map((name) => ({ name, profile: 'Motor', keys: motorKeys(name) })),
          ...['Tank_01', 'Tank_02'].map((name) => ({ name, profile: 'Tank', keys: tankKeys(name) })),
        ],
      },
      {
        type: 'mqtt',
        id: 'hall-sensors',
        name: 'Hall sensors (MQTT)',
        host: '127.0.0.1',
        port: addresses.mqttPort,
        // The embedded broker speaks 3.1.1.
        protocolVersion: 4,
        clientId: 'tb-gateway-demo',
        topics: mqttTopics,
      },
    ],
  }
}

const node = (device: string, name: string): string => `nsu=${plantNamespaceUri};s=Line1.${device}.${name}`

function motorKeys(device: string): Key[] {
  return [
    {
      key: 'speed',
      node: node(device, 'Speed'),
      unit: 'rpm',
      report: { onChange: true, deadband: 1, atLeastEveryMs: 10_000 },
    },
    { key: 'current', node: node(device, 'Current'), unit: 'A' },
    { key: 'temperature', node: node(device, 'Temperature'), unit: '°C', report: { onChange: true, deadband: 0.1 } },
    { key: 'state', node: node(device, 'State'), report: { onChange: true } },
    { key: 'runningHours', node: node(device, 'RunningHours'), unit: 'h', samplingIntervalMs: 5000 },
    { key: 'serialNumber', kind: 'attribute', node: node(device, 'SerialNumber') },
  ]
}

function tankKeys(device: string): Key[] {
  return [
    { key: 'level', node: node(device, 'Level'), unit: '%' },
    // By browse path: found again when the server numbers its nodes anew.
    {
      key: 'setpoint',
      node: `/Objects/{${plantNamespaceUri}}Line1/{${plantNamespaceUri}}${device}/{${plantNamespaceUri}}Setpoint`,
      unit: '%',
      report: { onChange: true },
    },
    // bar at the sensor, kPa in ThingsBoard; the status text tells when the wire is loose.
    { key: 'pressure', node: node(device, 'Pressure'), unit: 'kPa', scale: 100, quality: 'companion' },
  ]
}

const mqttTopics: z.input<typeof mqttTopicSchema>[] = [
  {
    filter: 'plant/hall/+/climate',
    device: 'Hall_${topic[2]}',
    profile: 'Hall',
    keys: [
      { key: 'temperature', value: '$.temperature', unit: '°C', report: { onChange: true, deadband: 0.05 } },
      { key: 'humidity', value: '$.humidity', unit: '%' },
      { key: 'co2', value: '$.co2', unit: 'ppm', report: { onChange: true, deadband: 5, atLeastEveryMs: 10_000 } },
    ],
  },
  {
    filter: 'plant/energy',
    forEach: '$.meters',
    device: '${$.id}',
    profile: 'Meter',
    keys: [
      { key: 'power', value: '$.power', unit: 'kW' },
      { key: 'energy', value: '$.energy', unit: 'kWh', report: { atMostEveryMs: 5000 } },
      { key: 'voltage', value: '$.voltage', unit: 'V' },
      { key: 'current', value: '$.current', unit: 'A' },
    ],
  },
  {
    filter: 'plant/agv/+/status',
    device: '${topic[2]}',
    profile: 'Vehicle',
    timestamp: { value: '$.time' },
    keys: [
      { key: 'battery', value: '$.battery', unit: '%' },
      { key: 'x', value: '$.position.x', unit: 'm' },
      { key: 'y', value: '$.position.y', unit: 'm' },
      { key: 'state', value: '$.state', report: { onChange: true } },
    ],
  },
  {
    filter: 'plant/door/+/state',
    format: 'text',
    device: '${topic[2]}',
    profile: 'Door',
    keys: [{ key: 'state', type: 'string' }],
  },
]
