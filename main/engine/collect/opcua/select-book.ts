import type { OpcuaKeyConfig, OpcuaRuleConfig } from '../../../../shared/config/opcua.ts'
import { asIs, type Said, said } from '../../../../shared/said/said.ts'
import { cleanName } from '../../map/names.ts'
import { formatNodeId } from './node-address.ts'
import { type Claims, type DeviceClaims, keyClaim } from './select-claims.ts'
import type { CompiledRule, CompiledRuleKey, Path, RuleTemplate } from './select-pattern.ts'
import type { SeenNode } from './select-walk.ts'

// What one rule found: names from its templates, what collides, what nearly matches.

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
  readonly problems: readonly Said[]
  /** Paths that would have matched but for one name. */
  readonly nearMisses: readonly string[]
}

interface BookOptions {
  readonly rule: CompiledRule
  readonly namespaces: readonly string[]
  /** Of all rules together. */
  readonly claims: Claims
  readonly matches: RuleMatch[]
  /** Beyond it matches are counted, and checked, but not made. */
  readonly limit?: number
}

/** A selected node with its device name, worked out once for all its variables. */
interface Selected {
  /** Undefined: the name is refused, which was said. */
  readonly claims: DeviceClaims | undefined
  isCounted: boolean
}

/** Listed per rule; the counts say how many there are. */
const listLimit = 50
/** Key names that were checked and cleaned: machines of a kind have the same ones. */
const namesLimit = 10_000

export class RuleBook {
  readonly #options: BookOptions
  readonly #limit: number
  readonly #selected = new Map<SeenNode, Selected>()
  readonly #devices = new Set<DeviceClaims>()
  readonly #cleaned = new Map<string, string>()
  readonly #problems: Said[] = []
  readonly #near: string[] = []
  #keys = 0

  constructor(options: BookOptions) {
    this.#options = options
    this.#limit = options.limit ?? Number.POSITIVE_INFINITY
  }

  add(node: SeenNode, variable: SeenNode, key: CompiledRuleKey): void {
    const selected = this.#selected.get(node) ?? this.#select(node)
    const { claims } = selected
    const name = this.#keyName(node, variable, key)
    if (claims === undefined || name === undefined) return
    const claim = keyClaim(key.config.kind, name)
    const own = claims.taken?.get(claim)
    if (own !== undefined) {
      // The same node: an exception somebody made on purpose.
      if (!this.#isAt(own, variable)) this.#collides(variable, name, claims, said('rule.ownKey'))
      return
    }
    const other = claims.claim(claim, variable)
    if (other !== undefined) {
      const path = pathText(other.path)
      if (other !== variable && path !== pathText(variable.path)) this.#collides(variable, name, claims, asIs(path))
      return
    }
    if (!selected.isCounted) {
      selected.isCounted = true
      this.#devices.add(claims)
    }
    this.#keys++
    if (this.#options.matches.length < this.#limit) this.#match(claims.name, variable, key, name)
  }

  problem(sentence: Said): void {
    if (this.#problems.length < listLimit) this.#problems.push(sentence)
  }

  /** Whoever looks for near misses need not look on. */
  get isFullOfNearMisses(): boolean {
    return this.#near.length >= listLimit
  }

  nearMiss(path: Path): void {
    if (!this.isFullOfNearMisses) this.#near.push(pathText(path))
  }

  report(): RuleReport {
    return {
      rule: this.#options.rule.config.name,
      devices: this.#devices.size,
      keys: this.#keys,
      problems: this.#problems,
      nearMisses: this.#near,
    }
  }

  #match(device: string, variable: SeenNode, key: CompiledRuleKey, name: string): void {
    const { rule, namespaces, matches } = this.#options
    const { path: _, ...fields } = key.config
    matches.push({
      rule: rule.config,
      part: rule.keys.indexOf(key),
      device,
      profile: rule.config.profile,
      key: { ...fields, key: name, node: formatNodeId(variable.nodeId, namespaces) },
      path: pathText(variable.path),
    })
  }

  #select(node: SeenNode): Selected {
    const { rule, claims } = this.#options
    const raw = rule.device(templateValues(node, node))
    const name = this.#name('device', raw, node)
    const selected = { claims: name === undefined ? undefined : claims.device(name), isCounted: false }
    this.#selected.set(node, selected)
    return selected
  }

  #keyName(node: SeenNode, variable: SeenNode, key: CompiledRuleKey): string | undefined {
    const raw = key.key(templateValues(variable, node))
    const known = raw === undefined ? undefined : this.#cleaned.get(raw)
    if (known !== undefined) return known
    const name = this.#name('key', raw, variable)
    if (raw !== undefined && name !== undefined && this.#cleaned.size < namesLimit) this.#cleaned.set(raw, name)
    return name
  }

  #name(what: 'device' | 'key', raw: string | undefined, node: SeenNode): string | undefined {
    if (raw === undefined) {
      this.problem(said('rule.tooShort', { path: pathText(node.path), what }))
      return undefined
    }
    const cleaned = cleanName(raw)
    if (!cleaned.ok) this.problem(said('rule.badName', { path: pathText(node.path), what, problem: cleaned.said }))
    return cleaned.ok ? cleaned.name : undefined
  }

  #collides(variable: SeenNode, key: string, { name }: DeviceClaims, other: Said): void {
    if (this.#problems.length < listLimit)
      this.problem(said('rule.collision', { path: pathText(variable.path), key, device: name, other }))
  }

  #isAt(address: string, { nodeId, path }: SeenNode): boolean {
    if (address.startsWith('/')) return address.replace(/\/(\{[^}]*\}|\d+:)/g, '/') === pathText(path)
    return address === formatNodeId(nodeId, this.#options.namespaces) || address === nodeId.toString()
  }
}

/** What is costly of a node from the index is made only for those who ask for it. */
function templateValues(node: SeenNode, from: SeenNode): Parameters<RuleTemplate>[0] {
  return {
    browseName: node.browseName,
    get path() {
      return node.path
    },
    get displayName() {
      return node.displayName
    },
    get relative() {
      return node === from ? [] : node.path.slice(from.path.length)
    },
  }
}

function pathText(path: Path): string {
  return `/${path.join('/')}`
}
