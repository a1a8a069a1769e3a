// Topics that differ in a level and carry the same are one shape: the level is open. Pure.

export interface Shape<T> {
  /** `+` for a level that is open. */
  readonly levels: readonly string[]
  /** What they carry; only equal ones are merged. */
  readonly signature: string
  readonly topics: readonly T[]
}

/** From the last level to the first: what stands deeper in a topic is more likely one of several. */
export function mergedShapes<T>(shapes: readonly Shape<T>[]): Shape<T>[] {
  let merged = sameShapes(shapes)
  const deepest = merged.reduce((most, { levels }) => Math.max(most, levels.length), 0)
  for (let at = deepest - 1; at >= 0; at--) merged = openedAt(merged, at)
  return merged
}

export function textOf(levels: readonly string[]): string {
  return levels.join('/')
}

function sameShapes<T>(shapes: readonly Shape<T>[]): Shape<T>[] {
  const groups = Map.groupBy(shapes, ({ levels, signature }) => `${textOf(levels)}\n\n${signature}`)
  return [...groups.values()].map((group) => joined(group, group[0]!.levels))
}

function openedAt<T>(shapes: readonly Shape<T>[], at: number): Shape<T>[] {
  const groups = Map.groupBy(shapes, ({ levels, signature }, place) =>
    at < levels.length ? `${textOf(levels.with(at, '+'))}\n\n${signature}` : String(place),
  )
  return [...groups.values()].map((group) => {
    const [first] = group
    return group.length === 1 && first ? first : joined(group, group[0]!.levels.with(at, '+'))
  })
}

function joined<T>(group: readonly Shape<T>[], levels: readonly string[]): Shape<T> {
  return { levels, signature: group[0]!.signature, topics: group.flatMap(({ topics }) => topics) }
}
