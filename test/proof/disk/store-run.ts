import { isBalanced } from '../../../shared/status.ts'
import { drain, makeStore, type PlainRow, seriesOf } from '../../contract/store-kit.ts'
import type { StoreProcess } from '../../scenario/store-process.ts'

// What is left of a store process's work, opened by the next one and compared with what the first had promised.

export interface Promises {
  /** Every value up to here was accepted. */
  readonly through: number
  /** What the high-water mark must know of: accepted this long before the end. */
  readonly marked: number
  /** Every value up to here counts as delivered. */
  readonly settled: number
  /** Up to here it may. */
  readonly settling: number
}

export function promisesOf(child: StoreProcess): Promises {
  const through = Math.max(-1, ...child.all<number>('through'))
  return {
    through,
    marked: through,
    settled: Math.max(-1, ...child.all<number>('settled')),
    settling: Math.max(-1, ...child.all<number>('settling')),
  }
}

export interface Findings {
  readonly openMs: number
  readonly arrived: number
  /** Accepted, not settled, and not there. */
  readonly lost: number
  readonly altered: PlainRow[]
  /** accepted - delivered - quarantined - dropped is what waits: D4. */
  readonly balanced: boolean
  /** The store knows of every value that was ever accepted: what is gone is in its ledger. */
  readonly unaccounted: number
  readonly dropped: number
  readonly issues: readonly string[]
  readonly intakeResumed: boolean
}

/** Opens, drains and checks. Throws when the store can not be opened. */
export async function inspectFolder(
  folder: string,
  promised: Promises,
  withinMs = 0,
  isRight = isLoadRow,
): Promise<Findings> {
  const { store, issues, registry } = makeStore(folder, { whenFull: 'block' })
  const started = performance.now()
  await store.start()
  const openMs = performance.now() - started
  try {
    const series = seriesOf(registry, 'after', 'the fault')
    const outcome = await store.append([{ series, ts: -1, type: 'double', value: 1 }])
    const rows: PlainRow[] = []
    const deadline = performance.now() + withinMs
    // What is salvaged in the background comes later.
    do {
      for (const lane of ['live', 'backlog'] as const) for (const row of await drain(store, lane)) rows.push(row)
      const { pending, inFlight } = store.balance.value
      if (pending + inFlight === 0 && rows.some(({ ts }) => ts === -1) && performance.now() > deadline) break
      await new Promise((resolve) => setTimeout(resolve, 20))
    } while (performance.now() < deadline + 10_000)
    const numbers = new Set(rows.map(({ ts }) => ts))
    const intakeResumed = outcome.kind === 'stored' && numbers.delete(-1)
    let lost = 0
    for (let n = promised.settling + 1; n <= promised.through; n++) if (!numbers.has(n)) lost++
    const balance = store.balance.value
    return {
      openMs,
      arrived: numbers.size,
      lost,
      altered: rows.filter((row) => row.ts >= 0 && !isRight(row)),
      balanced: isBalanced(balance),
      unaccounted: Math.max(0, promised.marked + 2 - balance.accepted),
      dropped: balance.dropped,
      issues: [...issues.list(false), ...issues.list(true)].map(({ code }) => code),
      intakeResumed,
    }
  } finally {
    await store.stop(Number.POSITIVE_INFINITY)
  }
}

/** The exit code, or undefined when it still runs then. */
export async function endsWithin(child: StoreProcess, ms: number): Promise<number | null | undefined> {
  let undo = () => {}
  const late = new Promise<undefined>((resolve) => {
    const timer = setTimeout(() => resolve(undefined), ms)
    undo = () => clearTimeout(timer)
  })
  const code = await Promise.race([child.ended, late])
  undo()
  return code
}

/** The values of store-child.ts. */
function isLoadRow({ ts: n, device, key, value }: PlainRow): boolean {
  const expected = n % 3 === 0 ? `value ${n} ${'x'.repeat(n % 50)}` : n / 3
  return value === expected && device === `device ${n % 7}` && key === `key ${n % 13}`
}
