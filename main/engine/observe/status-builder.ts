import {
  type Balance,
  type ConnectorStatus,
  type GatewayStatus,
  isBalanced,
  type StoreStatus,
  type UplinkStatus,
} from '../../../shared/status.ts'
import { RateMeter } from './rate.ts'

/** What the status is made of, read anew each time. */
export interface StatusSources {
  readonly connectors: () => ConnectorStatus[]
  readonly received: () => number
  readonly mapping: () => GatewayStatus['mapping']
  readonly store: () => StoreStatus
  readonly uplink: () => UplinkStatus
  readonly balance: () => Balance
  readonly openIssues: () => number
  readonly fixed: () => Pick<
    GatewayStatus,
    'startedAt' | 'version' | 'name' | 'demo' | 'safeMode' | 'configRevision' | 'configProblem'
  >
}

/** One snapshot of everything for pill, tray, /healthz and the Overview. Rates need a `tick` per second. */
export class StatusBuilder {
  readonly #sources: StatusSources
  readonly #received = new RateMeter()
  readonly #accepted = new RateMeter()
  readonly #delivered = new RateMeter()

  constructor(sources: StatusSources) {
    this.#sources = sources
  }

  tick(): void {
    const balance = this.#sources.balance()
    this.#received.tick(this.#sources.received())
    this.#accepted.tick(balance.accepted)
    this.#delivered.tick(balance.delivered)
  }

  build(now: number): GatewayStatus {
    const s = this.#sources
    const connectors = s.connectors()
    const store = s.store()
    const uplink = s.uplink()
    const balance = s.balance()
    const fixed = s.fixed()
    return {
      at: now,
      ...fixed,
      ...summarise({ connectors, store, uplink, balance, safeMode: fixed.safeMode }),
      connectors,
      mapping: s.mapping(),
      store,
      uplink,
      balance,
      rates: {
        known: this.#received.isKnown,
        receivedPerSecond: this.#received.perSecond,
        acceptedPerSecond: this.#accepted.perSecond,
        deliveredPerSecond: this.#delivered.perSecond,
      },
      openIssues: s.openIssues(),
    }
  }
}

interface SummaryInput {
  readonly connectors: readonly ConnectorStatus[]
  readonly store: StoreStatus
  readonly uplink: UplinkStatus
  readonly balance: Balance
  readonly safeMode: boolean
}

type Summary = Pick<GatewayStatus, 'summary' | 'detail'>

/** The worst thing first, in words that name the cause. */
function summarise({ connectors, store, uplink, balance, safeMode }: SummaryInput): Summary {
  if (store.state === 'opening') return { summary: 'starting', detail: 'Opening the store' }
  if (store.state === 'faulted') return { summary: 'stopped', detail: store.detail }
  if (safeMode) return { summary: 'attention', detail: 'Safe mode: sources are off after repeated crashes' }
  if (store.state === 'full') return { summary: 'attention', detail: store.detail }
  if (!isBalanced(balance)) return { summary: 'attention', detail: 'The counts of the store do not balance' }
  if (uplink.state === 'unconfigured') return { summary: 'idle', detail: 'ThingsBoard is not configured yet' }
  if (uplink.state !== 'online') return { summary: uplink.lastAckAt ? 'buffering' : 'starting', detail: uplink.detail }
  const enabled = connectors.filter((c) => c.state !== 'disabled')
  const down = enabled.filter((c) => c.state !== 'online')
  const first = down[0]
  if (first) {
    const more = down.length > 1 ? ` and ${down.length - 1} more` : ''
    return { summary: 'attention', detail: `${first.name}: ${first.detail}${more}` }
  }
  if (enabled.length === 0) return { summary: 'idle', detail: 'No source is connected yet' }
  return { summary: 'delivering', detail: 'Data flows from every source to ThingsBoard' }
}
