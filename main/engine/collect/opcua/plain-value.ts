import type { DataValue } from 'node-opcua-client'
import type { PlainValue, ValueType } from '../../../../shared/sample.ts'
import { BuiltInType, ValueRank } from './built-in-types.ts'
import { textOf } from './value-text.ts'

// JSON text of what is not a scalar. 64-bit integers keep all their digits, NaN and infinity become null (JSON has neither),
// matrices are nested by their dimensions.

type Variant = DataValue['value']

/** Structures nested deeper than this are cut with null: a recursive type must not fill the stack. */
const depthLimit = 32

export interface Plain {
  readonly type: ValueType
  readonly value: PlainValue
}

const nothing: Plain = { type: 'string', value: null }

/** Any Variant (Part 6, 5.2.2.16) as a plain value; arrays, matrices and structures become JSON text. */
export function toPlain(variant: Variant | null | undefined): Plain {
  if (!variant || variant.dataType === BuiltInType.Null) return nothing
  if (variant.arrayType !== ValueRank.Scalar) {
    if (variant.value === null || variant.value === undefined) return { type: 'json', value: null }
    const dimensions = variant.arrayType === ValueRank.Matrix ? variant.dimensions : null
    return { type: 'json', value: arrayJson(variant.dataType, variant.value, dimensions) }
  }
  return scalar(variant.dataType, variant.value)
}

function scalar(dataType: number, value: unknown): Plain {
  switch (dataType) {
    case BuiltInType.Boolean:
      return { type: 'boolean', value: value as boolean }
    case BuiltInType.Float:
      return { type: 'float', value: value as number }
    case BuiltInType.Double:
      return { type: 'double', value: value as number }
    case BuiltInType.SByte:
    case BuiltInType.Byte:
    case BuiltInType.Int16:
    case BuiltInType.UInt16:
    case BuiltInType.Int32:
    case BuiltInType.UInt32:
      return { type: 'integer', value: value as number }
    case BuiltInType.Int64:
    case BuiltInType.UInt64:
      return { type: 'integer', value: integerOf(int64Of(value, dataType === BuiltInType.Int64)) }
    case BuiltInType.ExtensionObject:
      return { type: 'json', value: value === null || value === undefined ? null : structureJson(value) }
    case BuiltInType.DataValue:
      return toPlain((value as DataValue | null)?.value)
    case BuiltInType.Variant:
      return toPlain(value as Variant | null)
    case BuiltInType.DiagnosticInfo:
      return { type: 'json', value: value === null || value === undefined ? null : structureJson(value) }
    default:
      return { type: 'string', value: textOf(dataType, value) }
  }
}

/** A number while it is exact, else a bigint. */
function integerOf(value: bigint): number | bigint {
  return value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value
}

/** Int64 and UInt64 travel as [high, low] words. */
function int64Of(value: unknown, signed: boolean): bigint {
  if (typeof value === 'bigint') return value
  if (typeof value === 'number') return BigInt(Math.trunc(value))
  const [high = 0, low = 0] = value as readonly number[]
  return (BigInt(signed ? high | 0 : high >>> 0) << 32n) | BigInt(low >>> 0)
}

/** A one-dimensional array, or a matrix whose elements come in one row (Part 6, 5.2.2.16) with its dimensions. */
function arrayJson(dataType: number, elements: ArrayLike<unknown>, dimensions: readonly number[] | null): string {
  const texts: string[] = []
  for (let i = 0; i < elements.length; i++) texts.push(elementJson(dataType, elements[i], 0))
  if (!dimensions || dimensions.length < 2) return `[${texts.join(',')}]`
  return nest(texts, dimensions)
}

/** The last dimension varies fastest. */
function nest(texts: readonly string[], dimensions: readonly number[]): string {
  let rows: readonly string[] = texts
  for (let d = dimensions.length - 1; d > 0; d--) {
    const width = dimensions[d] ?? 0
    const next: string[] = []
    for (let i = 0; width > 0 && i < rows.length; i += width) next.push(`[${rows.slice(i, i + width).join(',')}]`)
    rows = next
  }
  return `[${rows.join(',')}]`
}

function elementJson(dataType: number, value: unknown, depth: number): string {
  if (value === null || value === undefined) return 'null'
  switch (dataType) {
    case BuiltInType.Boolean:
      return value ? 'true' : 'false'
    case BuiltInType.Float:
      return floatText(value as number)
    case BuiltInType.SByte:
    case BuiltInType.Byte:
    case BuiltInType.Int16:
    case BuiltInType.UInt16:
    case BuiltInType.Int32:
    case BuiltInType.UInt32:
    case BuiltInType.Double:
      return numberText(value as number)
    case BuiltInType.Int64:
    case BuiltInType.UInt64:
      return int64Of(value, dataType === BuiltInType.Int64).toString()
    case BuiltInType.Variant:
      return variantJson(value as Variant | null | undefined)
    case BuiltInType.DataValue:
      return variantJson((value as { value?: Variant | null | undefined }).value)
    case BuiltInType.ExtensionObject:
    case BuiltInType.DiagnosticInfo:
      return anyJson(value, depth)
    default:
      return JSON.stringify(textOf(dataType, value))
  }
}

function variantJson(variant: Variant | null | undefined): string {
  const { type, value } = toPlain(variant)
  if (value === null) return 'null'
  if (type === 'json') return value as string
  if (type === 'float') return floatText(value as number)
  if (typeof value === 'number') return numberText(value)
  if (typeof value === 'bigint') return value.toString()
  return JSON.stringify(value)
}

function numberText(value: number): string {
  return Number.isFinite(value) ? String(value) : 'null'
}

/** The shortest text that reads back as the same 32-bit float: 0.1, not 0.10000000149011612. */
export function floatText(value: number): string {
  if (!Number.isFinite(value)) return 'null'
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits))
    if (Math.fround(short) === value) return String(short)
  }
  return String(Number(value.toPrecision(9)))
}

/** A decoded structure as a JSON object of its fields; one whose type is unknown as its encoding and bytes. */
function structureJson(value: unknown): string {
  return anyJson(value, 0)
}

interface Field {
  readonly name: string
  readonly fieldType?: string
}

interface Schema {
  readonly fields?: readonly Field[]
  getBaseSchema?(): Schema | null
}

function anyJson(value: unknown, depth: number): string {
  if (value === null || value === undefined || depth > depthLimit) return 'null'
  if (typeof value === 'number') return numberText(value)
  if (typeof value === 'bigint') return value.toString()
  if (typeof value !== 'object') return JSON.stringify(value)
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'null' : JSON.stringify(value.toISOString())
  if (value instanceof Uint8Array) return JSON.stringify(Buffer.from(value).toString('base64'))
  if (Array.isArray(value) || ArrayBuffer.isView(value)) {
    return `[${Array.from(value as ArrayLike<unknown>, (v) => anyJson(v, depth + 1)).join(',')}]`
  }
  if ('dataType' in value && 'arrayType' in value) return variantJson(value as Variant | null | undefined)
  if (isUnknownStructure(value)) {
    const { nodeId, buffer } = value
    return `{"typeId":${JSON.stringify(String(nodeId))},"body":${JSON.stringify(Buffer.from(buffer).toString('base64'))}}`
  }
  const text = specialText(value)
  return text === undefined ? fieldsJson(value, depth) : text
}

/** Built-in types that are objects in the library but one text for people. */
function specialText(value: object): string | undefined {
  if ('identifierType' in value) return JSON.stringify(String(value))
  if ('locale' in value && 'text' in value) return JSON.stringify(value.text ?? null)
  if ('namespaceIndex' in value && 'name' in value) return JSON.stringify(textOf(BuiltInType.QualifiedName, value))
  if ('description' in value && 'name' in value && typeof (value as { value?: unknown }).value === 'number') {
    return JSON.stringify((value as { name: string }).name)
  }
  return undefined
}

function fieldsJson(value: object, depth: number): string {
  const parts: string[] = []
  const types = fieldTypes(value)
  for (const [name, member] of Object.entries(value)) {
    if (name.startsWith('$') || name.startsWith('_') || name === 'schema' || typeof member === 'function') continue
    if (member === undefined) continue
    parts.push(`${JSON.stringify(name)}:${memberJson(types.get(name.toLowerCase()), member, depth + 1)}`)
  }
  return `{${parts.join(',')}}`
}

/** The schema knows which members are 64-bit or 32-bit floats; their JavaScript values do not tell. */
function memberJson(fieldType: string | undefined, member: unknown, depth: number): string {
  const dataType =
    fieldType === 'Int64'
      ? BuiltInType.Int64
      : fieldType === 'UInt64'
        ? BuiltInType.UInt64
        : fieldType === 'Float'
          ? BuiltInType.Float
          : 0
  if (dataType === 0) return anyJson(member, depth)
  const isArray =
    dataType === BuiltInType.Float ? typeof member === 'object' : Array.isArray((member as unknown[])?.[0])
  if (isArray) return `[${Array.from(member as ArrayLike<unknown>, (m) => elementJson(dataType, m, depth)).join(',')}]`
  return elementJson(dataType, member, depth)
}

function fieldTypes(value: object): Map<string, string> {
  const types = new Map<string, string>()
  let { schema } = value as { schema?: Schema | null }
  for (let level = 0; schema && level < depthLimit; level++) {
    for (const field of schema.fields ?? []) if (field.fieldType) types.set(field.name.toLowerCase(), field.fieldType)
    schema = schema.getBaseSchema?.()
  }
  return types
}

/** A structure whose type is not known yet: the library keeps its bytes (Part 6, 5.2.2.15). */
export function isUnknownStructure(value: unknown): value is { nodeId: unknown; buffer: Uint8Array } {
  return typeof value === 'object' && value !== null && 'buffer' in value && 'nodeId' in value
}
