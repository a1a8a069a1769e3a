import { parseSecretReference } from '../../../shared/config/secret.ts'

// Names of records in the vault. A changed secret gets a record of its own: what runs, older versions and undo keep theirs.

/** The record's own name, or the first numbered one that is free or holds the same. */
export function freeName(record: string, value: string, holds: (name: string) => string | undefined): string {
  for (let n = 1; ; n++) {
    const name = n === 1 ? record : `${record}-${n}`
    const held = holds(name)
    if (held === undefined || held === value) return name
  }
}

/** Adds the names of the vault's records that a document, or part of one, refers to. Parts in `seen` are not looked at again. */
export function secretNames(part: unknown, names = new Set<string>(), seen = new WeakSet<object>()): Set<string> {
  if (typeof part === 'string') {
    const reference = part.startsWith('${secret:') ? parseSecretReference(part) : undefined
    if (reference) names.add(reference.name)
  } else if (typeof part === 'object' && part !== null && !seen.has(part)) {
    seen.add(part)
    for (const value of Object.values(part)) secretNames(value, names, seen)
  }
  return names
}
