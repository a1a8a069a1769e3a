import type { ImportReport } from '../import/import-report.ts'
import type { Part } from '../import/source-text.ts'

// What becomes of the plain fields of a section, told once for each that stands in the file.

export type Fate =
  /** What it is there. */
  { readonly exact: string } | { readonly as: string; readonly note: string } | { readonly not: string }

/** Fields without a fate are told where they are written. */
export function tellFields(part: Part, fates: Readonly<Record<string, Fate | undefined>>, report: ImportReport): void {
  for (const name of part.names) {
    const fate = Object.hasOwn(fates, name) ? fates[name] : undefined
    const field = part.get(name)
    if (fate === undefined || !field.exists) continue
    if ('exact' in fate) report.exact(field, fate.exact)
    else if ('as' in fate) report.interpreted(field, fate.as, fate.note)
    else report.unsupported(field, fate.not)
  }
}

/** Several notes as sentences. */
export const sentences = (notes: readonly string[]): string =>
  notes.map((note) => `${note.charAt(0).toUpperCase()}${note.slice(1).replace(/\.$/, '')}.`).join(' ')
