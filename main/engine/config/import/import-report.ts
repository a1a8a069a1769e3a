import type { ImportEntry, ImportState } from '../../../../shared/api/setup-requests.ts'
import { importSentences } from '../../../../shared/said/import-sentences.ts'
import { asIs, inWords, type Said } from '../../../../shared/said/said.ts'
import type { Part } from './source-text.ts'

// What became of every entry of the files. Nothing is dropped without a line here.

/** A report beyond this is a machine's, not somebody's: the rest is counted. */
const entriesLimit = 50_000
const excerptLimit = 200

export class ImportReport {
  readonly #entries: ImportEntry[] = []
  readonly #counts: Record<ImportState, number> = { exact: 0, interpreted: 0, unsupported: 0 }

  /** `target`: what it is now. */
  exact(part: Part, target: Became, says = excerpt(part)): void {
    this.#add('exact', part, says, target, '')
  }

  interpreted(part: Part, target: Became, note: Note, says = excerpt(part)): void {
    this.#add('interpreted', part, says, target, note)
  }

  unsupported(part: Part, note: Note, says = excerpt(part)): void {
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
  about(source: string, state: ImportState, says: string, target: Became, note: Note): void {
    this.#counts[state]++
    if (this.#entries.length < entriesLimit)
      this.#entries.push({
        file: source,
        line: 0,
        place: '',
        state,
        says,
        ...outcome(target, note),
      })
  }

  #add(state: ImportState, part: Part, says: string, target: Became, note: Note): void {
    this.#counts[state]++
    if (this.#entries.length >= entriesLimit) return
    const { file, line, place } = part
    this.#entries.push({ file, line, place, state, says, ...outcome(target, note) })
  }
}

/** What it is now: a name or an address, or a word with a code. */
type Became = string | Said

function outcome(target: Became, note: Note) {
  return inWords({ target: typeof target === 'string' ? asIs(target) : target, note: saidOfNote(note) })
}

/** A whole sentence of the catalogue as it stands there, or one with parameters. */
export type Note = string | Said

const codes = new Map<string, string>()
for (const [code, sentence] of Object.entries(importSentences)) {
  if (typeof sentence === 'string') codes.set(sentence, code)
}

/** The readers write their notes out, where the next reader looks for them; the code is found by the words. */
export function saidOfNote(note: Note): Said {
  return typeof note === 'string' ? { code: codes.get(note) ?? '', text: note } : note
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
