import type { SaidFields } from '../../../shared/said/said.ts'
import type { Balance, FillAlarm, GatewayStatus, LedgerTotal, StoreStatus } from '../../../shared/status.ts'
import type { Tone } from '../../components/state-mark.tsx'
import { formatCount, formatDuration } from '../../format.ts'
import { deliveryText } from '../../i18n/en-delivery.ts'
import { ledgerText } from '../../i18n/en-ledger.ts'
import { sayField } from '../../i18n/say.ts'

// What the figures of store and uplink mean to an operator. Pure.

const alarmTones: Record<FillAlarm, Tone> = {
  none: 'ok',
  filling: 'warn',
  'nearly-full': 'warn',
  critical: 'bad',
}

const storeTones: Record<Exclude<StoreStatus['state'], 'ready'>, Tone> = {
  opening: 'busy',
  full: 'bad',
  faulted: 'bad',
  closed: 'off',
}

/** The state of the storage in one word; while it works, how full it is. */
export function storageWord({ state, alarm }: GatewayStatus['store']): { readonly tone: Tone; readonly word: string } {
  if (state === 'ready') return { tone: alarmTones[alarm], word: deliveryText.queue.alarms[alarm] }
  return { tone: storeTones[state], word: deliveryText.queue.states[state] }
}

/** State that a newer value replaced before it was sent. */
export const replacedValues = ({ droppedByReason }: Balance): number => droppedByReason['superseded'] ?? 0

/** Given up because somebody wanted it, or because a newer value took its place: no loss. */
const onPurpose = new Set(['superseded', 'discarded', 'corrected'])

export function lostValues({ dropped, droppedByReason }: Balance): number {
  let lost = dropped
  for (const [reason, count] of Object.entries(droppedByReason)) if (onPurpose.has(reason)) lost -= count
  return lost
}

type Counted = Pick<LedgerTotal, 'count' | 'entries' | 'uncounted'>

/** A source does not always say how many values it lost. */
export function ledgerCount({ count, uncounted }: Counted): string {
  if (uncounted === 0) return formatCount(count)
  return count === 0 ? ledgerText.unknown : ledgerText.atLeast(formatCount(count))
}

/** Of a whole cause: where the values are not known, how often it happened. */
export function ledgerTotalWords(total: Counted): string {
  const { count, entries, uncounted } = total
  return count === 0 && uncounted > 0 ? ledgerText.times(formatCount(entries)) : ledgerCount(total)
}

/** Words for a cause the engine counts by; refusals of ThingsBoard come in words already. */
export function causeWords(reason: string, said?: SaidFields): string {
  const words = deliveryText.reasons[reason] ?? sayField({ reason, said }, 'reason')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

/** `96`, `96.4`: enough to tell 94 from 95; the alarms change at whole percents. */
export function percentWords(share: number): string {
  const percent = share * 100
  if (percent > 0 && percent < 0.1) return '< 0.1'
  return percent.toFixed(percent > 0 && percent < 10 ? 1 : 0)
}

/**
 * How long an outage the storage can bridge at the present rate. undefined while too little waits to know what a value
 * takes on disk.
 */
export function outageSeconds({ store, rates }: Pick<GatewayStatus, 'store' | 'rates'>): number | undefined {
  const { live, backlog } = store.lanes
  const waiting = live.pending + backlog.pending
  if (waiting < fewestValues || rates.acceptedPerSecond <= 0) return undefined
  const bytesPerValue = (live.bytes + backlog.bytes) / waiting
  if (bytesPerValue <= 0) return undefined
  return store.limitBytes / bytesPerValue / rates.acceptedPerSecond
}

/** Below this the pages of a file that is mostly empty are what is measured. */
const fewestValues = 5000

/** The growth before ThingsBoard came back says nothing once the backlog drains. */
export function secondsToFull({ store, uplink }: Pick<GatewayStatus, 'store' | 'uplink'>): number | undefined {
  const drains = uplink.state === 'online' && uplink.backlogSecondsLeft !== undefined
  return drains ? undefined : store.secondsToFull
}

/** One sentence about what waits. */
export function queueSentence({ store, balance }: GatewayStatus): string {
  if (store.state !== 'ready' && store.detail !== '') return sayField(store, 'detail')
  if (balance.pending === 0) return deliveryText.queue.nothing
  return deliveryText.queue.waiting(formatCount(balance.pending), formatDuration(store.oldestSeconds))
}
