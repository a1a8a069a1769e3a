import { isUtf8 } from 'node:buffer'
import { type Said, said } from '../../../../shared/said/said.ts'

/** Levels of nesting a payload may have: what follows (paths, JSON values) may then recurse without care. */
export const depthLimit = 32
/** Shorter payloads can not open and close that many levels. */
const shallowBytes = 2 * (depthLimit + 1)
/** Characters that are searched for the place of a mistake; the search is for people, not for machines. */
const locateLimit = 65_536

/** Continues "The payload …". */
export const notUtf8 = said('payload.notUtf8').text

/** Undefined when it is no UTF-8: a character made up for a broken byte would be delivered as if it had been sent. */
export function utf8Text(payload: Buffer): string | undefined {
  return isUtf8(payload) ? payload.toString('utf8') : undefined
}

export type ParsedJson =
  | { readonly ok: true; readonly value: unknown }
  /** `problem` continues "The payload …"; `said` is the same for a page. */
  | { readonly ok: false; readonly problem: string; readonly said: Said }

/**
 * JSON with its depth checked before it is parsed. Integers beyond 2^53 are kept exactly as bigint; an integral number that
 * was written as a decimal (`21.0`, `1e3`) is a Number object, so that a series of 21.0 and 21.5 keeps one type.
 */
export function parseJson(payload: Buffer): ParsedJson {
  if (payload.length === 0) return malformed(said('payload.empty'))
  if (payload.length >= shallowBytes && isTooDeep(payload)) {
    return malformed(said('payload.tooDeep', { levels: depthLimit }))
  }
  const text = utf8Text(payload)
  if (text === undefined) return malformed(said('payload.notUtf8'))
  try {
    return { ok: true, value: needsSource.test(text) ? JSON.parse(text, asWritten) : JSON.parse(text) }
  } catch {
    const at = errorPosition(text)
    if (at !== undefined && at >= text.length) return malformed(said('payload.cutJson'))
    return malformed(said('payload.notJson', { character: at === undefined ? undefined : at + 1 }))
  }
}

const malformed = (sentence: Said): ParsedJson => ({ ok: false, problem: sentence.text, said: sentence })

/** A run of 16 digits can be an integer that a double does not hold; `.0` and exponents can be integral decimals. */
const needsSource = /\d{16}|\d\.0+(?!\d)|\d[eE]/
const integerText = /^-?\d+$/

interface Source {
  readonly source?: string
}

function asWritten(_key: string, value: unknown, context?: Source): unknown {
  const source = context?.source
  if (typeof value !== 'number' || source === undefined || !Number.isInteger(value)) return value
  if (!integerText.test(source)) return Object(value)
  return Number.isSafeInteger(value) ? value : BigInt(source)
}

function isTooDeep(payload: Buffer): boolean {
  let depth = 0
  for (let i = 0; i < payload.length; i++) {
    const byte = payload[i]
    if (byte === quote) i = stringEnd(payload, i + 1)
    else if (byte === openBrace || byte === openBracket) {
      if (++depth > depthLimit) return true
    } else if (byte === closeBrace || byte === closeBracket) depth--
  }
  return false
}

const quote = 0x22
const backslash = 0x5c
const openBrace = 0x7b
const closeBrace = 0x7d
const openBracket = 0x5b
const closeBracket = 0x5d

function stringEnd(payload: Buffer, from: number): number {
  for (let i = from; i < payload.length; i++) {
    if (payload[i] === backslash) i++
    else if (payload[i] === quote) return i
  }
  return payload.length
}

const space = /[ \t\n\r]*/y
// RFC 8259; strings (7) hold everything from the space on, but no bare quote and no bare backslash.
const token =
  /[{}[\],:]|"(?:[ !#-[\]-\uffff]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y

type Expected = 'value' | 'value or ]' | 'key' | 'key or }' | 'colon' | 'comma or end' | 'nothing'

/** Where the first character stands that JSON does not allow; undefined when it was not found in the first part. */
export function errorPosition(text: string): number | undefined {
  if (text.length > locateLimit) return undefined
  const open: string[] = []
  let expected: Expected = 'value'
  for (let at = skipSpace(text, 0); at < text.length; at = skipSpace(text, token.lastIndex)) {
    token.lastIndex = at
    const found = token.exec(text)?.[0]
    const next: Expected | undefined = found === undefined ? undefined : step(expected, found, open)
    if (next === undefined) return at
    expected = next
  }
  return expected === 'nothing' ? undefined : text.length
}

function skipSpace(text: string, at: number): number {
  space.lastIndex = at
  space.exec(text)
  return space.lastIndex
}

/** What may follow `found`; undefined when it may not stand here. `open` is the stack of { and [. */
function step(expected: Expected, found: string, open: string[]): Expected | undefined {
  const after = (): Expected => (open.length === 0 ? 'nothing' : 'comma or end')
  const inObject = open.at(-1) === '{'
  switch (expected) {
    case 'colon':
      return found === ':' ? 'value' : undefined
    case 'nothing':
      return undefined
    case 'key':
    case 'key or }':
      if (found.startsWith('"')) return 'colon'
      if (found !== '}' || expected === 'key') return undefined
      open.pop()
      return after()
    case 'comma or end':
      if (found === ',') return inObject ? 'key' : 'value'
      if (found !== (inObject ? '}' : ']')) return undefined
      open.pop()
      return after()
    default:
      if (found === ']' && expected === 'value or ]') {
        open.pop()
        return after()
      }
      if (found === '{' || found === '[') {
        open.push(found)
        return found === '{' ? 'key or }' : 'value or ]'
      }
      return '}],:'.includes(found) ? undefined : after()
  }
}
