import type { Topology } from '../../../shared/api/watch-requests.ts'
import type { SeriesRegistry } from '../pipeline/series.ts'
import { deviceRow } from './device-views.ts'

/** A drawing with more boxes says nothing; the rest is added up. */
const groupsPerSource = 12

/** Devices by the source that feeds them and their profile, the largest groups first. */
export function topologyOf(registry: SeriesRegistry, now: number): Topology {
  const sources = new Map<string, Map<string, Topology['groups'][number]>>()
  for (const device of registry.devices()) {
    const { connectorId, profile, keys, valuesPerMinute, badKeys } = deviceRow(device, now)
    let profiles = sources.get(connectorId)
    if (!profiles) {
      profiles = new Map()
      sources.set(connectorId, profiles)
    }
    const group = profiles.get(profile) ?? { connectorId, profile, devices: 0, keys: 0, perMinute: 0, bad: 0 }
    group.devices += 1
    group.keys += keys
    group.perMinute += valuesPerMinute ?? 0
    if (badKeys > 0) group.bad += 1
    profiles.set(profile, group)
  }
  const groups: Topology['groups'] = []
  const more: Topology['more'] = []
  for (const [connectorId, profiles] of sources) {
    const sorted = [...profiles.values()].sort((a, b) => b.devices - a.devices || (a.profile < b.profile ? -1 : 1))
    groups.push(...sorted.slice(0, groupsPerSource))
    const rest = sorted.slice(groupsPerSource)
    if (rest.length === 0) continue
    more.push({ connectorId, profiles: rest.length, devices: rest.reduce((sum, group) => sum + group.devices, 0) })
  }
  return { groups, more }
}
