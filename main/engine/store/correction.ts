import type { PlainValue, ValueType } from '../../../shared/sample.ts'

type Parsed = { readonly value: Exclude<PlainValue, null> } | { readonly problem: string }

/** What an operator typed, as a value of the type he chose. */
export function parseCorrection(type: ValueType, text: string): Parsed {
  const trimmed = text.trim()
  switch (type) {
    case 'string':
      return { value: text }
    case 'boolean':
      return trimmed === 'true' || trimmed === 'false'
        ? { value: trimmed === 'true' }
        : { problem: 'A boolean is true or false.' }
    case 'integer': {
      if (!/^-?\d{1,40}$/.test(trimmed)) return { problem: 'An integer is a whole number, like -12.' }
      const number = Number(trimmed)
      return { value: Number.isSafeInteger(number) ? number : BigInt(trimmed) }
    }
    case 'double':
    case 'float': {
      const number = Number(trimmed)
      return trimmed !== '' && Number.isFinite(number)
        ? { value: number }
        : { problem: 'A number is like -12.5 or 1e6.' }
    }
    case 'json':
      try {
        JSON.parse(text)
        return { value: text }
      } catch {
        return { problem: 'This is not valid JSON.' }
      }
  }
}
