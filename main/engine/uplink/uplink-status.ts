import type { ThingsboardConfig } from '../../../shared/config/thingsboard.ts'
import { asIs, inWords, type Said, said, saidOfError } from '../../../shared/said/said.ts'
import type { UplinkState, UplinkStatus } from '../../../shared/status.ts'
import type { LinkState } from '../kit/connection-machine.ts'
import type { GatewayError } from '../kit/gateway-error.ts'
import type { Metrics } from '../observe/metrics.ts'
import type { Store } from '../pipeline/stages.ts'
import type { Confirmed } from './confirmed.ts'
import { addressOf } from './errors.ts'
import { limitWords, type SessionLimits } from './limits.ts'
import type { Sender } from './sender.ts'

/** What the link is doing, in the operator's words. */
export interface LinkPicture {
  readonly state: UplinkState
  readonly since: number
  readonly detail: Said
  readonly nextTryAt?: number | undefined
}

export interface StatusParts {
  readonly config: ThingsboardConfig
  readonly store: Store
  readonly metrics: Metrics
  readonly sender: Sender
  readonly confirmed: Confirmed
}

/** Backlog not delivered yet: on disk and on its way. */
export const backlogValues = ({ store, sender }: Pick<StatusParts, 'store' | 'sender'>): number =>
  store.status.value.lanes.backlog.pending + sender.openBacklog

export function uplinkStatus(
  parts: StatusParts,
  link: LinkPicture,
  limits: SessionLimits,
  sessions: number,
): UplinkStatus {
  const { config, metrics, sender, confirmed } = parts
  const { puback, sourceToAck } = metrics
  const isSlow = link.state === 'online' && sender.braking
  const detail = isSlow ? said('uplink.braking') : link.detail
  const { live, backlog } = sender.meter.perSecond
  return {
    ...link,
    ...inWords({ detail, limit: limitWords(limits) }),
    address: addressOf(config),
    ackP50Ms: puback.quantileMs(0.5),
    ackP99Ms: puback.quantileMs(0.99),
    sourceToAckP50Ms: sourceToAck.quantileMs(0.5),
    sourceToAckP99Ms: sourceToAck.quantileMs(0.99),
    reconnects: Math.max(0, sessions - 1),
    ...sender.counts,
    livePerSecond: live,
    backlogPerSecond: backlog,
    backlogSecondsLeft: sender.meter.secondsLeft(backlogValues(parts)),
    ...confirmed.counts,
  }
}

const onlineDetail = (config: ThingsboardConfig): Said =>
  config.protocolVersion === 5 ? said('uplink.online') : said('uplink.onlineMqtt3')

interface LinkFacts {
  readonly config: ThingsboardConfig
  /** ms since the epoch. */
  readonly now: number
  /** Why it waits. */
  readonly error: GatewayError | undefined
  readonly nextTryAt: number | undefined
}

export function pictureOf(state: LinkState, { config, now, error, nextTryAt }: LinkFacts): LinkPicture {
  switch (state.kind) {
    case 'connecting':
      return { state: 'connecting', since: now, detail: said('link.connecting', { address: addressOf(config) }) }
    case 'online':
      return { state: 'online', since: now, detail: onlineDetail(config) }
    case 'waiting': {
      const detail = error ? saidOfError(error).detail : asIs('')
      const patient = error !== undefined && error.retry !== 'soon'
      return { state: patient ? 'faulted' : 'waiting', since: now, detail, nextTryAt }
    }
    default:
      return { state: 'idle', since: now, detail: said('link.stopped') }
  }
}
