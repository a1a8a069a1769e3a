export type JsonOutcome =
  | { readonly kind: 'parsed'; readonly value: unknown }
  | { readonly kind: 'malformed'; readonly line: number; readonly column: number; readonly message: string }

/** JSON.parse that always says where it went wrong (V8 does so only for some mistakes). A byte order mark is accepted. */
export function parseJson(text: string): JsonOutcome {
  const json = text.startsWith('\uFEFF') ? text.slice(1) : text
  try {
    return { kind: 'parsed', value: JSON.parse(json) as unknown }
  } catch {
    const mistake = findMistake(json)
    const before = json.slice(0, mistake.at)
    const line = before.split('\n').length
    return { kind: 'malformed', line, column: mistake.at - before.lastIndexOf('\n'), message: mistake.message }
  }
}

interface Mistake {
  readonly at: number
  readonly message: string
}

const token =
  /[ \t\r\n]+|[{}[\],:]|"(?:[^"\\\p{Cc}]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/uy

/** What may come next. `first…` = directly after the opening bracket, where the closing one is allowed too. */
type Expect = 'value' | 'first-value' | 'key' | 'first-key' | 'colon' | 'comma' | 'end'

function findMistake(json: string): Mistake {
  const open: string[] = []
  let expect: Expect = 'value'
  token.lastIndex = 0
  for (let at = 0; at < json.length; at = token.lastIndex) {
    token.lastIndex = at
    const text = token.exec(json)?.[0]
    if (text === undefined) return { at, message: unreadable(json, at) }
    if (/^\s/.test(text)) continue
    const next = step(expect, text, open)
    if (next === undefined)
      return { at, message: `expected ${inWords[expect]}, found ${JSON.stringify(text.slice(0, 20))}` }
    expect = next
  }
  return { at: json.length, message: `the file ends too early: expected ${inWords[expect]}` }
}

const inWords: Record<Expect, string> = {
  value: 'a value',
  'first-value': 'a value or "]"',
  key: 'a field name in double quotes (a comma too many before?)',
  'first-key': 'a field name in double quotes or "}"',
  colon: '":" after the field name',
  comma: 'a comma or the closing bracket',
  end: 'nothing more',
}

/** The next expectation, or undefined when `text` is not allowed here. `open` is the stack of open brackets. */
function step(expect: Expect, text: string, open: string[]): Expect | undefined {
  const afterValue = (): Expect => (open.length === 0 ? 'end' : 'comma')
  const closes = (text === '}' && open.at(-1) === '{') || (text === ']' && open.at(-1) === '[')
  if (closes && (expect === 'comma' || expect === 'first-key' || expect === 'first-value')) {
    open.pop()
    return afterValue()
  }
  switch (expect) {
    case 'value':
    case 'first-value':
      if (text === '{' || text === '[') {
        open.push(text)
        return text === '{' ? 'first-key' : 'first-value'
      }
      return '}],:'.includes(text) ? undefined : afterValue()
    case 'key':
    case 'first-key':
      return text.startsWith('"') ? 'colon' : undefined
    case 'colon':
      return text === ':' ? 'value' : undefined
    case 'comma':
      if (text !== ',') return undefined
      return open.at(-1) === '{' ? 'key' : 'value'
    case 'end':
      return undefined
  }
}

function unreadable(json: string, at: number): string {
  const character = json.charAt(at)
  if (character === '"') return 'this text has no closing quote, or holds a line break or an unknown \\ sequence'
  if (character === "'") return "use double quotes, not '"
  if (character === '/' || character === '#') return 'comments are not allowed in JSON'
  return `unexpected ${JSON.stringify(json.slice(at, at + 12).split(/\s/, 1)[0])}`
}
