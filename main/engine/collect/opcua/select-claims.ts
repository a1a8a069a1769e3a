import type { OpcuaConnectorConfig } from '../../../../shared/config/opcua.ts'
import type { SeenNode } from './select-walk.ts'

// Which node has which key of which device, over all rules of a source: the first one keeps it.

/** Keys that are configured one by one, with their nodes: by device, then by claim. They win over rules. */
export type TakenKeys = ReadonlyMap<string, ReadonlyMap<string, string>>

export function takenBy(config: Pick<OpcuaConnectorConfig, 'devices'>): TakenKeys {
  const taken = new Map<string, Map<string, string>>()
  for (const { name, keys } of config.devices) {
    const own = taken.get(name) ?? new Map<string, string>()
    for (const { kind, key, node } of keys) own.set(keyClaim(kind, key), node)
    taken.set(name, own)
  }
  return taken
}

/** An attribute and a series of one name are two things. */
export function keyClaim(kind: string, key: string): string {
  return kind === 'telemetry' ? key : `${kind}\u0000${key}`
}

export class Claims {
  readonly #taken: TakenKeys
  readonly #devices = new Map<string, DeviceClaims>()

  constructor(taken: TakenKeys) {
    this.#taken = taken
  }

  device(name: string): DeviceClaims {
    const known = this.#devices.get(name)
    if (known) return known
    const made = new DeviceClaims(name, this.#taken.get(name))
    this.#devices.set(name, made)
    return made
  }
}

export class DeviceClaims {
  readonly name: string
  readonly taken: ReadonlyMap<string, string> | undefined
  /** Most devices of a rule over variables have one key: it costs no map. */
  #key: string | undefined
  #node: SeenNode | undefined
  #more: Map<string, SeenNode> | undefined

  constructor(name: string, taken: ReadonlyMap<string, string> | undefined) {
    this.name = name
    this.taken = taken
  }

  /** The node that has it already; undefined when `node` has it from now on. */
  claim(key: string, node: SeenNode): SeenNode | undefined {
    if (this.#key === undefined) {
      this.#key = key
      this.#node = node
      return undefined
    }
    if (this.#key === key) return this.#node
    const other = this.#more?.get(key)
    if (other) return other
    this.#more ??= new Map()
    this.#more.set(key, node)
    return undefined
  }
}
