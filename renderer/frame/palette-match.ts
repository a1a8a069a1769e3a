/** What a match looks at: the name counts more than what is said beside it. */
export interface Matchable {
  readonly name: string
  readonly more?: string
  /** Shown without any letter typed, in the given order. */
  readonly isCommon?: boolean
}

/**
 * The best `limit` of any number of entries: every word of the query has to be found. A name that begins so comes first,
 * then a word of it, then a part of it, then its letters in order; equal ones stay in order. 100,000 entries take
 * milliseconds: only the best are kept while looking.
 */
export function bestMatches<E extends Matchable>(
  entries: readonly E[],
  query: string,
  limit: number,
): { readonly shown: readonly E[]; readonly isCut: boolean } {
  const wanted = query.trim().toLowerCase()
  if (wanted === '') {
    const common = entries.filter(({ isCommon }) => isCommon)
    return { shown: common.slice(0, limit), isCut: common.length > limit }
  }
  const words = wanted.split(/\s+/)
  const shelves = new Map<number, E[]>()
  let found = 0
  for (const entry of entries) {
    const score = scoreOf(entry, wanted, words)
    if (score === 0) continue
    found += 1
    const shelf = shelves.get(score)
    if (!shelf) shelves.set(score, [entry])
    else if (shelf.length < limit) shelf.push(entry)
  }
  const shown = [...shelves]
    .toSorted(([a], [b]) => b - a)
    .flatMap(([, shelf]) => shelf)
    .slice(0, limit)
  return { shown, isCut: found > limit }
}

/** 0 = no match. */
function scoreOf({ name, more }: Matchable, wanted: string, words: readonly string[]): number {
  const inName = name.toLowerCase()
  if (inName === wanted) return 7
  if (inName.startsWith(wanted)) return 6
  if (beginsWord(inName, wanted)) return 5
  if (inName.includes(wanted)) return 4
  if (words.length > 1 && words.every((word) => inName.includes(word))) return 3
  const beside = more?.toLowerCase() ?? ''
  if (words.every((word) => inName.includes(word) || beside.includes(word))) return 2
  return wanted.length >= lettersLeast && hasLetters(inName, wanted) ? 1 : 0
}

/** Fewer letters are in nearly every name. */
const lettersLeast = 3

function beginsWord(text: string, wanted: string): boolean {
  for (let at = text.indexOf(wanted); at > 0; at = text.indexOf(wanted, at + 1)) {
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
