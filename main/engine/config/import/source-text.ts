import { isMap, isScalar, isSeq, LineCounter, type ParsedNode, parseDocument } from 'yaml'
import { parseJson } from '../json.ts'
import { jsonLineFinder } from './json-lines.ts'

// A file somebody brings: JSON or YAML, read with caps, and every place in it known by path and line.

export interface ImportFile {
  readonly name: string
  readonly text: string
}

/** Deeper configurations do not exist; deeper files are made to break something. */
const depthLimit = 64
/** Values in one file: 10,000 mappings with 20 keys each. */
const valuesLimit = 1_000_000
/** An anchor repeated more often than this is a "billion laughs", not a compose file. */
const aliasLimit = 100
/** YAML takes its parser a second per megabyte; gateways write theirs by hand. */
const yamlLimitBytes = 1_000_000

export type ReadSource =
  | { readonly ok: true; readonly root: Part }
  | { readonly ok: false; readonly line: number; readonly message: string }

type Path = readonly (string | number)[]

/** JSON first: it says better what is wrong with JSON. */
export function readSource(file: ImportFile): ReadSource {
  const isJson = /^\s*\uFEFF?\s*[{[]/.test(file.text)
  if (!isJson) return readYaml(file)
  const parsed = parseJson(file.text)
  if (parsed.kind === 'malformed') return { ok: false, line: parsed.line, message: parsed.message }
  return guarded(file, parsed.value, () => jsonLineFinder(file.text))
}

function readYaml(file: ImportFile): ReadSource {
  if (file.text.length > yamlLimitBytes) {
    return { ok: false, line: 1, message: `is larger than ${yamlLimitBytes} bytes, too much for YAML` }
  }
  const lines = new LineCounter()
  try {
    const document = parseDocument(file.text, { lineCounter: lines, maxAliasCount: aliasLimit } as object)
    const [mistake] = document.errors
    if (mistake) {
      return { ok: false, line: lines.linePos(mistake.pos[0]).line, message: mistake.message.split('\n')[0] ?? '' }
    }
    const value: unknown = document.toJS({ maxAliasCount: aliasLimit })
    return guarded(file, value, () => finderOf(document.contents, lines))
  } catch (error) {
    return { ok: false, line: 1, message: error instanceof Error ? error.message : String(error) }
  }
}

function guarded(file: ImportFile, value: unknown, finder: () => (path: Path) => number): ReadSource {
  const tooMuch = excess(value)
  if (tooMuch) return { ok: false, line: 1, message: tooMuch }
  let find: ((path: Path) => number) | undefined
  const line = (path: Path): number => {
    find ??= finder()
    return find(path)
  }
  return { ok: true, root: new Part({ file: file.name, line }, [], value) }
}

function excess(root: unknown): string | undefined {
  let values = 0
  const tooDeep = (value: unknown, depth: number): boolean => {
    values++
    if (typeof value !== 'object' || value === null) return false
    if (depth > depthLimit || values > valuesLimit) return true
    return Object.values(value).some((member) => tooDeep(member, depth + 1))
  }
  return tooDeep(root, 0) ? `is nested deeper than ${depthLimit} levels or holds over ${valuesLimit} values` : undefined
}

/** The line a member or element begins in; the nearest place above it when it is not there. */
function finderOf(contents: ParsedNode | null, lines: LineCounter): (path: Path) => number {
  return (path) => {
    let node: unknown = contents
    let at = contents?.range?.[0] ?? 0
    for (const step of path) {
      if (isMap(node)) {
        const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(step))
        if (!pair) break
        at = (isScalar(pair.key) ? pair.key.range?.[0] : undefined) ?? at
        node = pair.value
      } else if (isSeq(node)) {
        node = node.items[Number(step)]
        at = (node as ParsedNode | undefined)?.range?.[0] ?? at
      } else break
    }
    return lines.linePos(at).line
  }
}

interface Origin {
  readonly file: string
  readonly line: (path: Path) => number
}

/** One value of the file together with where it stands. A member that is not there has the value undefined. */
export class Part {
  readonly path: Path
  readonly value: unknown
  readonly #origin: Origin

  constructor(origin: Origin, path: Path, value: unknown) {
    this.#origin = origin
    this.path = path
    this.value = value
  }

  get file(): string {
    return this.#origin.file
  }

  /** 0 = not known. */
  get line(): number {
    return this.#origin.line(this.path)
  }

  /** `mapping[3].timeseries[0]`. */
  get place(): string {
    let text = ''
    for (const step of this.path) text += typeof step === 'number' ? `[${step}]` : `${text ? '.' : ''}${step}`
    return text || '(whole file)'
  }

  get exists(): boolean {
    return this.value !== undefined && this.value !== null
  }

  /** Own members only: `__proto__` is a name like any other. */
  get(name: string): Part {
    const { value } = this
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
    const member: unknown =
      isObject && Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined
    return new Part(this.#origin, [...this.path, name], member)
  }

  /** The same place read as something else: `NAME=value` of a list as its value. */
  valued(value: unknown): Part {
    return new Part(this.#origin, this.path, value)
  }

  /** The first of these members that is there. */
  first(...names: readonly string[]): Part {
    return names.map((name) => this.get(name)).find((part) => part.exists) ?? this.get(names[0] ?? '')
  }

  get names(): string[] {
    const { value } = this
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.keys(value) : []
  }

  get isObject(): boolean {
    return typeof this.value === 'object' && this.value !== null && !Array.isArray(this.value)
  }

  get items(): Part[] {
    if (!Array.isArray(this.value)) return []
    return this.value.map((item: unknown, i) => new Part(this.#origin, [...this.path, i], item))
  }

  /** Numbers and booleans as text too: YAML reads `token: 123` as a number. '' when it is none of them. */
  get text(): string {
    const { value } = this
    return ['string', 'number', 'boolean'].includes(typeof value) ? String(value).trim() : ''
  }

  /** Also of text, as environment variables are. */
  get number(): number | undefined {
    const number = this.text === '' ? Number.NaN : Number(this.text)
    return Number.isFinite(number) ? number : undefined
  }

  get flag(): boolean | undefined {
    if (typeof this.value === 'boolean') return this.value
    if (/^(true|yes|on|1)$/i.test(this.text)) return true
    return /^(false|no|off|0)$/i.test(this.text) ? false : undefined
  }
}
