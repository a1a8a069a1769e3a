import type { LiveSeries, SeriesRegistry } from '../../main/engine/pipeline/series.ts'

/** The series the OPC UA load server's variables become: `D0`, `D1`, `D2`, `I3` …, dealt out to the devices as in configs.ts. */
export function loadSeries(registry: SeriesRegistry, count: number, devices: number): LiveSeries[] {
  return Array.from({ length: count }, (_, i) => {
    const key = `${i % 4 === 3 ? 'I' : 'D'}${i}`
    const series = registry.intern(`Machine ${(i % devices) + 1}`, 'default', key, 'telemetry')
    if (!series) throw new Error(`The registry takes no more than ${registry.seriesCount} series`)
    return series
  })
}
