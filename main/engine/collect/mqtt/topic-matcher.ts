/** Where messages of one topic go: the positions of all rules whose filter matches, and the levels, split once. */
export interface Route {
  readonly levels: readonly string[]
  readonly rules: readonly number[]
}

/** Topics remembered; a broker with random topics must not fill the memory. Long topics are matched anew each time. */
const cacheLimit = 10_000
const cachedLength = 256

interface Node {
  readonly children: Map<string, Node>
  plus: Node | undefined
  /** Rules that end here, and rules that end with # below here. */
  readonly exact: number[]
  readonly below: number[]
}

/** MQTT 5, 4.7: all filters in one trie; `$share/group/` is the broker's business and cut off. */
export class TopicMatcher {
  readonly #root = newNode()
  readonly #cache = new Map<string, Route>()

  /** A filter's position in `filters` is its rule. */
  constructor(filters: readonly string[]) {
    for (const [rule, filter] of filters.entries()) this.#add(filter, rule)
  }

  route(topic: string): Route {
    const known = this.#cache.get(topic)
    if (known) return known
    const levels = topic.split('/')
    const rules: number[] = []
    collect(this.#root, levels, 0, rules)
    const route: Route = { levels, rules: rules.sort((a, b) => a - b) }
    if (topic.length <= cachedLength) {
      if (this.#cache.size >= cacheLimit) this.#cache.clear()
      this.#cache.set(topic, route)
    }
    return route
  }

  #add(filter: string, rule: number): void {
    let node = this.#root
    for (const level of withoutShare(filter).split('/')) {
      if (level === '#') {
        node.below.push(rule)
        return
      }
      node = level === '+' ? plusOf(node) : childOf(node, level)
    }
    node.exact.push(rule)
  }
}

/** `$share/group/a/b` -> `a/b`. */
export function withoutShare(filter: string): string {
  return filter.startsWith('$share/') ? filter.slice(filter.indexOf('/', '$share/'.length) + 1) : filter
}

function collect(node: Node, levels: readonly string[], depth: number, out: number[]): void {
  // [MQTT-4.7.2-1]: a filter that begins with a wildcard does not match topics that begin with $.
  const isReserved = depth === 0 && levels[0]?.startsWith('$') === true
  if (!isReserved) out.push(...node.below)
  const level = levels[depth]
  if (level === undefined) {
    out.push(...node.exact)
    return
  }
  const child = node.children.get(level)
  if (child) collect(child, levels, depth + 1, out)
  if (node.plus && !isReserved) collect(node.plus, levels, depth + 1, out)
}

function newNode(): Node {
  return { children: new Map(), plus: undefined, exact: [], below: [] }
}

function plusOf(node: Node): Node {
  node.plus ??= newNode()
  return node.plus
}

function childOf(node: Node, level: string): Node {
  let child = node.children.get(level)
  if (!child) {
    child = newNode()
    node.children.set(level, child)
  }
  return child
}
