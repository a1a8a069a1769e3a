import type { GatewayStatus, Issue } from '../../../shared/status.ts'
import type { Tone } from '../../components/state-mark.tsx'
import { formatCount, formatDuration } from '../../format.ts'
import { overviewText } from '../../i18n/en-overview.ts'
import { hrefOf } from '../../stores/route.ts'
import { secondsToFull } from '../delivery/words.ts'

const text = overviewText.attention

export interface Alarm {
  readonly id: string
  readonly tone: Tone
  readonly message: string
  readonly hint: string
  readonly href: string
}

/** What the figures say by themselves and no open issue says already. */
export function alarmsOf(status: Pick<GatewayStatus, 'store' | 'uplink'>, issues: readonly Issue[]): readonly Alarm[] {
  const { store } = status
  const told = new Set(issues.map((issue) => issue.code))
  const alarms: Alarm[] = []
  if (store.alarm !== 'none' && !told.has('STORE_FILLING') && !told.has('STORE_FULL')) {
    const percent = Math.floor(store.fill * 100)
    const left = secondsToFull(status)
    alarms.push({
      id: 'fill',
      tone: store.alarm === 'critical' ? 'bad' : 'warn',
      message: left === undefined ? text.alarm(percent) : text.alarmIn(percent, formatDuration(left)),
      hint: text.alarmHint,
      href: hrefOf('delivery'),
    })
  }
  if (store.quarantineRows > 0 && !told.has('STORE_QUARANTINE')) {
    alarms.push({
      id: 'quarantine',
      tone: 'warn',
      message: text.quarantine(formatCount(store.quarantineRows)),
      hint: text.quarantineHint,
      href: hrefOf('delivery', 'quarantine'),
    })
  }
  return alarms
}
