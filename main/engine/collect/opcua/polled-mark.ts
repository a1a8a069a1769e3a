import type { OpcuaConnectorConfig } from '../../../../shared/config/opcua.ts'
import type { Log } from '../../observe/log.ts'
import { identityOf, ResumeFile } from './resume-file.ts'
import type { TagTable } from './tag-table.ts'

// Which nodes are read in turn, and until when their values are stored: a server that is polled keeps nothing while the gateway
// does not run, so the next process has that time filled from the history, or declared. In the file of the subscriptions, where
// subscription 0, which no server gives (Part 4, 5.14.2), stands for being read in turn.

const inTurn = 0

export interface PolledMarkOptions {
  /** Path of the files, without ending. */
  readonly path: string
  readonly config: Pick<OpcuaConnectorConfig, 'endpointUrl'>
  readonly tags: TagTable
  readonly log: Log
}

export class PolledMark {
  readonly #options: PolledMarkOptions
  readonly #file: ResumeFile
  #recalled: { readonly identities: ReadonlySet<string>; readonly atMs: number } | undefined
  #slots: ReadonlySet<number> = new Set()
  #atMs = 0
  #saving: Promise<void> | undefined

  constructor(options: PolledMarkOptions) {
    this.#options = options
    this.#file = new ResumeFile(options.path, options.log)
  }

  /** Reads what the process before wrote. */
  async load(): Promise<void> {
    const loaded = await this.#file.load()
    if (!loaded || loaded.record.endpointUrl !== this.#options.config.endpointUrl) return
    const atMs = loaded.marks.get(inTurn)?.time ?? 0
    if (atMs > 0)
      this.#recalled = { identities: new Set(loaded.record.items.map(([, , , identity]) => identity)), atMs }
  }

  /** What the process before read in turn and is still wanted, and since when it is missing (ms since the epoch). Once. */
  recall(): { readonly slots: readonly number[]; readonly atMs: number } | undefined {
    const recalled = this.#recalled
    this.#recalled = undefined
    if (!recalled) return undefined
    const { tags } = this.#options
    const slots = tags.activeSlots().filter((slot) => recalled.identities.has(identityOf(tags.at(slot)!)))
    return slots.length > 0 ? { slots, atMs: recalled.atMs } : undefined
  }

  /** These are read in turn, and stored up to then (ms since the epoch, 0 = not yet). */
  save(slots: ReadonlySet<number>, atMs: number): Promise<void> {
    this.#saving ??= this.#save(slots, atMs).finally(() => {
      this.#saving = undefined
    })
    return this.#saving
  }

  remove(): Promise<void> {
    return this.#file.remove()
  }

  async #save(slots: ReadonlySet<number>, atMs: number): Promise<void> {
    const isSame = slots.size === this.#slots.size && [...slots].every((slot) => this.#slots.has(slot))
    if (isSame && (atMs === this.#atMs || slots.size === 0)) return
    const marks = new Map([[inTurn, { sequence: 0, time: atMs }]])
    const written = isSame
      ? await this.#file.saveMarks(marks)
      : await this.#file.saveItems(this.#recordOf(slots), marks)
    if (!written) return
    this.#slots = slots
    this.#atMs = atMs
  }

  #recordOf(slots: ReadonlySet<number>): Parameters<ResumeFile['saveItems']>[0] {
    const { tags, config } = this.#options
    return {
      endpointUrl: config.endpointUrl,
      security: { mode: '', policy: '' },
      namespaces: [],
      serverRun: '',
      subscriptions: [],
      items: [...slots].flatMap((slot) => {
        const tag = tags.at(slot)
        return tag ? [[tags.handleOf(slot), 0, inTurn, identityOf(tag), tag.samplingIntervalMs, 0]] : []
      }),
    }
  }
}
