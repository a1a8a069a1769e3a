import type { RequestOutput, RequestParsed } from '../../../../shared/api/contract.ts'
import type { ExploreState } from '../../../../shared/api/explore-requests.ts'
import type { MqttConnectorConfig } from '../../../../shared/config/mqtt.ts'
import type { Clock } from '../../kit/clock.ts'
import { TopicExplorer } from './explore.ts'

/** Brokers whose topics are kept at once, each with up to 64 MiB of payloads; the one asked longest ago goes. */
const explorersLimit = 2
/** What was found is let go when nobody has looked at it for so long. */
const forgetMs = 15 * 60_000

const nothing: ExploreState = {
  state: 'idle',
  filters: [],
  startedAt: 0,
  endsAt: 0,
  topics: 0,
  messages: 0,
  skipped: 0,
  isFull: false,
  generation: 0,
}

interface Entry {
  readonly explorer: TopicExplorer
  undoForget: () => void
}

/** The explorations of all brokers: at most one each, and none that nobody looks at. */
export class ExploreBook {
  readonly #clock: Clock
  readonly #entries = new Map<string, Entry>()
  #generation = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  async topics(
    config: MqttConnectorConfig,
    { action, filters, seconds }: Pick<RequestParsed<'explore.topics'>, 'action' | 'filters' | 'seconds'>,
  ): Promise<ExploreState> {
    if (action === 'start') {
      await this.#drop(config.id)
      for (const oldest of [...this.#entries.keys()].slice(0, Math.max(0, this.#entries.size - explorersLimit + 1)))
        await this.#drop(oldest)
      const explorer = new TopicExplorer(config, this.#clock, filters, ++this.#generation)
      this.#entries.set(config.id, { explorer, undoForget: () => {} })
      void explorer.start(seconds)
    }
    const explorer = this.#look(config.id)
    if (action === 'stop') await explorer?.stop()
    return explorer?.state ?? nothing
  }

  page(id: string, offset: number, limit: number): RequestOutput<'explore.page'> {
    const explorer = this.#look(id)
    return { status: explorer?.state ?? nothing, topics: explorer?.page(offset, limit) ?? [] }
  }

  values(id: string, topics: readonly string[]): RequestOutput<'explore.values'> {
    return { values: this.#look(id)?.values(topics) ?? [] }
  }

  /** Whole payloads of these topics, as text, as far as they fit into so many bytes. */
  payloads(id: string, topics: Iterable<string>, limit: number): { topic: string; payload: string }[] {
    const explorer = this.#look(id)
    const found: { topic: string; payload: string }[] = []
    let left = limit
    for (const topic of topics) {
      const payload = explorer?.payload(topic)
      if (!payload || payload.length > left) continue
      left -= payload.length
      found.push({ topic, payload: payload.toString() })
    }
    return found
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#entries.keys()].map((id) => this.#drop(id)))
  }

  /** Whoever looks keeps it. */
  #look(id: string): TopicExplorer | undefined {
    const entry = this.#entries.get(id)
    if (!entry) return undefined
    entry.undoForget()
    entry.undoForget = this.#clock.after(forgetMs, () => void this.#drop(id))
    return entry.explorer
  }

  #drop(id: string): Promise<void> {
    const entry = this.#entries.get(id)
    if (!entry) return Promise.resolve()
    this.#entries.delete(id)
    entry.undoForget()
    return entry.explorer.stop()
  }
}
