/** What a match looks at: the name counts more than what is said beside it. */
export interface Matchable {
  readonly name: string
  readonly more?: string
  /** Shown without any letter typed, in the given order. */
  readonly isCommon?: boolean
}

/** An entry with its words as they are compared: made once, looked through at every key. */
export interface Prepared<E> {
  readonly entry: E
  readonly name: string
  readonly more: string
}

export function prepared<E extends Matchable>(entries: readonly E[]): Prepared<E>[] {
  return entries.map((entry) => ({
    entry,
    name: entry.name.toLowerCase(),
    more: entry.more?.toLowerCase() ?? '',
  }))
}

/**
 * The best `limit` of any number of entries: every word of the query has to be found. A name that begins so comes first,
 * then a word of it, then a part of it, then its letters in order; equal ones stay in order. Only the best are kept while
 * looking.
 */
export function bestMatches<E extends Matchable>(
  lists: readonly (readonly Prepared<E>[])[],
  query: string,
  limit: number,
): { readonly shown: readonly E[]; readonly isCut: boolean } {
  const wanted = query.trim().toLowerCase()
  if (wanted === '') {
    const common = lists.flatMap((list) => list.filter(({ entry }) => entry.isCommon).map(({ entry }) => entry))
    return { shown: common.slice(0, limit), isCut: common.length > limit }
  }
  const words = wanted.split(/\s+/)
  const shelves: E[][] = Array.from({ length: bestScore + 1 }, () => [])
  let found = 0
  for (const list of lists) {
    for (const candidate of list) {
      const score = scoreOf(candidate, wanted, words)
      if (score === 0) continue
      found += 1
      const shelf = shelves[score]
      if (shelf && shelf.length < limit) shelf.push(candidate.entry)
    }
  }
  return { shown: shelves.reverse().flat().slice(0, limit), isCut: found > limit }
}

const bestScore = 7

/** 0 = no match. */
function scoreOf({ name, more }: Prepared<unknown>, wanted: string, words: readonly string[]): number {
  const at = name.indexOf(wanted)
  if (at === 0) return name.length === wanted.length ? bestScore : 6
  if (at > 0) return beginsWord(name, wanted, at) ? 5 : 4
  if (words.length > 1 && words.every((word) => name.includes(word))) return 3
  if (words.every((word) => name.includes(word) || more.includes(word))) return 2
  return wanted.length >= lettersLeast && hasLetters(name, wanted) ? 1 : 0
}

/** Fewer letters are in nearly every name. */
const lettersLeast = 3

function beginsWord(text: string, wanted: string, first: number): boolean {
  for (let at = first; at > 0; at = text.indexOf(wanted, at + 1)) {
    if (!/[\p{L}\p{N}]/u.test(text.charAt(at - 1))) return true
  }
  return false
}

/** `mtr1` is in `Motor_01`. */
function hasLetters(text: string, wanted: string): boolean {
  let at = -1
  for (const letter of wanted) {
    at = text.indexOf(letter, at + 1)
    if (at < 0) return false
  }
  return true
}
