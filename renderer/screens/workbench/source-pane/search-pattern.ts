// Patterns people type into the search: time is length × length at most, whatever they type. Pure.

/** * any characters, ? exactly one; after a mismatch only the last * takes one more, so nothing is tried twice. */
export function matchesGlob(pattern: string, text: string, start: number, end: number): boolean {
  let p = 0
  let star = -1
  let resume = start
  for (let t = start; t < end; ) {
    if (pattern[p] === '*') {
      star = p++
      resume = t
    } else if (p < pattern.length && (pattern[p] === '?' || pattern[p] === text[t])) {
      p += 1
      t += 1
    } else if (star >= 0) {
      p = star + 1
      resume += 1
      t = resume
    } else return false
  }
  while (pattern[p] === '*') p += 1
  return p === pattern.length
}

export function matchesLevels(levels: readonly string[], path: readonly string[]): boolean {
  let l = 0
  let star = -1
  let resume = 0
  for (let p = 0; p < path.length; ) {
    const level = levels[l]
    const name = path[p]!
    if (level === '**') {
      star = l++
      resume = p
    } else if (level !== undefined && matchesGlob(level, name, 0, name.length)) {
      l += 1
      p += 1
    } else if (star >= 0) {
      l = star + 1
      resume += 1
      p = resume
    } else return false
  }
  while (levels[l] === '**') l += 1
  return l === levels.length
}
