import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises'
import type { RequestOutput } from '../../../../shared/api/contract.ts'
import type { OpcuaConnectorConfig, OpcuaRuleConfig } from '../../../../shared/config/opcua.ts'
import { inWords } from '../../../../shared/said/said.ts'
import { GatewayError } from '../../kit/gateway-error.ts'
import type { IndexTable } from './index-table.ts'
import { takenBy } from './select-claims.ts'
import { type Expansion, expandRules } from './select-expand.ts'
import { type IndexScan, scanOf } from './select-index.ts'
import { type CompiledRule, compileRule } from './select-pattern.ts'
import type { SessionAccess } from './session-access.ts'

type Preview = RequestOutput<'opcua.previewRule'>

/** What a rule finds now, with what collides and what nearly matches; at most `limit` rows. Nothing is collected. */
export async function previewRule(
  access: SessionAccess,
  config: Pick<OpcuaConnectorConfig, 'devices'>,
  rule: OpcuaRuleConfig,
  limit: number,
  signal: AbortSignal,
): Promise<Preview> {
  const compiled = compiledRule(rule)
  return previewOf(await expandRules(access, [compiled], takenBy(config), signal), limit)
}

/** What somebody asks while typing: one rule at a time, the newest. */
export interface QuickQuestion {
  readonly table: IndexTable
  readonly config: Pick<OpcuaConnectorConfig, 'devices'>
  readonly rule: OpcuaRuleConfig
  readonly limit: number
}

interface Job {
  readonly table: IndexTable
  readonly devices: OpcuaConnectorConfig['devices']
  readonly text: string
  readonly abort: AbortController
  readonly done: Promise<void>
  readonly answer: () => Preview
}

/** A first page and a first count are there by then, whatever the rule takes. */
const firstAnswerMs = 60
/** Between two turns of the event loop. */
const sliceMs = 6
/** Windows that look at the same time. */
const askersLimit = 4

/**
 * Answers from the index, soon: with everything when that is quick, else with what was found so far, and the next ask of the
 * same asker gets more. A new rule of an asker ends the work on its former one.
 */
export class QuickPreviews {
  readonly #jobs = new Map<string, Job>()

  /** Undefined where the index can not say. Without an asker it waits for everything. */
  async ask(asker: string | undefined, question: QuickQuestion): Promise<Preview | undefined> {
    const job = this.#job(asker, question)
    if (!job) return undefined
    const wait = asker === undefined ? [job.done] : [job.done, sleep(firstAnswerMs, undefined, { ref: false })]
    await Promise.race(wait)
    return job.answer()
  }

  #job(asker: string | undefined, { table, config, rule, limit }: QuickQuestion): Job | undefined {
    const { devices } = config
    const text = JSON.stringify(rule)
    const known = asker === undefined ? undefined : this.#jobs.get(asker)
    const isSame = known?.devices === devices || (known?.devices.length === 0 && devices.length === 0)
    if (known?.text === text && known.table === table && isSame) return known
    if (asker !== undefined) this.stop(asker)
    const scan = scanOf(table, compiledRule(rule), takenBy(config), limit)
    if (!scan) return undefined
    const job = started(scan, { table, devices, text }, limit)
    if (asker !== undefined) this.#keep(asker, job)
    return job
  }

  /** The asker wants something else now. */
  stop(asker: string): void {
    this.#jobs.get(asker)?.abort.abort()
    this.#jobs.delete(asker)
  }

  #keep(asker: string, job: Job): void {
    this.#jobs.set(asker, job)
    for (const [other] of this.#jobs) {
      if (this.#jobs.size <= askersLimit) return
      this.stop(other)
    }
  }
}

function started(scan: IndexScan, of: Pick<Job, 'table' | 'devices' | 'text'>, limit: number): Job {
  const abort = new AbortController()
  let running: IndexScan | undefined = scan
  let last: Preview | undefined
  const work = async (): Promise<void> => {
    while (!scan.run(sliceMs)) {
      await nextTurn()
      if (abort.signal.aborted) break
    }
    last = previewOf(scan.expansion(), limit, scan.progress)
    // What it has claimed is as large as the plant.
    running = undefined
  }
  const done = work()
  // Whoever asks is told; between two questions nobody listens.
  done.catch(() => undefined)
  const answer = (): Preview => last ?? previewOf(running!.expansion(), limit, running!.progress)
  return { ...of, abort, done, answer }
}

function compiledRule(rule: OpcuaRuleConfig): CompiledRule {
  const compiled = compileRule(rule)
  if (compiled.ok) return compiled.value
  throw new GatewayError('CONFIG_INVALID', `The rule "${rule.name}": ${compiled.problem}`, {
    retry: 'after-config-change',
    hint: 'Correct the rule.',
  })
}

function previewOf({ matches, reports, truncated }: Expansion, limit: number, looked = 1): Preview {
  const [report] = reports
  return {
    devices: report?.devices ?? 0,
    keys: report?.keys ?? 0,
    truncated,
    looked,
    ...inWords({ problems: report?.problems ?? [] }),
    nearMisses: [...(report?.nearMisses ?? [])],
    rows: matches.slice(0, limit).map(({ device, key, path }) => ({ device, key: key.key, path, node: key.node })),
  }
}
