import { type Said, said } from '../../../shared/said/said.ts'
import type { QuarantineEntry } from '../../../shared/status.ts'
import type { SeriesRegistry } from '../pipeline/series.ts'
import type { Correction, Datapoint, LedgerPage, PageQuery } from '../pipeline/stages.ts'
import { fileOf, rowOf } from './books-view.ts'
import { encodeChunks } from './chunk.ts'
import { parseCorrection } from './correction.ts'
import type { BooksAnswer, BooksRequest, UnquarantinePart, UnquarantineRequest } from './protocol.ts'
import type { SeriesIds } from './series-ids.ts'
import type { ThreadLink } from './thread-link.ts'
import { toRow } from './translate.ts'
import { valueFromText } from './value-text.ts'

interface DeskOptions {
  link(): ThreadLink
  nextId(): number
  now(): number
  readonly registry: SeriesRegistry
  readonly series: SeriesIds
}

/** Quarantine and ledger for the operator: asks the thread, and makes datapoints of quarantined values again. */
export class QuarantineDesk {
  readonly #options: DeskOptions

  constructor(options: DeskOptions) {
    this.#options = options
  }

  async page(query: PageQuery, limit: number): Promise<{ total: number; limit: number; rows: QuarantineEntry[] }> {
    const { total, quarantine } = await this.#ask({ of: 'quarantine', ...query })
    return { total, limit, rows: [...quarantine] }
  }

  async after(after: number, limit: number): Promise<QuarantineEntry[]> {
    return [...(await this.#ask({ of: 'quarantine-after', after, limit })).quarantine]
  }

  async ledger(query: PageQuery): Promise<LedgerPage> {
    const { total, ledger, totals } = await this.#ask({ of: 'ledger', ...query })
    return { total, rows: [...ledger], totals }
  }

  discard(ids: readonly number[]): Promise<number> {
    const parts = [...Map.groupBy(new Set(ids), fileOf)].map(([file, of]) => ({
      file,
      ids: of.map(rowOf),
      chunks: [],
      attributes: [],
    }))
    return this.#unquarantine('discard', parts, [])
  }

  async retry(ids: readonly number[]): Promise<number> {
    const entries = await this.#entries(ids)
    const datapoints = new Map<QuarantineEntry, Datapoint>()
    for (const entry of entries) {
      const datapoint = this.#datapoint(entry, entry.key, { type: entry.type, value: storedValue(entry) })
      if (datapoint) datapoints.set(entry, datapoint)
    }
    return this.#give('retry', datapoints)
  }

  async fix(id: number, { key, type, value }: Correction): Promise<Said | undefined> {
    const parsed = parseCorrection(type, value)
    if ('problem' in parsed) return parsed.problem
    const [entry] = await this.#entries([id])
    if (!entry) return said('correction.gone')
    const datapoint = this.#datapoint(entry, key, { type, value: parsed.value })
    if (!datapoint) return said('correction.tooManyKeys')
    const count = await this.#give('correct', new Map([[entry, datapoint]]))
    return count === 1 ? undefined : said('correction.gone')
  }

  /** Same device, time and kind; undefined when there are too many series. */
  #datapoint(entry: QuarantineEntry, key: string, value: Pick<Datapoint, 'type' | 'value'>): Datapoint | undefined {
    const { registry } = this.#options
    const profile = registry.device(entry.device)?.profile ?? 'default'
    const series = registry.intern(entry.device, profile, key, entry.kind)
    return series && { series, ts: entry.ts, ...value }
  }

  #give(how: 'retry' | 'correct', datapoints: ReadonlyMap<QuarantineEntry, Datapoint>): Promise<number> {
    const series = this.#options.series.assign([...datapoints.values()])
    const parts = [...Map.groupBy(datapoints, ([{ id }]) => fileOf(id))].map(([file, some]): UnquarantinePart => {
      const of = (kind: string) => some.flatMap(([, one]) => (one.series.kind === kind ? [one] : []))
      return {
        file,
        ids: some.map(([{ id }]) => rowOf(id)),
        chunks: encodeChunks(of('telemetry')),
        attributes: of('attribute').map(toRow),
      }
    })
    return this.#unquarantine(how, parts, series)
  }

  async #unquarantine(
    how: UnquarantineRequest['how'],
    parts: readonly UnquarantinePart[],
    series: UnquarantineRequest['series'],
  ): Promise<number> {
    if (parts.length === 0) return 0
    const { link, nextId, now } = this.#options
    const answer = await link().ask({ kind: 'unquarantine', id: nextId(), at: now(), how, parts, series })
    return answer.kind === 'returned' ? answer.count : 0
  }

  async #entries(ids: readonly number[]): Promise<readonly QuarantineEntry[]> {
    return (await this.#ask({ of: 'quarantine-ids', ids: [...new Set(ids)] })).quarantine
  }

  async #ask(query: BooksRequest['query']): Promise<BooksAnswer> {
    const { link, nextId } = this.#options
    const answer = await link().ask({ kind: 'books', id: nextId(), query })
    if (answer.kind !== 'books') throw new Error(`the store answered a question with ${answer.kind}`)
    return answer.page
  }
}

const storedValue = ({ type, value }: QuarantineEntry): Datapoint['value'] => valueFromText(type, value)
