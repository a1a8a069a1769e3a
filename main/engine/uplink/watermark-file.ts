import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import * as z from 'zod'
import type { ThingsboardConfig } from '../../../shared/config/thingsboard.ts'
import { writeFileAtomic } from '../config/atomic-write.ts'
import { causeText } from '../kit/gateway-error.ts'
import type { Log } from '../observe/log.ts'

const recordSchema = z.object({
  version: z.literal(1),
  /** Of which gateway device on which server it speaks: another one knows nothing of it. */
  identity: z.string(),
  acknowledged: z.number().optional(),
  confirmed: z.number().optional(),
  restartSeen: z.boolean(),
})

export type Watermark = Omit<z.infer<typeof recordSchema>, 'version' | 'identity'>

/**
 * How far ThingsBoard is known to have got, for the next process: a server that lost its queue while the gateway was away is
 * noticed by it. Written twice a minute at most. Without it, or when it can not be read, the next process starts unknowing.
 */
export class WatermarkFile {
  readonly #path: string
  readonly #identity: string
  readonly #log: Log
  /** One write at a time; of those that wait only the newest counts. */
  #turn: Promise<void> = Promise.resolve()
  #next: Watermark | undefined

  constructor(path: string, { host, port, credentials }: ThingsboardConfig, log: Log) {
    this.#path = path
    this.#log = log
    // A hash: the file must not hold the access token.
    this.#identity = createHash('sha256')
      .update(JSON.stringify([host, port, credentials]))
      .digest('hex')
  }

  async load(): Promise<Watermark | undefined> {
    try {
      const { identity, version: _, ...watermark } = recordSchema.parse(JSON.parse(await readFile(this.#path, 'utf8')))
      return identity === this.#identity ? watermark : undefined
    } catch {
      return undefined
    }
  }

  save(watermark: Watermark): void {
    const waits = this.#next !== undefined
    this.#next = watermark
    if (!waits) this.#turn = this.#turn.then(() => this.#write())
  }

  /** Everything saved so far is on disk, or could not be written. */
  written(): Promise<void> {
    return this.#turn
  }

  async #write(): Promise<void> {
    const record = { version: 1, identity: this.#identity, ...this.#next }
    this.#next = undefined
    try {
      await writeFileAtomic(this.#path, JSON.stringify(record))
    } catch (error) {
      this.#log.warn('watermark-not-written', { cause: causeText(error) })
    }
  }
}
