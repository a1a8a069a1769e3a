import { DataType, type VariantArrayType, type VariantOptions } from 'node-opcua-client'
import { BuiltInType, builtInTypeName } from './built-in-types.ts'
import { makeNodeId, parseAddress } from './node-address.ts'

// From the text somebody typed to a Variant of exactly the type the node has; pure. Nothing is rounded, cut or guessed: what
// does not fit is refused with the range.

export interface WantedType {
  readonly builtIn: number
  /** An array of any length; given as JSON. */
  readonly isArray: boolean
  /** Numbers by name, of an enumeration. */
  readonly names?: ReadonlyMap<string, number>
  /** EURange (Part 8, 5.3.2), or undefined. */
  readonly range?: { readonly low: number; readonly high: number } | undefined
}

export type ParsedValue =
  | { readonly ok: true; readonly variant: VariantOptions }
  | { readonly ok: false; readonly problem: string }

/** Integer limits by built-in type (Part 6, 5.2.2.2). */
const integers: Readonly<Record<number, readonly [bigint, bigint]>> = {
  [BuiltInType.SByte]: [-128n, 127n],
  [BuiltInType.Byte]: [0n, 255n],
  [BuiltInType.Int16]: [-32_768n, 32_767n],
  [BuiltInType.UInt16]: [0n, 65_535n],
  [BuiltInType.Int32]: [-2_147_483_648n, 2_147_483_647n],
  [BuiltInType.UInt32]: [0n, 4_294_967_295n],
  [BuiltInType.Int64]: [-(2n ** 63n), 2n ** 63n - 1n],
  [BuiltInType.UInt64]: [0n, 2n ** 64n - 1n],
}
const largestFloat = 3.402_823_466_385_288_6e38
const arrayLimit = 100_000
/** DateTime, Part 6, 5.2.2.5. */
const firstDate = Date.UTC(1601, 0, 1)
const lastDate = Date.UTC(9999, 11, 31, 23, 59, 59)
const namespaceLimit = 65_535

type Parsed = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly problem: string }
const good = (value: unknown): Parsed => ({ ok: true, value })
const bad = (problem: string): Parsed => ({ ok: false, problem })

export function parseValue(text: string, wanted: WantedType): ParsedValue {
  if (!wanted.isArray) {
    const parsed = parseScalar(text, wanted)
    return parsed.ok ? { ok: true, variant: variantOf(wanted.builtIn, 0, parsed.value) } : parsed
  }
  const elements = parseElements(text)
  if (!elements) return bad(`an array is written as JSON, like ${exampleOf(wanted.builtIn)}`) as ParsedValue
  if (elements.length > arrayLimit) return { ok: false, problem: `more than ${arrayLimit} elements` }
  const values: unknown[] = []
  for (const [i, element] of elements.entries()) {
    const parsed = parseScalar(element, wanted)
    if (!parsed.ok) return { ok: false, problem: `element ${i}: ${parsed.problem}` }
    values.push(parsed.value)
  }
  return { ok: true, variant: variantOf(wanted.builtIn, 1, values) }
}

function variantOf(dataType: number, arrayType: VariantArrayType, value: unknown): VariantOptions {
  return { dataType: dataType as DataType, arrayType, value }
}

/** Elements as text. Numbers are taken as they are written: JSON.parse would round what has more than 53 bits. */
function parseElements(text: string): string[] | undefined {
  const trimmed = text.trim()
  if (!trimmed.startsWith('[') || !trimmed.endsWith(']')) return undefined
  try {
    const quoted = trimmed.replace(/"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g, (token) =>
      token.startsWith('"') ? token : JSON.stringify(token),
    )
    const parsed: unknown = JSON.parse(quoted)
    if (!Array.isArray(parsed)) return undefined
    return parsed.map((element) => (typeof element === 'string' ? element : JSON.stringify(element)))
  } catch {
    return undefined
  }
}

function parseScalar(text: string, { builtIn, names, range }: WantedType): Parsed {
  const trimmed = text.trim()
  const named = names?.get(trimmed)
  if (named !== undefined) return good(named)
  if (names && /^-?\d+$/.test(trimmed) && ![...names.values()].includes(Number(trimmed))) {
    return bad(`${trimmed} is none of ${[...names].map(([name, n]) => `${n} (${name})`).join(', ')}`)
  }
  const limits = integers[builtIn]
  if (limits)
    return names && !/^-?\d+$/.test(trimmed) ? unknownName(trimmed, names) : integer(trimmed, builtIn, limits, range)
  if (builtIn === BuiltInType.Float || builtIn === BuiltInType.Double) return decimal(trimmed, builtIn, range)
  return (parsers[builtIn] ?? unwritable(builtIn))(text)
}

function unknownName(text: string, names: ReadonlyMap<string, number>): Parsed {
  return bad(`"${text}" is none of ${[...names.keys()].join(', ')}`)
}

function integer(
  text: string,
  builtIn: number,
  [low, high]: readonly [bigint, bigint],
  range: WantedType['range'],
): Parsed {
  const name = builtInTypeName(builtIn)
  if (!/^[+-]?\d{1,20}$/.test(text)) return bad(`"${text}" is not a whole number, and the node is of type ${name}`)
  const value = BigInt(text.replace('+', ''))
  if (value < low || value > high) return bad(`${text} does not fit into ${name}: ${low} to ${high}`)
  const outside = outsideOf(Number(value), text, range)
  if (outside) return outside
  if (builtIn === BuiltInType.Int64 || builtIn === BuiltInType.UInt64) {
    const bits = BigInt.asUintN(64, value)
    return good([Number(bits >> 32n), Number(bits & 0xffff_ffffn)])
  }
  return good(Number(value))
}

function decimal(text: string, builtIn: number, range: WantedType['range']): Parsed {
  const special = { nan: Number.NaN, infinity: Number.POSITIVE_INFINITY, '-infinity': Number.NEGATIVE_INFINITY }
  const value =
    special[text.toLowerCase() as keyof typeof special] ??
    (/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text) ? Number(text) : undefined)
  if (value === undefined) {
    const comma = /^[+-]?\d+,\d+$/.test(text) ? ' (write the decimal point as a point)' : ''
    return bad(`"${text}" is not a number${comma}, and the node is of type ${builtInTypeName(builtIn)}`)
  }
  const isWritten = !(text.toLowerCase() in special)
  const most = builtIn === BuiltInType.Float ? largestFloat : Number.MAX_VALUE
  if (isWritten && Math.abs(value) > most) return bad(`${text} does not fit into ${builtInTypeName(builtIn)}`)
  return outsideOf(value, text, range) ?? good(builtIn === BuiltInType.Float ? Math.fround(value) : value)
}

function outsideOf(value: number, text: string, range: WantedType['range']): Parsed | undefined {
  if (!range || (value >= range.low && value <= range.high)) return undefined
  return bad(`${text} is outside the range of this variable, which the server gives as ${range.low} to ${range.high}`)
}

const parsers: Readonly<Record<number, (text: string) => Parsed>> = {
  [BuiltInType.Boolean]: (text) => {
    const word = text.trim().toLowerCase()
    if (word === 'true' || word === '1') return good(true)
    if (word === 'false' || word === '0') return good(false)
    return bad(`"${text}" is neither true nor false`)
  },
  [BuiltInType.String]: good,
  [BuiltInType.XmlElement]: good,
  [BuiltInType.LocalizedText]: (text) => good({ text, locale: null }),
  [BuiltInType.QualifiedName]: (text) => {
    const [, index, name] = /^(?:(\d{1,5}):)?([\s\S]*)$/.exec(text) ?? []
    if (Number(index ?? 0) > namespaceLimit) return bad(`${index} is not the index of a namespace`)
    return good({ namespaceIndex: Number(index ?? 0), name: name ?? '' })
  },
  [BuiltInType.DateTime]: (text) => {
    const trimmed = text.trim()
    const time = /^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?$/.test(trimmed)
      ? Date.parse(trimmed)
      : Number.NaN
    if (Number.isNaN(time)) return bad(`"${text}" is not a time like 2026-11-22T14:30:00Z`)
    return time < firstDate || time > lastDate
      ? bad(`${text} is not within the years 1601 to 9999`)
      : good(new Date(time))
  },
  [BuiltInType.Guid]: (text) =>
    /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i.test(text.trim())
      ? good(text.trim().toUpperCase())
      : bad(`"${text}" is not a GUID like 72962B91-FA75-4AE6-8D28-B404DC7DAF63`),
  [BuiltInType.ByteString]: (text) => {
    const trimmed = text.replace(/\s/g, '')
    const isBase64 = /^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(trimmed)
    return isBase64 ? good(Buffer.from(trimmed, 'base64')) : bad('bytes are written as Base64')
  },
  [BuiltInType.NodeId]: (text) => {
    const address = parseAddress(text.trim())
    const nodeId =
      address?.kind === 'node' && typeof address.namespace === 'number'
        ? makeNodeId(address.namespace, address.identifier)
        : undefined
    return nodeId ? good(nodeId) : bad(`"${text}" is not a NodeId like ns=2;s=Name`)
  },
}

function unwritable(builtIn: number): () => Parsed {
  return () => bad(`values of type ${DataType[builtIn] ?? builtIn} can not be written as text`)
}

function exampleOf(builtIn: number): string {
  if (builtIn === BuiltInType.Boolean) return '[true, false]'
  return integers[builtIn] || builtIn === BuiltInType.Float || builtIn === BuiltInType.Double
    ? '[1, 2, 3]'
    : '["a", "b"]'
}
