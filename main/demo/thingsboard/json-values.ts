// How ThingsBoard types JSON values (JsonConverter.buildNumericKeyValueProto): by the text of the number, which JSON.parse
// throws away. So numbers are parsed together with their text.

type StoredType = 'LONG' | 'DOUBLE' | 'BOOLEAN' | 'STRING' | 'JSON'

export interface StoredValue {
  readonly type: StoredType
  readonly text: string
}

export class NumberText {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

/** A value whose type travelled with it (protobuf). */
export class TypedValue {
  readonly stored: StoredValue

  constructor(stored: StoredValue) {
    this.stored = stored
  }
}

/** JSON with every number as `NumberText`. Throws a SyntaxError like JSON.parse. */
export function parseWithNumberText(text: string): unknown {
  const reviver = (_key: string, value: unknown, context?: { source?: string }) =>
    typeof value === 'number' ? new NumberText(context?.source ?? String(value)) : value
  return JSON.parse(text, reviver as Parameters<typeof JSON.parse>[1])
}

const int64Max = 2n ** 63n - 1n
const int64Min = -(2n ** 63n)
/** Type cast of text that looks like a number (JSON_TYPE_CAST_ENABLED, on by default). */
const numeric = /^-?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/

/** What ThingsBoard stores for a value; undefined for null, which it skips silently. */
export function storedValue(value: unknown): StoredValue | undefined {
  if (value === null || value === undefined) return undefined
  if (value instanceof NumberText) return storedNumber(value.text)
  if (value instanceof TypedValue) return value.stored
  if (typeof value === 'number') return storedNumber(String(value))
  if (typeof value === 'boolean') return { type: 'BOOLEAN', text: String(value) }
  if (typeof value === 'string') return numeric.test(value) ? storedNumber(value) : { type: 'STRING', text: value }
  return { type: 'JSON', text: jsonText(value) }
}

/** `text` is a JSON number. LONG when integral without a point, DOUBLE up to 16 digits behind the point, STRING beyond. */
export function storedNumber(text: string): StoredValue {
  const { unscaled, scale } = decimalOf(text)
  const pointNoExponent = text.includes('.') && !/[eE]/.test(text)
  const integral = scale <= 0 || unscaled % 10n ** BigInt(scale) === 0n
  if (integral && !pointNoExponent) {
    const whole = scale <= 0 ? unscaled * 10n ** BigInt(-scale) : unscaled / 10n ** BigInt(scale)
    return whole <= int64Max && whole >= int64Min ? { type: 'LONG', text: whole.toString() } : { type: 'STRING', text }
  }
  return scale <= 16 ? { type: 'DOUBLE', text: String(Number(text)) } : { type: 'STRING', text }
}

/** As Java's BigDecimal reads it: value = unscaled * 10^-scale. */
function decimalOf(text: string): { unscaled: bigint; scale: number } {
  const [mantissa = '0', exponent = '0'] = text.toLowerCase().split('e')
  const [whole = '0', fraction = ''] = mantissa.split('.')
  // A hostile exponent must not become a number with a billion digits.
  const scale = Math.max(-1000, Math.min(1000, fraction.length - Number(exponent)))
  return { unscaled: BigInt(`${whole}${fraction}`.replace('+', '') || '0'), scale }
}

function jsonText(value: unknown): string {
  if (value instanceof NumberText) return value.text
  if (Array.isArray(value)) return `[${value.map(jsonText).join(',')}]`
  if (typeof value === 'object' && value !== null) {
    return `{${Object.entries(value)
      .map(([key, v]) => `${JSON.stringify(key)}:${jsonText(v)}`)
      .join(',')}}`
  }
  return JSON.stringify(value)
}
