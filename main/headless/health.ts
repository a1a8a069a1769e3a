import type { GatewayStatus } from '../../shared/status.ts'
import type { GatewayPort } from './gateway-port.ts'

export interface Health {
  readonly healthy: boolean
  /** What `GET /healthz` answers: states and counts, no names, because nobody has to log in for it. */
  readonly body: {
    readonly state: GatewayStatus['summary']
    readonly store: string
    readonly uplink: string
    readonly pending: number
    readonly openIssues: number
  }
}

/** A probe waits no longer; an engine that needs more is not well. */
const answerLimitMs = 3000

/** Healthy = the engine runs and can keep what it collects. An unreachable ThingsBoard is not our illness: we buffer. */
export async function healthOf(gateway: GatewayPort): Promise<Health> {
  const status = await withinLimit(gateway)
  if (!status) {
    return {
      healthy: false,
      body: {
        state: 'stopped',
        store: 'closed',
        uplink: 'idle',
        pending: 0,
        openIssues: 0,
      },
    }
  }
  const { summary, store, uplink, balance, openIssues } = status
  return {
    healthy: summary !== 'stopped' && store.state !== 'faulted' && store.state !== 'closed',
    body: {
      state: summary,
      store: store.state,
      uplink: uplink.state,
      pending: balance.pending,
      openIssues,
    },
  }
}

async function withinLimit(gateway: GatewayPort): Promise<GatewayStatus | undefined> {
  const { promise: late, resolve } = Promise.withResolvers<undefined>()
  const timer = setTimeout(() => resolve(undefined), answerLimitMs)
  const result = await Promise.race([gateway.request('status.get', null), late])
  clearTimeout(timer)
  return result?.ok ? (result.value as GatewayStatus) : undefined
}
