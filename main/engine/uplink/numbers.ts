import { storedSentences } from '../../../shared/said/stored-sentences.ts'
import type { PlainValue, ValueType } from '../../../shared/sample.ts'

// How a value is written as JSON text so that ThingsBoard stores it under the intended type. Its rule works on the text
// (JsonConverter.buildNumericKeyValueProto): integral without a point -> LONG, with a point -> DOUBLE, more than 16 digits
// behind the point or beyond int64 -> STRING. Plain decimal notation only: an exponent adds to the counted digits.

/** More digits behind the point than this and ThingsBoard stores a string. */
const fractionDigits = 16
const int64Max = 2n ** 63n - 1n
const int64Min = -(2n ** 63n)

/** The JSON text of a value, or undefined when ThingsBoard could only store it as something else; see `refusalOf`. */
export function valueText(type: ValueType, value: Exclude<PlainValue, null>): string | undefined {
  switch (typeof value) {
    case 'number':
      if (type === 'double') return doubleText(value)
      if (type === 'float') return floatText(value)
      return Number.isSafeInteger(value) ? `${value}` : looseNumberText(value)
    case 'boolean':
      return value ? 'true' : 'false'
    case 'bigint':
      return value <= int64Max && value >= int64Min ? value.toString() : undefined
    default:
      return type === 'json' ? value : JSON.stringify(value)
  }
}

/** Why `valueText` has none, for the quarantine. */
export function refusalOf(value: Exclude<PlainValue, null>): string {
  return typeof value === 'number' && !Number.isFinite(value)
    ? storedSentences['stored.notFinite']
    : storedSentences['stored.tooLargeInteger']
}

/** Shortest text that reads back as the same double, at most 16 digits behind the point; integral values keep `.0`. */
export function doubleText(value: number): string | undefined {
  if (Number.isInteger(value)) return integralText(value)
  if (!Number.isFinite(value)) return undefined
  // A double has at most 17 significant digits, so from 1 upwards at most 16 of them are behind the point.
  if (value >= 1 || value <= -1) return `${value}`
  const text = `${value}`
  return text.length <= fractionDigits + 2 && !text.includes('e') ? text : clamped(value)
}

/** Shortest decimal that reads back as the same Float32 (0.1, not 0.10000000149011612). */
export function floatText(value: number): string | undefined {
  if (Number.isInteger(value)) return integralText(value)
  if (!Number.isFinite(value)) return undefined
  const float = Math.fround(value)
  const size = Math.abs(float)
  if (size >= smallestByArithmetic) {
    // n / 10^k is the double nearest to the decimal, so its own shortest text is that decimal.
    for (let digits = 1, power = 10; digits <= 12; digits++, power *= 10) {
      const candidate = Math.round(float * power) / power
      if (Math.fround(candidate) === float) return doubleText(candidate)
    }
  }
  for (let precision = 6; precision < 9; precision++) {
    const candidate = Number(float.toPrecision(precision))
    if (Math.fround(candidate) === float) return doubleText(candidate)
  }
  return doubleText(Number(float.toPrecision(9)))
}

/** From here on twelve digits behind the point hold the nine significant ones a Float32 can need. */
const smallestByArithmetic = 1e-3

function integralText(value: number): string {
  if (value === 0) return '0.0'
  return value < 1e21 && value > -1e21 ? `${value}.0` : `${BigInt(value)}.0`
}

function clamped(value: number): string {
  let text = value.toFixed(fractionDigits)
  let end = text.length
  while (text.charCodeAt(end - 1) === 48 && text.charCodeAt(end - 2) !== 46) end--
  text = text.slice(0, end)
  return text === '-0.0' ? '0.0' : text
}

/** An `integer` beyond the safe range, or a number under a type that is none: what it is decides. */
function looseNumberText(value: number): string | undefined {
  if (!Number.isInteger(value)) return doubleText(value)
  const exact = BigInt(value)
  return exact <= int64Max && exact >= int64Min ? exact.toString() : undefined
}
