import { expect, test } from 'vitest'
import { topologyOf } from '../../main/engine/api/topology.ts'
import { SeriesRegistry } from '../../main/engine/pipeline/series.ts'

function registryOf(
  devices: readonly { name: string; profile: string; source: string; keys: number }[],
): SeriesRegistry {
  const registry = new SeriesRegistry()
  for (const { name, profile, source, keys } of devices) {
    for (let key = 0; key < keys; key += 1) registry.intern(name, profile, `k${key}`, 'telemetry')
    const device = registry.device(name)
    if (device) device.connectorId = source
  }
  return registry
}

test('devices are added up by source and profile', () => {
  const registry = registryOf([
    { name: 'a', profile: 'Motor', source: 'line', keys: 2 },
    { name: 'b', profile: 'Motor', source: 'line', keys: 3 },
    { name: 'c', profile: 'Motor', source: 'hall', keys: 1 },
  ])
  expect(topologyOf(registry, 0)).toEqual({
    groups: [
      { connectorId: 'line', profile: 'Motor', devices: 2, keys: 5, perMinute: 0, bad: 0 },
      { connectorId: 'hall', profile: 'Motor', devices: 1, keys: 1, perMinute: 0, bad: 0 },
    ],
    more: [],
  })
})

test('of a source with many profiles the largest are named and the rest is one number', () => {
  const devices = Array.from({ length: 30 }, (_, i) => ({ name: `d${i}`, profile: `p${i}`, source: 'line', keys: 1 }))
  const registry = registryOf([...devices, { name: 'extra', profile: 'p29', source: 'line', keys: 1 }])
  const { groups, more } = topologyOf(registry, 0)
  expect(groups).toHaveLength(12)
  expect(groups[0]).toMatchObject({ profile: 'p29', devices: 2 })
  expect(more).toEqual([{ connectorId: 'line', profiles: 18, devices: 18 }])
})

test('a device with a bad value is counted once', () => {
  const registry = registryOf([{ name: 'a', profile: 'Motor', source: 'line', keys: 3 }])
  for (const series of registry.device('a')?.series ?? []) series.lastStatusCode = 0x80000000 | 0
  expect(topologyOf(registry, 0).groups[0]?.bad).toBe(1)
})
