import type { ReportConfig, Retention } from '../../../shared/config/mapping.ts'
import type { SeriesKind } from '../../../shared/datapoint.ts'
import { type LiveSeries, type SeriesRegistry, seriesLimit } from '../pipeline/series.ts'
import type { RefusalText } from './refusals.ts'

export interface SeriesOwner {
  readonly registry: SeriesRegistry
  readonly connectorId: string
  readonly profile: string
}

export interface SeriesSettings {
  readonly kind: SeriesKind
  readonly unit?: string | undefined
  readonly report?: ReportConfig | undefined
  readonly retention?: Retention | undefined
}

/** Interns the series and writes the slots map/ owns, also over what an earlier configuration left in them. */
export function claim(
  owner: SeriesOwner,
  device: string,
  key: string,
  settings: SeriesSettings,
): LiveSeries | undefined {
  const series = owner.registry.intern(device, owner.profile, key, settings.kind)
  if (!series) return undefined
  series.unit = settings.unit ?? ''
  series.report = settings.report
  series.retention = settings.retention
  series.device.connectorId = owner.connectorId
  return series
}

export function tooManySeries(name: string): RefusalText {
  return {
    message: `${name} can not be added: the gateway has ${seriesLimit.toLocaleString('en')} keys already`,
    hint: 'A template may be making a new device or key for every message: check device and key names, then restart the gateway.',
    evidence: name,
  }
}
