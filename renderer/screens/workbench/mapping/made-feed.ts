import type { RequestInput, RequestOutput } from '../../../../shared/api/contract.ts'
import type { ConnectorConfig } from '../../../../shared/config/gateway.ts'
import type { Result } from '../../../../shared/errors.ts'
import type { Attention } from '../../../api/readers.ts'
import { isConstantTopic, type MadeDevice, type MappingKey } from './mapping-model.ts'

type Page = RequestOutput<'mapping.made'>
type AskPage = (input: RequestInput<'mapping.made'>) => Promise<Result<Page>>

/** New devices come slowly; a look that finds nothing new costs one small answer per source. */
const everyMs = 2000
const pageKeys = 2000
/** Above it names are compared letter by letter: a hundred thousand natural comparisons would be felt. */
const naturalLimit = 5000
const natural = new Intl.Collator(undefined, { numeric: true })

/** What one source has made, as far as it is read. */
interface Source {
  generation: number
  loaded: number
  beyond: number
  /** The rules it was read with: their fields are those of the keys. */
  readonly connector: ConnectorConfig
  readonly devices: Map<string, MadeDevice>
}

export interface Made {
  /** By source, in the order they are shown. */
  readonly devices: ReadonlyMap<string, readonly MadeDevice[]>
  /** Keys that are collected but not listed. */
  readonly beyond: number
  /** Everything there is has been read once. */
  readonly isRead: boolean
}

const nothingMade: Made = { devices: new Map(), beyond: 0, isRead: false }

/**
 * Follows what the rules of the running sources make, page by page, while somebody looks; asks nothing while hidden or
 * offline. The list only grows until the engine says that it is another one.
 */
export class MadeFeed {
  readonly #ask: AskPage
  readonly #attention: Attention
  readonly #listeners = new Set<() => void>()
  #sources = new Map<string, Source>()
  #connectors: readonly ConnectorConfig[] = []
  #made = nothingMade
  #timer: ReturnType<typeof setTimeout> | undefined
  #stopAttention: (() => void) | undefined
  #isReading = false

  constructor(ask: AskPage, attention: Attention) {
    this.#ask = ask
    this.#attention = attention
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    if (this.#listeners.size === 1) {
      this.#stopAttention = this.#attention.onChange(() => void this.#read())
      void this.#read()
    }
    return () => {
      this.#listeners.delete(listener)
      if (this.#listeners.size > 0) return
      clearTimeout(this.#timer)
      this.#stopAttention?.()
    }
  }

  readonly snapshot = (): Made => this.#made

  /** The configuration that runs now; what was read with another one is read again. */
  follow(connectors: readonly ConnectorConfig[]): void {
    this.#connectors = connectors.filter((one) => one.enabled && hasRules(one))
    void this.#read()
  }

  async #read(): Promise<void> {
    if (this.#isReading || this.#listeners.size === 0 || !this.#attention.awake()) return
    this.#isReading = true
    clearTimeout(this.#timer)
    let changed = !this.#made.isRead
    const connectors = this.#connectors
    for (const connector of connectors) changed = (await this.#readSource(connector)) || changed
    for (const id of this.#sources.keys()) {
      if (connectors.some((one) => one.id === id)) continue
      this.#sources.delete(id)
      changed = true
    }
    this.#isReading = false
    if (changed) this.#publish()
    if (connectors !== this.#connectors) void this.#read()
    else if (this.#listeners.size > 0) this.#timer = setTimeout(() => void this.#read(), everyMs)
  }

  /** True when something is different from before. */
  async #readSource(connector: ConnectorConfig): Promise<boolean> {
    let changed = false
    for (;;) {
      const known = this.#sources.get(connector.id)
      const offset = known?.connector === connector ? known.loaded : 0
      const result = await this.#ask({ connectorId: connector.id, offset, limit: pageKeys })
      if (!result.ok) return changed
      const page = result.value
      if (!known || known.connector !== connector || known.generation !== page.generation) {
        this.#sources.set(connector.id, {
          generation: page.generation,
          loaded: 0,
          beyond: 0,
          connector,
          devices: new Map(),
        })
        changed = true
        // Of another list, this page is some page in the middle.
        if (offset > 0) continue
      }
      const source = this.#sources.get(connector.id)!
      const more = take(source, page)
      changed ||= more > 0 || source.beyond !== page.beyond
      source.beyond = page.beyond
      if (more === 0 || source.loaded >= page.total) return changed
    }
  }

  #publish(): void {
    const devices = new Map<string, readonly MadeDevice[]>()
    let beyond = 0
    for (const [id, source] of this.#sources) {
      devices.set(id, ordered(source))
      beyond += source.beyond
    }
    this.#made = { devices, beyond, isRead: true }
    for (const listener of this.#listeners) listener()
  }
}

/** How many keys of the page were new. */
function take(source: Source, { devices }: Page): number {
  let taken = 0
  for (const { device, profile, rule, keys } of devices) {
    taken += keys.length
    const own = keys.flatMap(({ key, part, from }) => keyOf(source.connector, rule, part, key, from) ?? [])
    if (own.length === 0) continue
    const id = `${rule}\u0000${device}`
    const known = source.devices.get(id)
    source.devices.set(id, {
      at: known?.at ?? source.devices.size,
      type: source.connector.type,
      rule,
      name: device,
      profile,
      keys: known ? [...known.keys, ...own] : own,
    })
  }
  source.loaded += taken
  return taken
}

/** The key as the rule describes it; undefined where the rule of the topic shows it itself. */
function keyOf(
  connector: ConnectorConfig,
  rule: number,
  part: number,
  key: string,
  from: string,
): MappingKey | undefined {
  if (connector.type === 'opcua') {
    const fields = connector.rules[rule]?.keys[part]
    if (!fields) return undefined
    const { path: _, ...rest } = fields
    return { ...rest, key, node: from }
  }
  const topic = connector.topics[rule]
  const fields = topic?.keys[part]
  if (!topic || !fields) return undefined
  if (fields.value === '*') return { ...fields, key, value: `$.${key}` }
  return isConstantTopic(topic) && !fields.key.includes('${') ? undefined : { ...fields, key }
}

/** Nodes in the order of the server, devices of messages by name. */
function ordered({ connector, devices }: Source): MadeDevice[] {
  const list = [...devices.values()]
  if (connector.type === 'opcua') return list
  const compare = list.length <= naturalLimit ? natural.compare : (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)
  return list.sort((a, b) => a.rule - b.rule || compare(a.name, b.name))
}

function hasRules(connector: ConnectorConfig): boolean {
  return connector.type === 'opcua' ? connector.rules.length > 0 : connector.topics.length > 0
}
