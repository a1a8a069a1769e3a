import type { GatewayConfig } from '../../../../shared/config/gateway.ts'
import type { FoundChange } from './diff.ts'

/** Values a device sends per minute now; undefined when it was not seen. */
export type MeasuredRate = (device: string) => { readonly perMinute: number; readonly keys: number } | undefined

/** Values per minute now and with the changes: what is new is taken to send like the average key does. */
export function expectedRates(
  config: GatewayConfig,
  changes: readonly FoundChange[],
  measured: MeasuredRate,
  now: number,
): { now: number; after: number } {
  let [rates, keys] = [0, 0]
  for (const source of config.connectors) {
    for (const device of source.type === 'opcua' ? source.devices : []) {
      const rate = measured(device.name)
      if (!rate || rate.keys === 0) continue
      rates += rate.perMinute
      keys += rate.keys
    }
  }
  const perKey = keys === 0 ? 0 : rates / keys
  let after = now
  for (const { kind, subject, keys: count, where } of changes) {
    if (kind === 'changed' || (subject !== 'key' && subject !== 'device' && subject !== 'source')) continue
    const weight = subject === 'key' ? 1 : count
    const own = subject === 'device' ? measured(where.at(-1) ?? '')?.perMinute : undefined
    after += kind === 'added' ? weight * perKey : -(own ?? weight * perKey)
  }
  return { now: Math.round(now), after: Math.max(0, Math.round(after)) }
}
