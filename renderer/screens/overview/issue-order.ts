import type { Issue } from '../../../shared/status.ts'

const bySeverity = { error: 0, warning: 1, info: 2 } as const

/** About single values (a NaN, a type that does not fit), while everything else of the source goes on. */
const aboutValues = /^(MAP_|UPLINK_VALUE_|MQTT_PAYLOAD_|OPCUA_OVERFLOW)/

/** The gravest first, whole sources before single values, and what has waited longest before what just came. */
export function inOrder(issues: readonly Issue[]): Issue[] {
  const rank = ({ code }: Issue): number => (aboutValues.test(code) ? 1 : 0)
  return [...issues].sort(
    (a, b) => bySeverity[a.severity] - bySeverity[b.severity] || rank(a) - rank(b) || a.since - b.since,
  )
}
