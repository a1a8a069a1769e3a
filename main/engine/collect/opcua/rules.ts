import type { OpcuaConnectorConfig, OpcuaDeviceConfig } from '../../../../shared/config/opcua.ts'
import type { TagIndex } from '../../../../shared/sample.ts'
import type { Log } from '../../observe/log.ts'
import type { MadeKey, MadeKeys } from '../../pipeline/made-keys.ts'
import type { RuleMatch } from './select-book.ts'
import { type TakenKeys, takenBy } from './select-claims.ts'
import { type Expansion, expandRules } from './select-expand.ts'
import { type CompiledRule, compileRule } from './select-pattern.ts'
import type { ServerIssues } from './server-issues.ts'
import type { SessionAccess } from './session-access.ts'
import type { TagTable } from './tag-table.ts'
import { flattenTags } from './tags.ts'

// The tags that come from selection rules: expanded on every new session and after every change of the server. New nodes get
// tags, vanished ones are retired, both are told; a node that comes back gets its old tag again.

export interface RulesOptions {
  readonly config: OpcuaConnectorConfig
  readonly tags: TagTable
  readonly issues: ServerIssues
  readonly log: Log
  /** Adds these keys to the mapping; returns the tag of the first one, the others follow. */
  readonly extendTags: (devices: readonly OpcuaDeviceConfig[]) => TagIndex
  /** Absent = nobody looks. */
  readonly made?: MadeKeys | undefined
}

/** What changed by an expansion. */
export interface RuleChange {
  readonly added: number
  readonly retired: readonly number[]
}

export class Rules {
  readonly #options: RulesOptions
  readonly #rules: CompiledRule[] = []
  /** Slot by what it stands for. */
  readonly #slots = new Map<string, number>()
  readonly #taken: TakenKeys
  #isFirst = true

  constructor(options: RulesOptions) {
    this.#options = options
    const { config, issues } = options
    for (const rule of config.rules) {
      const compiled = compileRule(rule)
      if (compiled.ok) this.#rules.push(compiled.value)
      else issues.ruleInvalid(rule.name, compiled.problem)
    }
    this.#taken = takenBy(config)
  }

  get isEmpty(): boolean {
    return this.#rules.length === 0
  }

  async expand(access: SessionAccess, signal: AbortSignal): Promise<RuleChange> {
    if (this.isEmpty) return { added: 0, retired: [] }
    const { issues, log, tags } = this.#options
    const expansion = await expandRules(access, this.#rules, this.#taken, signal)
    const before = tags.tags().map((tag) => tag.node)
    const change = this.#reconcile(expansion)
    for (const report of expansion.reports) issues.ruleExpanded(report)
    issues.rulesTruncated(expansion.truncated)
    log.info('rules-expanded', { matches: expansion.matches.length, added: change.added, gone: change.retired.length })
    const gone = change.retired.map((slot) => before[slot] ?? '')
    if (!this.#isFirst && (change.added > 0 || gone.length > 0)) issues.nodesChanged(change.added, gone)
    this.#isFirst = false
    return change
  }

  /** A node that vanished is retired; one that moved to another NodeId keeps its tag. Both lose their item on the server. */
  #reconcile({ matches }: Expansion): RuleChange {
    const { tags } = this.#options
    const wanted = new Map(matches.map((match) => [idOf(match), match]))
    const retired: number[] = []
    for (const [id, slot] of this.#slots) {
      const match = wanted.get(id)
      const isThere = match?.key.node === tags.at(slot)?.node
      if (isThere || !tags.isActive(slot)) continue
      tags.retire(slot)
      retired.push(slot)
    }
    const fresh: RuleMatch[] = []
    let added = 0
    for (const [id, match] of wanted) {
      const slot = this.#slots.get(id)
      if (slot === undefined) fresh.push(match)
      else if (!tags.isActive(slot)) {
        tags.replace(slot, { ...tags.at(slot)!, node: match.key.node })
        tags.revive(slot)
        added++
      }
    }
    this.#tell(matches, fresh, retired.length > 0 || added > 0)
    this.#add(fresh)
    return { added: added + fresh.length, retired }
  }

  /** Additions are told as such; where something went or moved, everything that is left. */
  #tell(all: readonly RuleMatch[], fresh: readonly RuleMatch[], isOther: boolean): void {
    const { made } = this.#options
    if (isOther) made?.replace(all.map(this.#madeOf))
    else for (const match of fresh) made?.add(this.#madeOf(match))
  }

  readonly #madeOf = ({ rule, part, device, profile, key }: RuleMatch): MadeKey => {
    const place = this.#options.config.rules.indexOf(rule)
    return { device, profile, key: key.key, kind: key.kind, rule: place, part, from: key.node }
  }

  #add(matches: readonly RuleMatch[]): void {
    if (matches.length === 0) return
    const { config, tags, extendTags } = this.#options
    const devices = matches.map((m): OpcuaDeviceConfig => ({ name: m.device, profile: m.profile, keys: [m.key] }))
    const firstTag = extendTags(devices)
    const first = tags.add(flattenTags({ ...config, devices }, firstTag))
    for (const [i, match] of matches.entries()) this.#slots.set(idOf(match), first + i)
  }
}

function idOf({ device, key }: RuleMatch): string {
  return `${key.kind}\u0000${device}\u0000${key.key}`
}
