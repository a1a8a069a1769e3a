/** v1/gateway/connect without PUBACK while the server is otherwise alive: this device is no gateway. */
const gatewaySilenceMs = 10_000
/** How often the verdict is asked for. */
export const tickMs = 1000

/** Times in monotonic ms; Infinity = nothing of the kind is in flight. */
export interface Waiting {
  readonly nowMs: number
  readonly oldestConnectMs: number
  readonly oldestDataMs: number
  readonly lastHeardMs: number
  readonly devicesConnected: number
  readonly ackTimeoutMs: number
}

/** What missing PUBACKs mean. `ask`: send a PINGREQ, so that a server that is alive has said something by the verdict. */
export function ackVerdict(w: Waiting): 'fine' | 'ask' | 'no-gateway' | 'stalled' {
  const connectSilentMs = w.nowMs - w.oldestConnectMs
  const alive = w.lastHeardMs - w.oldestConnectMs >= gatewaySilenceMs / 2
  if (connectSilentMs >= gatewaySilenceMs && alive && w.devicesConnected === 0) return 'no-gateway'
  // One tick later than the verdict "no gateway", which needs the whole time.
  const connectTimeoutMs = Math.max(w.ackTimeoutMs, gatewaySilenceMs + 2 * tickMs)
  if (w.nowMs - w.oldestDataMs >= w.ackTimeoutMs || connectSilentMs >= connectTimeoutMs) return 'stalled'
  return connectSilentMs >= gatewaySilenceMs / 2 ? 'ask' : 'fine'
}
