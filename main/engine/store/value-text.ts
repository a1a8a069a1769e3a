import type { PlainValue, ValueType } from '../../../shared/sample.ts'

type Value = Exclude<PlainValue, null>

// Attributes and quarantined values are few: they are kept as text, exactly. SQLite's REAL would turn NaN into NULL.

export function valueToText(value: Value): string {
  return Object.is(value, -0) ? '-0' : String(value)
}

export function valueFromText(type: ValueType, text: string): Value {
  switch (type) {
    case 'boolean':
      return text === 'true'
    case 'double':
    case 'float':
      return Number(text)
    case 'integer': {
      const number = Number(text)
      return Number.isSafeInteger(number) ? number : BigInt(text)
    }
    default:
      return text
  }
}
