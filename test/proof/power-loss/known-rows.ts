import type { SeriesRegistry } from '../../../main/engine/pipeline/series.ts'
import type { Datapoint } from '../../../main/engine/pipeline/stages.ts'

/** Row n is the same in every process, so that a reader can tell whether it is byte-equal; its timestamp is n. */
export function rowAt(registry: SeriesRegistry, n: number): Datapoint {
  const series = registry.intern(`device ${n % 7}`, 'default', `key ${n % 13}`, 'telemetry')
  if (!series) throw new Error('the registry is full')
  const { type, value } = valueAt(n)
  return { series, ts: n, type, value }
}

export function isRowAt(row: { ts: number; device: string; key: string; type: string; value: unknown }): boolean {
  const { ts: n } = row
  const { type, value } = valueAt(n)
  return row.device === `device ${n % 7}` && row.key === `key ${n % 13}` && row.type === type && row.value === value
}

function valueAt(n: number): { type: 'string'; value: string } | { type: 'double'; value: number } {
  return n % 5 === 0
    ? { type: 'string', value: `value ${n} ${'x'.repeat(n % 50)}` }
    : { type: 'double', value: Math.sin(n) * 1000 }
}
