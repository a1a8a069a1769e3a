import { type FillAlarm, isBalanced } from '../../../shared/status.ts'
import type { GatewayError } from '../kit/gateway-error.ts'
import type { IssueReport, IssueSink } from '../observe/issues.ts'
import type { Damage, Opened, Snapshot } from './protocol.ts'
import { alarmOf, balanceOf } from './snapshot-view.ts'

/** STORE_FULL closes when this much of the budget is free: while the store overflows it hovers just below full. */
const calmShare = 0.9
/** An alarm of the fill level ends this far below its limit. */
const calmMargin = 0.05

/** What is wrong with the store, in the operator's words. Looks at every snapshot; raises on change only. */
export class StoreIssues {
  readonly #sink: IssueSink
  #full = false
  #diskFull = false
  #unbalanced = false
  #alarm: FillAlarm = 'none'
  #share = 0
  #crowded = false
  #quarantineDropped = 0
  #lost: Readonly<Record<string, number>> = {}

  constructor(sink: IssueSink) {
    this.#sink = sink
  }

  opened({ damage, tailLost, unaccounted, snapshot }: Opened): void {
    this.#lost = snapshot.droppedByReason
    for (const one of damage) this.moved(one)
    if (tailLost > 0) this.#tailLost(tailLost)
    if (unaccounted !== 0) this.#broken(unaccounted)
  }

  snapshot(now: Snapshot): void {
    this.#room(now)
    this.#filling(now)
    this.#quarantine(now)
    if (now.diskFull !== this.#diskFull) {
      this.#diskFull = now.diskFull
      if (now.diskFull) {
        this.#raise({
          code: 'STORE_DISK_FULL',
          severity: 'error',
          message:
            'The disk with the data folder is full, so no new data can be kept. Stored data is still being delivered.',
          hint: 'Free space on that disk. Collecting goes on by itself when there is room again.',
        })
      } else this.#clear('STORE_DISK_FULL')
    }
    const missing = missingRows(now)
    if (missing !== 0 && !this.#unbalanced) this.#broken(missing)
    this.#unbalanced = missing !== 0
  }

  damaged(count: number): void {
    this.#raise({
      code: 'STORE_CORRUPT',
      severity: 'error',
      key: 'chunk',
      message: `${count} stored values came back damaged from the disk and were not sent.`,
      hint: 'Check the disk for errors. The damaged data is kept in the table "damaged" of its file for support.',
      evidence: `${count} values`,
    })
  }

  moved({ file, movedTo, rows }: Damage): void {
    this.#raise({
      code: 'STORE_CORRUPT',
      severity: 'error',
      key: 'file',
      message: `The file ${file} of the store was damaged and was moved aside: ${rows} values waited in it. Collecting goes on; what can be saved is being read from it.`,
      hint: 'Check the disk for errors. Keep the moved folder for support until you know what was lost.',
      evidence: `moved to ${movedTo}`,
    })
  }

  salvaged({ movedTo, recovered, lost }: { movedTo: string; recovered: number; lost: number }): void {
    this.#raise({
      code: 'STORE_CORRUPT',
      severity: lost > 0 ? 'error' : 'warning',
      key: 'file',
      message: `A file of the store was damaged: ${recovered} values were saved from it and are being sent, ${lost} are lost.`,
      hint: 'Check the disk for errors. The ledger names what was lost; the damaged file is kept for support.',
      evidence: `moved to ${movedTo}`,
    })
  }

  #tailLost(count: number): void {
    this.#raise({
      code: 'STORE_TAIL_LOST',
      severity: 'error',
      message: `The last ${count} accepted values were not in the store any more at its start. Those that had not been delivered before are lost.`,
      hint: 'The disk did not keep what it had confirmed, as after a power failure: check it, and its write cache. The ledger has the record.',
      evidence: `${count} values`,
    })
  }

  #filling(now: Snapshot): void {
    const share = now.budgetBytes === 0 ? 0 : now.usedBytes / now.budgetBytes
    // STORE_FULL says it already; and a little less than the limit is not yet calm.
    const alarm = this.#full ? 'none' : alarmOf(share < this.#share ? share + calmMargin : share)
    this.#share = share
    if (alarm === this.#alarm) return
    this.#alarm = alarm
    this.#clear('STORE_FILLING')
    if (alarm === 'none') return
    this.#raise({
      code: 'STORE_FILLING',
      severity: alarm === 'critical' ? 'error' : 'warning',
      message: `${Math.floor(share * 100)} % of the store is used: data waits for ThingsBoard.`,
      hint: 'Restore the connection to ThingsBoard, or allow the store more space (storage.maxBytes).',
      evidence: `${now.usedBytes} of ${now.budgetBytes} bytes used`,
    })
  }

  #quarantine({ quarantineRows, quarantineLimit, droppedByReason }: Snapshot): void {
    const share = quarantineLimit === 0 ? 0 : quarantineRows / quarantineLimit
    const dropped = droppedByReason['quarantine-full'] ?? 0
    const crowded = share >= (this.#crowded ? 0.7 : 0.8)
    if (crowded && (!this.#crowded || dropped > this.#quarantineDropped)) {
      this.#raise({
        code: 'STORE_QUARANTINE',
        severity: share >= 1 ? 'error' : 'warning',
        message:
          share >= 1
            ? 'The quarantine is full: values that ThingsBoard refuses are given up.'
            : `The quarantine is nearly full: ${quarantineRows} values that ThingsBoard refused.`,
        hint: 'Look at the refused values: correct and retry them, or discard them.',
        evidence: `${quarantineRows} of ${quarantineLimit}`,
      })
    }
    if (!crowded && this.#crowded) this.#clear('STORE_QUARANTINE')
    this.#crowded = crowded
    this.#quarantineDropped = dropped
  }

  faulted(error: GatewayError): void {
    this.#raise({
      code: error.code,
      severity: 'error',
      message: error.message,
      hint: error.hint,
      evidence: Object.entries(error.detail)
        .map(([name, value]) => `${name}=${value}`)
        .join(' '),
    })
  }

  #room(now: Snapshot): void {
    const dropped = ['full-oldest', 'full-newest', 'too-large'].filter(
      (reason) => (now.droppedByReason[reason] ?? 0) > (this.#lost[reason] ?? 0),
    )
    this.#lost = now.droppedByReason
    const full = now.full || dropped.length > 0
    if (full && !this.#full) {
      this.#raise({
        code: 'STORE_FULL',
        severity: now.full ? 'warning' : 'error',
        message: now.full
          ? 'The store is full: sources wait until ThingsBoard takes data again.'
          : `The store is full: ${dropped.includes('full-oldest') ? 'the oldest' : 'new'} data is being given up.`,
        hint: 'Restore the connection to ThingsBoard, or allow the store more space (storage.maxBytes).',
        evidence: `${now.usedBytes} of ${now.budgetBytes} bytes used`,
      })
    }
    const calm = !now.full && dropped.length === 0 && now.usedBytes < now.budgetBytes * calmShare
    if (full) this.#full = true
    else if (this.#full && calm) {
      this.#full = false
      this.#clear('STORE_FULL')
    }
  }

  #broken(missing: number): void {
    this.#raise({
      code: 'BALANCE_BROKEN',
      severity: 'error',
      message:
        missing > 0
          ? `${missing} accepted values are neither stored nor accounted for.`
          : `${-missing} more values are stored than were accepted.`,
      hint: 'Check the disk for errors and report this to support: the file was changed from outside, or this is a bug.',
      evidence: `difference ${missing}`,
    })
  }

  #raise(report: Omit<IssueReport, 'subject' | 'subjectName'>): void {
    this.#sink.raise({ subject: 'store', subjectName: 'Store', ...report })
  }

  #clear(code: IssueReport['code']): void {
    this.#sink.clear('store', code)
  }
}

/** D4 from two independent counts: the books and the rows. */
function missingRows(snapshot: Snapshot): number {
  const balance = balanceOf(snapshot, 0)
  if (isBalanced(balance)) return 0
  return balance.accepted - balance.delivered - balance.quarantined - balance.dropped - balance.pending
}
