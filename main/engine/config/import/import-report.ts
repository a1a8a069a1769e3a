import type { ImportEntry, ImportState } from '../../../../shared/api/setup-requests.ts'
import type { Part } from './source-text.ts'

// What became of every entry of the files. Nothing is dropped without a line here.

/** A report beyond this is a machine's, not somebody's: the rest is counted. */
const entriesLimit = 50_000
const excerptLimit = 200

export class ImportReport {
  readonly #entries: ImportEntry[] = []
  readonly #counts: Record<ImportState, number> = { exact: 0, interpreted: 0, unsupported: 0 }

  /** `target`: what it is now. */
  exact(part: Part, target: string, says = excerpt(part)): void {
    this.#add('exact', part, says, target, '')
  }

  interpreted(part: Part, target: string, note: string, says = excerpt(part)): void {
    this.#add('interpreted', part, says, target, note)
  }

  unsupported(part: Part, note: string, says = excerpt(part)): void {
    this.#add('unsupported', part, says, '', note)
  }

  /** Members nobody has looked at: `known` is what was, `notes` says why the others are of no use here. */
  rest(part: Part, known: readonly string[], notes: Readonly<Record<string, string>> = {}): void {
    for (const name of part.names) {
      if (known.includes(name)) continue
      const note = Object.hasOwn(notes, name) ? notes[name] : undefined
      if (note !== undefined) this.interpreted(part.get(name), '', note)
      else this.unsupported(part.get(name), 'This field is not known; it has no effect here.')
    }
  }

  get entries(): ImportEntry[] {
    return this.#entries
  }

  get counts(): Readonly<Record<ImportState, number>> {
    return this.#counts
  }

  /** About a source as a whole, where no single place of a file says it. */
  about(source: string, state: ImportState, says: string, target: string, note: string): void {
    this.#counts[state]++
    if (this.#entries.length < entriesLimit)
      this.#entries.push({ file: source, line: 0, place: '', state, says, target, note })
  }

  #add(state: ImportState, part: Part, says: string, target: string, note: string): void {
    this.#counts[state]++
    if (this.#entries.length >= entriesLimit) return
    this.#entries.push({ file: part.file, line: part.line, place: part.place, state, says, target, note })
  }
}

/** Names of members that hold secrets: the report is printed, mailed and kept. */
const secretName = /token|password|secret|privatekey|\bkey$/i

function excerpt(part: Part): string {
  const name = String(part.path.at(-1) ?? '')
  if (secretName.test(name) && typeof part.value === 'string') return '••••'
  if (typeof part.value === 'string') return part.value.slice(0, excerptLimit)
  if (part.isObject || Array.isArray(part.value)) return named(part)
  return part.text
}

const namingMembers = [
  'key',
  'name',
  'method',
  'methodFilter',
  'attributeFilter',
  'topicFilter',
  'deviceNodePattern',
  'attributeOnThingsBoard',
] as const

/** An object by the member people know it by. */
function named(part: Part): string {
  const name = part.first(...namingMembers).text
  if (name) return name.slice(0, excerptLimit)
  return Array.isArray(part.value) ? `${part.value.length} entries` : part.names.slice(0, 5).join(', ')
}
