import type { OpcuaConnectorConfig } from '../../../../shared/config/opcua.ts'
import { said } from '../../../../shared/said/said.ts'
import type { GapSink } from '../../pipeline/stages.ts'
import type { Backfill } from './backfill.ts'
import type { Intake } from './intake.ts'
import type { Span } from './tag-states.ts'
import type { TagTable } from './tag-table.ts'

/** Names of nodes in a record. */
const namesLimit = 20

const words = {
  cause: said('stored.queueFull').text,
  hint: 'Raise the queue size of these keys, or lower the publishing interval.',
}

interface OverflowsOptions {
  readonly config: Pick<OpcuaConnectorConfig, 'id' | 'name'>
  readonly tags: TagTable
  readonly intake: Intake
  readonly gaps: GapSink
  readonly backfill: Backfill
}

/** The server marks where its queue was too short: recorded at once, then the history is asked for those values. */
export class Overflows {
  readonly #options: OverflowsOptions
  /** Not given to the history yet. */
  #spans = new Map<number, Span>()

  constructor(options: OverflowsOptions) {
    this.#options = options
  }

  /** Every second, so that also an end without warning finds them in the ledger. */
  record(): void {
    const { config, tags, intake, gaps } = this.#options
    const spans = [...intake.takeOverflowed()].filter(([slot]) => tags.isActive(slot))
    if (spans.length === 0) return
    let [from, to] = [Number.POSITIVE_INFINITY, 0]
    for (const [slot, { fromMs, toMs }] of spans) {
      from = Math.min(from, fromMs)
      to = Math.max(to, toMs)
      this.#spans.set(slot, { fromMs: this.#spans.get(slot)?.fromMs ?? fromMs, toMs })
    }
    const named = spans.slice(0, namesLimit).flatMap(([slot]) => tags.at(slot) ?? [])
    gaps.declare({
      kind: 'overflow',
      connectorId: config.id,
      connectorName: config.name,
      fromMs: from,
      toMs: to,
      nodeCount: spans.length,
      nodes: named.map(({ node }) => node),
      series: named.map(({ deviceName, key }) => `${deviceName} / ${key}`),
      ...words,
    })
  }

  /** Those values may be in the history of the server. */
  fill(): void {
    if (this.#spans.size === 0) return
    const spans = [...this.#spans]
    this.#spans = new Map()
    this.#options.backfill.add({
      slots: new Map(spans.map(([slot, { fromMs }]) => [slot, fromMs])),
      toMs: spans.reduce((most, [, { toMs }]) => Math.max(most, toMs), 0),
      ...words,
    })
  }
}
