import { exploreLimits } from '../../../../shared/api/explore-limits.ts'
import type { ExploreField } from '../../../../shared/api/explore-requests.ts'
import { parseJson } from './json-payload.ts'

// A payload as the tree of fields people choose from, with the paths the mapping takes (`$.meters[0].power`). Pure.

/** Elements of an array that become rows: the others are alike. */
const elementsLimit = 20
/** Characters of one value. */
const valueLimit = 1000
const plainName = /^[^.[\]'"\s]+$/

export interface Payload {
  readonly format: 'json' | 'text' | 'binary'
  /** Containers before what is in them. */
  readonly fields: readonly ExploreField[]
}

/** Text that is no object or array is one value. */
export function payloadOf(bytes: Buffer): Payload {
  const parsed = parseJson(bytes)
  if (parsed.ok && typeof parsed.value === 'object' && parsed.value !== null && !isBoxed(parsed.value)) {
    const fields: ExploreField[] = []
    addMembers('$', parsed.value, fields)
    return { format: 'json', fields }
  }
  if (parsed.ok) return { format: 'json', fields: [] }
  return { format: isText(bytes) ? 'text' : 'binary', fields: [] }
}

/** What of a payload can be shown as it is. */
export function payloadText(bytes: Buffer): string {
  return isText(bytes) ? bytes.toString('utf8', 0, valueLimit) : bytes.toString('hex', 0, 64)
}

function addMembers(path: string, value: object, fields: ExploreField[]): void {
  if (Array.isArray(value)) {
    value.slice(0, elementsLimit).forEach((element, i) => {
      addField(`${path}[${i}]`, element, fields)
    })
  } else {
    for (const [name, member] of Object.entries(value)) addField(`${path}${stepOf(name)}`, member, fields)
  }
}

/** Depth is bounded by the parser. */
function addField(path: string, value: unknown, fields: ExploreField[]): void {
  if (fields.length >= exploreLimits.fields) return
  if (typeof value === 'object' && value !== null && !isBoxed(value)) {
    fields.push({ path, value: '', type: Array.isArray(value) ? 'array' : 'object' })
    addMembers(path, value, fields)
  } else fields.push({ path, value: String(value).slice(0, valueLimit), type: typeOf(value) })
}

function stepOf(name: string): string {
  return plainName.test(name) ? `.${name}` : `['${name.replace(/['\\]/g, '\\$&')}']`
}

/** `21.0` is kept as a Number object by the parser. */
function isBoxed(value: unknown): boolean {
  return value instanceof Number
}

function typeOf(value: unknown): ExploreField['type'] {
  if (value === null) return 'null'
  if (typeof value === 'boolean' || typeof value === 'string') return typeof value as 'boolean' | 'string'
  return 'number'
}

function isText(bytes: Buffer): boolean {
  const start = bytes.subarray(0, valueLimit).toString('utf8')
  // A replacement character at the very end can be a cut one.
  return !/\p{Cc}|\ufffd./u.test(start.replace(/[\t\r\n]/g, ' '))
}
