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
    /** Plain words when it is not as configured; empty when it is. */
    readonly problem: string
  }
}

/** A probe waits no longer; an engine that needs more is not well. */
const answerLimitMs = 3000

/** Healthy = the engine runs, collects and can keep what it collects. A configuration that was refused is told. An unreachable ThingsBoard is not our illness: we buffer. */
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
        problem: 'The engine does not run or does not answer',
      },
    }
  }
  const { summary, store, uplink, balance, openIssues, safeMode } = status
  const problem = problemOf(status)
  return {
    healthy: summary !== 'stopped' && store.state !== 'faulted' && store.state !== 'closed' && !safeMode,
    body: {
      state: summary,
      store: store.state,
      uplink: uplink.state,
      pending: balance.pending,
      openIssues,
      problem,
    },
  }
}

/** No paths and no names: see `body`. */
function problemOf({ safeMode, configProblem, configRevision, store }: GatewayStatus): string {
  if (store.state === 'faulted') return 'The store does not work; nothing is collected'
  if (safeMode) return 'Safe mode after repeated crashes: sources are off, what is stored is delivered'
  if (configProblem === undefined) return ''
  return configRevision > 0
    ? 'The configuration file was refused; the last good configuration runs'
    : 'The configuration file was refused; no source is configured'
}

async function withinLimit(gateway: GatewayPort): Promise<GatewayStatus | undefined> {
  const { promise: late, resolve } = Promise.withResolvers<undefined>()
  const timer = setTimeout(() => resolve(undefined), answerLimitMs)
  const result = await Promise.race([gateway.request('status.get', null), late])
  clearTimeout(timer)
  return result?.ok ? (result.value as GatewayStatus) : undefined
}
