/**
 * `next` with every part that equals the same part of `known` replaced by that one: readers that compare by identity then
 * see only what really differs, however large the document.
 */
export function keepSame<T>(next: T, known: unknown): T {
  return kept(next, known) as T
}

function kept(next: unknown, known: unknown): unknown {
  if (next === known || typeof next !== 'object' || next === null || typeof known !== 'object' || known === null)
    return next
  if (Array.isArray(next)) return Array.isArray(known) ? keptList(next, known) : next
  return Array.isArray(known) ? next : keptObject(next as Members, known as Members)
}

type Members = Readonly<Record<string, unknown>>

/** Elements are matched from both ends, so that one that came or went in the middle does not make the rest new. */
function keptList(next: readonly unknown[], known: readonly unknown[]): readonly unknown[] {
  const moved = known.length - next.length
  let shift = 0
  let same = moved === 0
  const result = next.map((entry, i) => {
    let part = kept(entry, known[i + shift])
    if (part !== known[i + shift] && shift === 0 && moved !== 0) {
      const other = kept(entry, known[i + moved])
      if (other === known[i + moved] && typeof other === 'object') {
        part = other
        shift = moved
      }
    }
    if (part !== known[i]) same = false
    return part
  })
  return same ? known : result
}

function keptObject(next: Members, known: Members): Members {
  const keys = Object.keys(next)
  let same = keys.length === Object.keys(known).length
  const result: Record<string, unknown> = {}
  for (const key of keys) {
    result[key] = kept(next[key], known[key])
    if (result[key] !== known[key] || !(key in known)) same = false
  }
  return same ? known : result
}

/** Equal in content; members that are undefined count as absent. */
export function same(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a) || Array.isArray(b)) {
    return Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((entry, i) => same(entry, b[i]))
  }
  const [left, right] = [a as Members, b as Members]
  const names = new Set([...Object.keys(left), ...Object.keys(right)])
  for (const name of names) if (!same(left[name], right[name])) return false
  return true
}
