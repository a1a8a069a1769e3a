import { isBalanced } from '../../../shared/status.ts'
import type { GatewayError } from '../kit/gateway-error.ts'
import type { IssueReport, IssueSink } from '../observe/issues.ts'
import type { Opened, Snapshot } from './protocol.ts'
import { balanceOf } from './snapshot-view.ts'

/** STORE_FULL closes when this much of the budget is free: while the store overflows it hovers just below full. */
const calmShare = 0.9

/** What is wrong with the store, in the operator's words. Looks at every snapshot; raises on change only. */
export class StoreIssues {
  readonly #sink: IssueSink
  #full = false
  #diskFull = false
  #unbalanced = false
  #lost: Readonly<Record<string, number>> = {}

  constructor(sink: IssueSink) {
    this.#sink = sink
  }

  opened({ movedTo, unaccounted, snapshot }: Opened): void {
    this.#lost = snapshot.droppedByReason
    if (movedTo !== undefined) this.corrupt(`moved to ${movedTo}`)
    if (unaccounted !== 0) this.#broken(unaccounted)
  }

  snapshot(now: Snapshot): void {
    this.#room(now)
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
      hint: 'Check the disk for errors. The damaged data is kept in the table "damaged" of store.db for support.',
      evidence: `${count} values`,
    })
  }

  corrupt(evidence: string): void {
    this.#raise({
      code: 'STORE_CORRUPT',
      severity: 'error',
      key: 'file',
      message:
        'The stored data was damaged. It was moved aside and a fresh store was started; what had not been sent is not sent.',
      hint: 'Check the disk for errors. Keep the moved folder for support until you know what was lost.',
      evidence,
    })
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
