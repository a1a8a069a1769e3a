import { mkdir, open, rename, truncate } from 'node:fs/promises'
import { dirname } from 'node:path'
import { crc32 } from 'node:zlib'
import * as z from 'zod'
import type { EditStep } from '../../../../shared/config/edit.ts'
import { causeText, GatewayError } from '../../kit/gateway-error.ts'
import { writeFileAtomic } from '../atomic-write.ts'

// The command log of the draft: one line per edit, each with its checksum. Promise: what `append` has resolved for is read
// again after a power cut; a line that was cut off is dropped; a damaged line ends what is read, and the file is kept aside.

/** Deeper checks are the checksum's business: what is in a line was checked before it was written. */
const recordSchema = z.discriminatedUnion('kind', [
  /** Always first. */
  z.object({ kind: z.literal('start'), revision: z.number(), base: z.number(), document: z.unknown() }),
  z.object({
    kind: z.literal('edit'),
    revision: z.number(),
    at: z.number(),
    label: z.string(),
    steps: z.custom<readonly EditStep[]>((steps) => Array.isArray(steps)),
    /** The edit also moves the draft to this version. */
    base: z.number().optional(),
  }),
  z.object({ kind: z.enum(['undo', 'redo']), revision: z.number() }),
  /** What runs became this version; the draft stays as it is. */
  z.object({ kind: z.literal('base'), revision: z.number(), base: z.number() }),
])

export type DraftRecord = z.infer<typeof recordSchema>

export interface ReadLog {
  readonly records: readonly DraftRecord[]
  /** Of the first one. */
  readonly startBytes: number
  /** What was wrong with the file, for the operator; it was kept beside the new one. */
  readonly damage: string | undefined
}

export class DraftLog {
  readonly #path: string
  #bytes = 0

  constructor(path: string) {
    this.#path = path
  }

  /** Of the file. */
  get bytes(): number {
    return this.#bytes
  }

  /** Never rejects for what is in the file. */
  async read(): Promise<ReadLog> {
    const text = await readWhole(this.#path)
    if (text === undefined) return { records: [], startBytes: 0, damage: undefined }
    const { records, end } = parseLines(text)
    const startBytes = Buffer.byteLength(text.slice(0, text.indexOf('\n') + 1))
    const isTail = text.indexOf('\n', end) === -1
    if (records[0]?.kind === 'start' && (isTail || end === text.length)) {
      // A line without its end was never acknowledged.
      if (end < text.length) await truncate(this.#path, Buffer.byteLength(text.slice(0, end)))
      this.#bytes = Buffer.byteLength(text.slice(0, end))
      return { records, startBytes, damage: undefined }
    }
    const aside = `${this.#path}.damaged-${new Date().toISOString().replaceAll(':', '-')}`
    await rename(this.#path, aside)
    const damage = `the change history of the draft was damaged after ${records.length} entries; it was kept as ${aside}`
    const usable = records[0]?.kind === 'start' ? records : []
    if (usable.length > 0) await this.rewrite(usable)
    return { records: usable, startBytes, damage }
  }

  /** Resolves when it is on disk; when it rejects (CONFIG_UNREADABLE) the file is as it was. */
  async append(record: DraftRecord): Promise<void> {
    const line = lineOf(record)
    try {
      const file = await open(this.#path, 'r+')
      try {
        // At the known end: what a failed write left behind is overwritten.
        await file.truncate(this.#bytes)
        await file.write(line, 0, line.length, this.#bytes)
        await file.datasync()
      } finally {
        await file.close()
      }
      this.#bytes += line.length
    } catch (error) {
      throw unwritable(error)
    }
  }

  /** Replaces all of it at once. */
  async rewrite(records: readonly DraftRecord[]): Promise<void> {
    const lines = Buffer.concat(records.map(lineOf))
    try {
      await mkdir(dirname(this.#path), { recursive: true })
      await writeFileAtomic(this.#path, lines)
      this.#bytes = lines.length
    } catch (error) {
      throw unwritable(error)
    }
  }
}

async function readWhole(path: string): Promise<string | undefined> {
  try {
    const file = await open(path, 'r')
    try {
      return await file.readFile('utf8')
    } finally {
      await file.close()
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw new GatewayError('CONFIG_UNREADABLE', `Reading the draft ${path} failed: ${causeText(error)}`, {
      hint: 'Check that the data folder belongs to the gateway.',
      cause: error,
    })
  }
}

/** `end`: where the last good line ends. */
function parseLines(text: string): { records: DraftRecord[]; end: number } {
  const records: DraftRecord[] = []
  let end = 0
  for (;;) {
    const next = text.indexOf('\n', end)
    const record = next === -1 ? undefined : parseLine(text.slice(end, next))
    if (!record) return { records, end }
    records.push(record)
    end = next + 1
  }
}

function parseLine(line: string): DraftRecord | undefined {
  const json = line.slice(checksumLength + 1)
  if (line.slice(0, checksumLength) !== checksumOf(json)) return undefined
  try {
    const parsed = recordSchema.safeParse(JSON.parse(json))
    return parsed.success ? parsed.data : undefined
  } catch {
    return undefined
  }
}

const checksumLength = 8
const checksumOf = (text: string): string => crc32(text).toString(16).padStart(checksumLength, '0')

function lineOf(record: DraftRecord): Buffer {
  const json = JSON.stringify(record)
  return Buffer.from(`${checksumOf(json)} ${json}\n`)
}

const unwritable = (error: unknown): GatewayError =>
  new GatewayError('CONFIG_UNREADABLE', `Keeping the draft on disk failed: ${causeText(error)}`, {
    hint: 'Check that the data folder is writable and has free space; the edit was not made.',
    cause: error,
  })
