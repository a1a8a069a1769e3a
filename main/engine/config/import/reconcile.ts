import type { ConnectorConfig } from '../../../../shared/config/gateway.ts'
import type { OpcuaConnectorConfig, OpcuaDeviceConfig } from '../../../../shared/config/opcua.ts'
import { said } from '../../../../shared/said/said.ts'
import type { ImportReport } from './import-report.ts'

// Files that were written apart may claim the same device or key. ThingsBoard has one of each: the first file counts, and the
// others are told.

/** Connectors without contradictions among them. */
export function reconcile(connectors: readonly ConnectorConfig[], report: ImportReport): ConnectorConfig[] {
  const profiles = new Map<string, string>()
  const series = new Set<string>()
  return connectors.map((connector) =>
    connector.type === 'opcua' ? withoutRepeats(connector, profiles, series, report) : connector,
  )
}

function withoutRepeats(
  connector: OpcuaConnectorConfig,
  profiles: Map<string, string>,
  series: Set<string>,
  report: ImportReport,
): OpcuaConnectorConfig {
  const devices = connector.devices.map((device): OpcuaDeviceConfig => {
    const profile = profiles.get(device.name) ?? device.profile
    profiles.set(device.name, profile)
    if (profile !== device.profile) {
      const note = said('import.oneProfile', { device: device.name, profile })
      report.about(connector.name, 'interpreted', device.name, profile, note)
    }
    const keys = device.keys.filter(({ kind, key }) => {
      const id = `${kind}\u0000${device.name}\u0000${key}`
      const isFree = !series.has(id)
      series.add(id)
      if (!isFree) {
        report.about(
          connector.name,
          'unsupported',
          `${device.name} › ${key}`,
          '',
          'Another source gives this key already.',
        )
      }
      return isFree
    })
    return { ...device, profile, keys }
  })
  return { ...connector, devices: devices.filter((device) => device.keys.length > 0) }
}
