import type { OpcuaKeyConfig, OpcuaRuleConfig } from '../../../../shared/config/opcua.ts'
import { cleanName } from '../../map/names.ts'
import { formatNodeId } from './node-address.ts'
import type { CompiledRule, CompiledRuleKey, Path, RuleTemplate } from './select-pattern.ts'
import type { SeenNode } from './select-walk.ts'

// What one rule found: names from its templates, what collides, what nearly matches.

/** Listed per rule; the counts say how many there are. */
const listLimit = 50

/** One variable a rule found. */
export interface RuleMatch {
  readonly rule: OpcuaRuleConfig
  /** Place of the key among those of the rule. */
  readonly part: number
  readonly device: string
  readonly profile: string
  readonly key: OpcuaKeyConfig
  /** `/Objects/Line1/M01/Speed`. */
  readonly path: string
}

export interface RuleReport {
  readonly rule: string
  readonly devices: number
  readonly keys: number
  /** Two nodes for one key, names ThingsBoard refuses, templates that ask for more levels than there are. */
  readonly problems: readonly string[]
  /** Paths that would have matched but for one name. */
  readonly nearMisses: readonly string[]
}

/** Keys that are configured one by one, with their nodes, by their claim: they win over rules. */
export type TakenKeys = ReadonlyMap<string, string>

interface BookOptions {
  readonly rule: CompiledRule
  readonly namespaces: readonly string[]
  readonly taken: TakenKeys
  /** Path by claim, of all rules together. */
  readonly claimed: Map<string, string>
  readonly matches: RuleMatch[]
  /** Beyond it matches are counted, and checked, but not made. */
  readonly limit?: number
}

/** What one rule found so far, with what collides and what nearly matches. */
export class RuleBook {
  readonly #rule: CompiledRule
  readonly #namespaces: readonly string[]
  readonly #taken: TakenKeys
  readonly #claimed: Map<string, string>
  readonly #matches: RuleMatch[]
  readonly #limit: number
  readonly #devices = new Set<string>()
  readonly #problems: string[] = []
  readonly #near: string[] = []
  #keys = 0

  constructor({ rule, namespaces, taken, claimed, matches, limit = Number.POSITIVE_INFINITY }: BookOptions) {
    this.#limit = limit
    this.#rule = rule
    this.#namespaces = namespaces
    this.#taken = taken
    this.#claimed = claimed
    this.#matches = matches
  }

  add(selected: SeenNode, variable: SeenNode, key: CompiledRuleKey): void {
    const path = pathText(variable.path)
    const device = this.#name('device', this.#rule.device(templateValues(selected, [])), path)
    const relative = variable.path.slice(selected.path.length)
    const name = this.#name('key', key.key(templateValues(variable, relative)), path)
    if (device === undefined || name === undefined) return
    const claim = claimOf(device, key.config.kind, name)
    const own = this.#taken.get(claim)
    if (own !== undefined) {
      // The same node: an exception somebody made on purpose.
      if (!this.#isAt(own, variable, path))
        this.problem(`${path} would be "${name}" of "${device}", which a key that is configured by itself is already`)
      return
    }
    const other = this.#claimed.get(claim)
    if (other === path) return
    if (other !== undefined) {
      this.problem(`${path} would be "${name}" of "${device}", which ${other} is already`)
      return
    }
    this.#claimed.set(claim, path)
    this.#devices.add(device)
    this.#keys++
    if (this.#matches.length >= this.#limit) return
    const { path: _, ...fields } = key.config
    this.#matches.push({
      rule: this.#rule.config,
      part: this.#rule.keys.indexOf(key),
      device,
      profile: this.#rule.config.profile,
      key: { ...fields, key: name, node: formatNodeId(variable.nodeId, this.#namespaces) },
      path,
    })
  }

  #isAt(address: string, { nodeId }: SeenNode, path: string): boolean {
    if (address.startsWith('/')) return address.replace(/\/(\{[^}]*\}|\d+:)/g, '/') === path
    return address === formatNodeId(nodeId, this.#namespaces) || address === nodeId.toString()
  }

  #name(what: string, raw: string | undefined, path: string): string | undefined {
    if (raw === undefined) {
      this.problem(`The path ${path} is too short for the ${what} template`)
      return undefined
    }
    const cleaned = cleanName(raw)
    if (!cleaned.ok) this.problem(`The ${what} name of ${path} ${cleaned.problem}`)
    return cleaned.ok ? cleaned.name : undefined
  }

  problem(text: string): void {
    if (this.#problems.length < listLimit) this.#problems.push(text)
  }

  nearMiss(path: Path): void {
    if (this.#near.length < listLimit) this.#near.push(pathText(path))
  }

  report(): RuleReport {
    return {
      rule: this.#rule.config.name,
      devices: this.#devices.size,
      keys: this.#keys,
      problems: this.#problems,
      nearMisses: this.#near,
    }
  }
}

/** The name under which a key is claimed. */
export function claimOf(device: string, kind: string, key: string): string {
  return `${kind}\u0000${device}\u0000${key}`
}

/** NodeId and display name of a node from the index are made only for those who ask for them. */
function templateValues(node: SeenNode, relative: Path): Parameters<RuleTemplate>[0] {
  const { path, browseName } = node
  return {
    path,
    browseName,
    get displayName() {
      return node.displayName
    },
    relative,
  }
}

function pathText(path: Path): string {
  return `/${path.join('/')}`
}
