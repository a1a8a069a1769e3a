import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import * as z from 'zod'
import type { VersionRow } from '../../../shared/api/draft-requests.ts'
import type { GatewayConfig } from '../../../shared/config/gateway.ts'
import { isSame } from '../../../shared/config/identity.ts'
import { causeText, GatewayError } from '../kit/gateway-error.ts'
import { writeFileAtomic } from './atomic-write.ts'
import { findChanges, sizeOf, tally } from './draft/diff.ts'
import { secretNames } from './secret-names.ts'
import {
  holds,
  isIntact,
  readHeader,
  readVersion,
  type VersionContent,
  type VersionHeader,
  writeVersion,
} from './version-file.ts'

// Every configuration that ever ran, one file each, never changed again. A damaged one is shown as such; the others stay
// usable. What is learnt later (how it delivered, that it was taken back) stands in one small file beside them.

export interface NewVersion {
  readonly at: number
  readonly author: string
  readonly note: string
  /** References instead of secrets. */
  readonly config: GatewayConfig
  readonly outcome?: Outcome
}

const outcomeSchema = z.object({
  rolledBack: z.boolean().optional(),
  deliveredBefore: z.number().optional(),
  deliveredAfter: z.number().optional(),
})
type Outcome = z.infer<typeof outcomeSchema>

interface Known {
  readonly number: number
  /** Undefined: damaged. */
  readonly header: VersionHeader | undefined
  readonly bytes: number
  readonly at: number
}

/** A year of changes every other day; the list stays readable. */
const versionLimit = 200
/** With 100,000 keys a version has 15 MB: the newest 60 of them. */
const bytesLimit = 1_073_741_824
/** Checksums compared at start; the rest is checked when it is used. */
const checkedAtStartBytes = 33_554_432

export class Versions {
  readonly #folder: string
  /** Ascending. */
  #known: Known[] = []
  #outcomes = new Map<number, Outcome>()

  constructor(folder: string) {
    this.#folder = folder
  }

  /** Never rejects for what is in the folder. */
  async open(): Promise<void> {
    const names = await readdir(this.#folder).catch(() => [])
    const numbers = names.flatMap((name) => (/^\d{6,}\.json$/.test(name) ? [Number.parseInt(name, 10)] : []))
    this.#known = []
    for (const number of numbers.sort((a, b) => a - b)) this.#known.push(await this.#look(number))
    let left = checkedAtStartBytes
    for (const { number, header, bytes } of this.#known.toReversed()) {
      left -= bytes
      if (left < 0) break
      if (header && !(await isIntact(this.#path(number)))) this.#flagDamaged(number)
    }
    await this.#readOutcomes()
  }

  /** 0 = none. */
  get newest(): number {
    return this.#known.at(-1)?.number ?? 0
  }

  /** What the next one will be called. */
  get next(): number {
    return Math.max(this.newest, ...this.#outcomes.keys()) + 1
  }

  has(number: number): boolean {
    return this.#known.some((known) => known.number === number)
  }

  /** Newest first. `running` and `trial` by number. */
  page(
    { offset, limit }: { offset: number; limit: number },
    now: { running: number; trial: number | undefined },
  ): { total: number; rows: VersionRow[] } {
    const rows = this.#known.toReversed().slice(offset, offset + limit)
    return { total: this.#known.length, rows: rows.map((known) => rowOf(known, this.#outcomes.get(known.number), now)) }
  }

  async read(number: number): Promise<VersionContent> {
    const content = await readVersion(this.#path(number))
    if (content.kind === 'damaged') this.#flagDamaged(number)
    return content
  }

  /** Whether the newest one is what runs. */
  async isNewest(config: GatewayConfig): Promise<boolean> {
    const newest = this.#known.at(-1)
    if (!newest?.header) return false
    if (holds(newest.header, config)) return true
    const content = await this.read(newest.number)
    return content.kind === 'read' && isSame(content.config, config)
  }

  /** Resolves to its number when it is on disk. `previous`: what ran before. */
  async record(version: NewVersion, previous: GatewayConfig, keep: ReadonlySet<number>): Promise<number> {
    const { at, author, note, config, outcome } = version
    const number = this.next
    const header = {
      ...{ number, at, author, note },
      ...tally(findChanges(previous, config)),
      ...sizeOf(config),
      secrets: [...secretNames(config)],
    }
    try {
      await mkdir(this.#folder, { recursive: true })
      const written = await writeVersion(this.#path(number), header, config)
      this.#known.push({ number, at, ...written })
      if (outcome) await this.note(number, outcome)
    } catch (error) {
      throw new GatewayError('CONFIG_UNREADABLE', `Keeping version ${number} of the configuration failed`, {
        hint: 'Check that the data folder is writable and has free space.',
        detail: { cause: causeText(error) },
        cause: error,
      })
    }
    await this.#forgetOldest(keep)
    return number
  }

  /** Adds to what is known about a version. */
  async note(number: number, outcome: Outcome): Promise<void> {
    this.#outcomes.set(number, { ...this.#outcomes.get(number), ...outcome })
    await writeFileAtomic(this.#outcomesPath, `${JSON.stringify(Object.fromEntries(this.#outcomes), undefined, 2)}\n`)
  }

  /** Records of the vault that versions refer to. */
  secretNames(): string[] {
    return this.#known.flatMap(({ header }) => header?.secrets ?? [])
  }

  #flagDamaged(number: number): void {
    this.#known = this.#known.map((known) => (known.number === number ? { ...known, header: undefined } : known))
  }

  async #look(number: number): Promise<Known> {
    const path = this.#path(number)
    const [{ size, mtimeMs }, header] = await Promise.all([stat(path), readHeader(path).catch(() => undefined)])
    return { number, header, bytes: size, at: header?.at ?? mtimeMs }
  }

  async #forgetOldest(keep: ReadonlySet<number>): Promise<void> {
    let bytes = this.#known.reduce((sum, known) => sum + known.bytes, 0)
    while (this.#known.length > versionLimit || bytes > bytesLimit) {
      const oldest = this.#known.find(({ number }) => number !== this.newest && !keep.has(number))
      if (!oldest) return
      await rm(this.#path(oldest.number), { force: true })
      this.#known = this.#known.filter((known) => known !== oldest)
      this.#outcomes.delete(oldest.number)
      bytes -= oldest.bytes
    }
  }

  async #readOutcomes(): Promise<void> {
    try {
      const read = z.record(z.string(), outcomeSchema).parse(JSON.parse(await readFile(this.#outcomesPath, 'utf8')))
      this.#outcomes = new Map(Object.entries(read).map(([number, outcome]) => [Number(number), outcome]))
    } catch {
      // Absent, or damaged: nothing that runs depends on it.
      this.#outcomes.clear()
    }
  }

  get #outcomesPath(): string {
    return join(this.#folder, 'outcomes.json')
  }

  #path(number: number): string {
    return join(this.#folder, `${String(number).padStart(6, '0')}.json`)
  }
}

function rowOf(
  { number, header, bytes, at }: Known,
  outcome: Outcome | undefined,
  { running, trial }: { running: number; trial: number | undefined },
): VersionRow {
  const { deliveredBefore, deliveredAfter } = outcome ?? {}
  const rest = {
    ...{ number, at, bytes },
    ...(deliveredBefore !== undefined && { deliveredBefore }),
    ...(deliveredAfter !== undefined && { deliveredAfter }),
  }
  if (!header) return { ...rest, ...nothingKnown, state: 'damaged' }
  const { author, note, added, changed, removed, sources, devices, keys } = header
  const earlier = outcome?.rolledBack ? 'rolled back' : 'earlier'
  const state = number === trial ? 'trial' : number === running ? 'running' : earlier
  return { ...rest, author, note, added, changed, removed, sources, devices, keys, state }
}

const nothingKnown = {
  ...{ author: '', note: '', added: 0, changed: 0, removed: 0 },
  ...{ sources: 0, devices: 0, keys: 0 },
}
