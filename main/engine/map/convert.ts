import type { PlainValue, ValueType } from '../../../shared/sample.ts'

// Conversion of one value to the configured type, and scaling. A value that can not be converted is undefined: nothing is
// guessed. Called per value at 100,000 values/s, so a target without type, scale and offset has no converter at all.

export interface Typed {
  readonly type: ValueType
  readonly value: Exclude<PlainValue, null>
}

export type Converter = (type: ValueType, value: Exclude<PlainValue, null>) => Typed | undefined

export interface Conversion {
  readonly type: 'auto' | 'double' | 'integer' | 'boolean' | 'string' | 'json'
  readonly scale?: number | undefined
  readonly offset?: number | undefined
}

/** undefined: the value passes as it is. */
export function compileConversion({ type, scale, offset }: Conversion): Converter | undefined {
  const isScaled = (scale !== undefined && scale !== 1) || (offset !== undefined && offset !== 0)
  if (!isScaled) return type === 'auto' ? undefined : converters[type]
  const scaling = scaler(scale ?? 1, offset ?? 0)
  if (type === 'auto') return (source, value) => (isNumeric(source) ? scaling(source, value) : undefined)
  const convert = converters[type]
  return (source, value) => {
    const number = isNumeric(source) ? { type: source, value } : converters.double(source, value)
    const scaled = number && scaling(number.type, number.value)
    return scaled && convert(scaled.type, scaled.value)
  }
}

/** A JSON or text value as it arrived by MQTT; undefined for null and missing. */
export function typedOf(value: unknown): Typed | undefined {
  switch (typeof value) {
    case 'number':
      return { type: Number.isSafeInteger(value) ? 'integer' : 'double', value }
    case 'string':
      return { type: 'string', value }
    case 'boolean':
      return { type: 'boolean', value }
    case 'bigint':
      return { type: 'integer', value }
    case 'object':
      if (value instanceof Number) return { type: 'double', value: Number(value) }
      return value === null ? undefined : { type: 'json', value: jsonText(value) }
    default:
      return undefined
  }
}

/** JSON text of a parsed payload; 64-bit integers keep every digit. */
function jsonText(value: unknown): string {
  return JSON.stringify(value, exactInteger)
}

// JSON.rawJSON is in V8 since 11.4; TypeScript's es2024 library does not list it.
const rawJson = (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON

function exactInteger(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? rawJson(String(value)) : value
}

function isNumeric(type: ValueType): boolean {
  return type === 'integer' || type === 'double' || type === 'float'
}

const converters = {
  /** A Float32 stays `float`: ThingsBoard gets a DOUBLE either way, and 21.1 does not become 21.100000381. */
  double(type: ValueType, value: Exclude<PlainValue, null>): Typed | undefined {
    if (typeof value === 'number') return { type: type === 'float' ? 'float' : 'double', value }
    const number = numberOf(value)
    return number === undefined ? undefined : { type: 'double', value: Number(number) }
  },

  /** Fractions are rounded; NaN and infinity are no integers. */
  integer(_type: ValueType, value: Exclude<PlainValue, null>): Typed | undefined {
    const number = numberOf(value)
    if (number === undefined) return undefined
    if (typeof number === 'bigint') return integer(number)
    return Number.isFinite(number) ? integer(Math.round(number)) : undefined
  },

  /** Numbers: 0 is false, others are true. Texts: true/false, on/off, yes/no, 1/0. */
  boolean(type: ValueType, value: Exclude<PlainValue, null>): Typed | undefined {
    if (typeof value === 'boolean') return { type: 'boolean', value }
    if (typeof value !== 'string')
      return Number.isNaN(value) ? undefined : { type: 'boolean', value: Number(value) !== 0 }
    const truth = type === 'string' ? truths.get(value.trim().toLowerCase()) : undefined
    return truth === undefined ? undefined : { type: 'boolean', value: truth }
  },

  string(type: ValueType, value: Exclude<PlainValue, null>): Typed | undefined {
    const text = type === 'float' && typeof value === 'number' ? String(shortestFloat(value)) : String(value)
    return { type: 'string', value: text }
  },

  /** Numbers and booleans are JSON already; a text must hold JSON itself. */
  json(type: ValueType, value: Exclude<PlainValue, null>): Typed | undefined {
    if (typeof value === 'number') {
      if (!Number.isFinite(value)) return undefined
      return { type: 'json', value: String(type === 'float' ? shortestFloat(value) : value) }
    }
    if (typeof value !== 'string') return { type: 'json', value: String(value) }
    return type === 'json' || isJson(value) ? { type: 'json', value } : undefined
  },
}

const truths: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['on', true],
  ['yes', true],
  ['1', true],
  ['false', false],
  ['off', false],
  ['no', false],
  ['0', false],
])

const decimal = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/
const whole = /^[+-]?\d+$/

function numberOf(value: Exclude<PlainValue, null>): number | bigint | undefined {
  if (typeof value === 'number' || typeof value === 'bigint') return value
  if (typeof value === 'boolean') return value ? 1 : 0
  const text = value.trim()
  if (!decimal.test(text)) return undefined
  const number = Number(text)
  return whole.test(text) && !Number.isSafeInteger(number) ? BigInt(text.replace('+', '')) : number
}

/** Integers are numbers while they are safe, bigint beyond. */
function integer(value: number | bigint): Typed {
  const isSafe = typeof value === 'number' ? Number.isSafeInteger(value) : value <= maxSafe && value >= -maxSafe
  // `+ 0` turns -0 into 0.
  return { type: 'integer', value: isSafe ? Number(value) + 0 : BigInt(value) }
}

const maxSafe = BigInt(Number.MAX_SAFE_INTEGER)

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/** Integer × integer + integer stays an integer, exactly; everything else becomes a double. */
function scaler(scale: number, offset: number): Converter {
  const isWhole = Number.isSafeInteger(scale) && Number.isSafeInteger(offset)
  return (type, value) => {
    if (type !== 'integer' || !isWhole) {
      const number = type === 'float' ? shortestFloat(Number(value)) : Number(value)
      return { type: 'double', value: number * scale + offset }
    }
    const quick = Number(value) * scale + offset
    if (typeof value === 'number' && Number.isSafeInteger(value * scale) && Number.isSafeInteger(quick)) {
      return integer(quick)
    }
    return integer(BigInt(value as number | bigint) * BigInt(scale) + BigInt(offset))
  }
}

/** The shortest decimal that is the same Float32: 0.1 rather than 0.10000000149011612. */
function shortestFloat(value: number): number {
  if (!Number.isFinite(value)) return value
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits))
    if (Math.fround(short) === Math.fround(value)) return short
  }
  return Number(value.toPrecision(9))
}
