import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, rm, stat, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, brotliDecompress, constants } from 'node:zlib'
import * as z from 'zod'
import { writeFileAtomic } from '../../config/atomic-write.ts'
import { causeText } from '../../kit/gateway-error.ts'
import type { Log } from '../../observe/log.ts'
import { IndexTable, nodesLimit } from './index-table.ts'

// Indexes of servers between two starts: `<folder>/<server>.index`, one line of JSON, then the columns, compressed. A file
// that can not be read is as good as none: the server is walked again. Writing is atomic and never more than the limits.

const version = 2
/** A million nodes take about 15 MB here. */
const filesLimit = 24
const folderLimitBytes = 512 * 1024 * 1024
/** What a file may become when it is unpacked: somebody may have put another one there. */
const unpackedLimitBytes = 1024 * 1024 * 1024
const suffix = '.index'
const newline = 10

const compress = promisify(brotliCompress)
const decompress = promisify(brotliDecompress)

const headSchema = z.object({
  version: z.literal(version),
  endpointUrl: z.string(),
  takenAt: z.number(),
  complete: z.boolean(),
  refused: z.int().min(0),
  cut: z.int().min(0),
  sha256: z.string(),
  count: z.int().min(0).max(nodesLimit),
  moreParents: z.int().min(0).max(nodesLimit),
  strings: z
    .int()
    .min(0)
    .max(nodesLimit * 4),
  namespaces: z.array(z.string()).max(65_535),
  typeNames: z.array(z.string()).max(65_536),
})

export interface StoredIndex {
  readonly table: IndexTable
  /** ms since the epoch when its walk ended. */
  readonly takenAt: number
  /** False: the walk ended before the server did. */
  readonly complete: boolean
  readonly refused: number
  readonly cut: number
}

export class IndexFiles {
  readonly #folder: string
  readonly #log: Log

  constructor(folder: string, log: Log) {
    this.#folder = folder
    this.#log = log
  }

  /** Undefined when there is none, or none that is sound. */
  async load(server: string): Promise<StoredIndex | undefined> {
    const path = this.#path(server)
    try {
      const content = await readFile(path)
      const end = content.indexOf(newline)
      const head = headSchema.parse(JSON.parse(content.toString('utf8', 0, end)))
      const bytes = await decompress(content.subarray(end + 1), { maxOutputLength: unpackedLimitBytes })
      if (createHash('sha256').update(bytes).digest('hex') !== head.sha256) throw new Error('its checksum is wrong')
      const table = await IndexTable.from(head, bytes)
      if (!table) throw new Error('its columns are damaged')
      const { takenAt, complete, refused, cut } = head
      // The one used last is removed last.
      await utimes(path, new Date(), new Date()).catch(() => undefined)
      return { table, takenAt, complete, refused, cut }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
      this.#log.warn('index-unreadable', { path, cause: causeText(error) })
      return undefined
    }
  }

  /** Keeps an index for the next start; a full or read-only disk is logged, the index in memory is good all the same. */
  async save(server: string, endpointUrl: string, index: StoredIndex): Promise<void> {
    const { table, takenAt, complete, refused, cut } = index
    const bytes = Buffer.concat([...table.blocks()])
    const head: z.infer<typeof headSchema> = {
      version,
      endpointUrl,
      takenAt,
      complete,
      refused,
      cut,
      sha256: createHash('sha256').update(bytes).digest('hex'),
      ...table.shape(),
      namespaces: [...table.namespaces],
      typeNames: [...table.typeNames],
    }
    try {
      const packed = await compress(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 3 } })
      await mkdir(this.#folder, { recursive: true, mode: 0o700 })
      await writeFileAtomic(this.#path(server), Buffer.concat([Buffer.from(`${JSON.stringify(head)}\n`), packed]))
      await this.#trim()
    } catch (error) {
      this.#log.warn('index-not-saved', { endpoint: endpointUrl, cause: causeText(error) })
    }
  }

  #path(server: string): string {
    return join(this.#folder, `${createHash('sha256').update(server).digest('hex').slice(0, 32)}${suffix}`)
  }

  /** Removes what was not used for longest, until number and size are within the limits. */
  async #trim(): Promise<void> {
    const names = (await readdir(this.#folder)).filter((name) => name.endsWith(suffix))
    const files = await Promise.all(
      names.map(async (name) => {
        const path = join(this.#folder, name)
        const { mtimeMs, size } = await stat(path)
        return { path, mtimeMs, size }
      }),
    )
    files.sort((a, b) => b.mtimeMs - a.mtimeMs)
    let bytes = 0
    for (const [i, { path, size }] of files.entries()) {
      bytes += size
      if (i >= filesLimit || (bytes > folderLimitBytes && i > 0)) await rm(path, { force: true })
    }
  }
}
