import { createHash, randomBytes } from 'node:crypto'
import { mkdir, readFile, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import * as z from 'zod'
import { writeFileAtomic } from '../../config/atomic-write.ts'
import { causeText } from '../../kit/gateway-error.ts'
import type { Log } from '../../observe/log.ts'
import type { Mark } from './durable-mark.ts'
import type { OpcuaTag } from './tags.ts'

// What the next process needs to go on with the subscriptions of this one: which they are, which handle is which tag, and how
// far each is stored. Two files, because the marks are small and change every second while the items are many and seldom
// change. Guarantee: a notification is acknowledged only after the marks that cover it are on disk, so the server can still
// give the next process everything above the marks. The price is up to a second more of notifications kept by the server.

const markSchema = z.tuple([z.number(), z.number(), z.number()])
const recordSchema = z.object({
  version: z.literal(1),
  /** Same in both files when they belong together. */
  nonce: z.string(),
  endpointUrl: z.string(),
  security: z.object({ mode: z.string(), policy: z.string() }),
  namespaces: z.array(z.string()),
  /** Address and start time of the server: subscription ids mean nothing beyond its next start. */
  serverRun: z.string(),
  subscriptions: z.array(z.object({ id: z.number(), keepAliveMs: z.number() })),
  /** Handle, MonitoredItemId, subscription, identity of the tag, revised sampling interval and queue size. */
  items: z.array(z.tuple([z.number(), z.number(), z.number(), z.string(), z.number(), z.number()])),
  /** Subscription, sequence number, ms since the epoch. */
  marks: z.array(markSchema),
})
const marksSchema = z.object({ nonce: z.string(), marks: z.array(markSchema) })

export type ResumeRecord = Omit<z.infer<typeof recordSchema>, 'version' | 'nonce' | 'marks'>
export type Marks = ReadonlyMap<number, Mark>

export class ResumeFile {
  readonly #itemsPath: string
  readonly #marksPath: string
  readonly #log: Log
  #nonce = ''
  /** One write at a time. */
  #turn: Promise<unknown> = Promise.resolve()
  #closed = false

  /** `path` without ending. */
  constructor(path: string, log: Log) {
    this.#itemsPath = `${path}.items.json`
    this.#marksPath = `${path}.marks.json`
    this.#log = log
  }

  /** Undefined when there is none, or none that can be trusted: then nothing is known of the time before. */
  async load(): Promise<{ record: ResumeRecord; marks: Marks } | undefined> {
    try {
      const items = await readFile(this.#itemsPath, 'utf8')
      const { nonce, marks, ...record } = recordSchema.parse(JSON.parse(items))
      const later = await readFile(this.#marksPath, 'utf8').then(
        (text) => marksSchema.parse(JSON.parse(text)),
        () => undefined,
      )
      this.#nonce = nonce
      const newest = later?.nonce === nonce ? later.marks : marks
      return { record, marks: new Map(newest.map(([id, sequence, time]) => [id, { sequence, time }])) }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT')
        this.#log.warn('resume-unreadable', { path: this.#itemsPath, cause: causeText(error) })
      return undefined
    }
  }

  /** False when it could not be written; the record of before stays. */
  saveItems(record: ResumeRecord, marks: Marks): Promise<boolean> {
    return this.#write(this.#itemsPath, () => {
      this.#nonce = randomBytes(6).toString('base64url')
      return { version: 1, nonce: this.#nonce, ...record, marks: rowsOf(marks) }
    })
  }

  saveMarks(marks: Marks): Promise<boolean> {
    return this.#write(this.#marksPath, () => ({ nonce: this.#nonce, marks: rowsOf(marks) }))
  }

  /** The connector is removed, or its subscriptions are gone. */
  async remove(): Promise<void> {
    this.#closed = true
    await this.#turn
    await rm(this.#itemsPath, { force: true }).catch(() => undefined)
    await rm(this.#marksPath, { force: true }).catch(() => undefined)
  }

  #write(path: string, content: () => unknown): Promise<boolean> {
    const turn = this.#turn.then(async () => {
      if (this.#closed) return false
      try {
        await mkdir(dirname(path), { recursive: true, mode: 0o700 })
        await writeFileAtomic(path, JSON.stringify(content()))
        return true
      } catch (error) {
        this.#log.warn('resume-unwritable', { path, cause: causeText(error) })
        return false
      }
    })
    this.#turn = turn
    return turn
  }
}

function rowsOf(marks: Marks): [number, number, number][] {
  return [...marks].map(([id, { sequence, time }]) => [id, sequence, time])
}

/** The same text for the same wish: a tag with other parameters needs an item of its own. */
export function identityOf(tag: OpcuaTag): string {
  const { deviceName, key, kind, node, samplingIntervalMs, queueSize, discardOldest, deadband, trigger } = tag
  const wish = [deviceName, key, kind, node, samplingIntervalMs, queueSize, discardOldest, deadband ?? null, trigger]
  // 12 of 20 bytes: two of a million tags are alike once in 10^17 configurations.
  return createHash('sha1').update(JSON.stringify(wish)).digest().subarray(0, 12).toString('base64url')
}
