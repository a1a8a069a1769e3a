import type { Backfill } from './backfill.ts'
import type { Intake } from './intake.ts'

/** The server marks where its queue was too short: those values may be in its history. */
export function accountForOverflows({ intake, backfill }: { readonly intake: Intake; readonly backfill: Backfill }) {
  const spans = intake.takeOverflowed()
  if (spans.size === 0) return
  let toMs = 0
  for (const span of spans.values()) toMs = Math.max(toMs, span.toMs)
  backfill.add({
    slots: new Map([...spans].map(([slot, { fromMs }]) => [slot, fromMs])),
    toMs,
    cause: 'the server threw them away because the queue of a node was full',
    hint: 'Raise the queue size of these keys, or lower the publishing interval.',
  })
}
