import type { Histogram } from '../observe/histogram.ts'
import type { Envelope } from './outbox.ts'

/** More observations than this per message would cost more than they tell. */
const agesPerMessage = 512

/**
 * How long the values of an acknowledged message took from their source. Neighbours with the same time are one observation;
 * of very many different times every n-th stands for n.
 */
export function observeAges({ open, publish: { rows } }: Envelope, now: number, histogram: Histogram): void {
  const step = Math.max(1, Math.floor(rows.length / agesPerMessage))
  let ts = Number.NaN
  let weight = 0
  for (let i = 0; i < rows.length; i += step) {
    const rowTs = open.batch.tsAt(rows[i] as number)
    if (rowTs !== ts && weight > 0) {
      histogram.observe(ageSeconds(now, ts), weight)
      weight = 0
    }
    ts = rowTs
    weight += Math.min(step, rows.length - i)
  }
  if (weight > 0) histogram.observe(ageSeconds(now, ts), weight)
}

/** A source whose clock is ahead, or our clock set back, makes no negative age. */
const ageSeconds = (now: number, ts: number): number => Math.max(0, now - ts) / 1000
