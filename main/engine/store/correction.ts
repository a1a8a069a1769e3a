import { type Said, said } from '../../../shared/said/said.ts'
import type { PlainValue, ValueType } from '../../../shared/sample.ts'

type Parsed = { readonly value: Exclude<PlainValue, null> } | { readonly problem: Said }

/** What an operator typed, as a value of the type he chose. */
export function parseCorrection(type: ValueType, text: string): Parsed {
  const trimmed = text.trim()
  switch (type) {
    case 'string':
      return { value: text }
    case 'boolean':
      return trimmed === 'true' || trimmed === 'false'
        ? { value: trimmed === 'true' }
        : { problem: said('correction.boolean') }
    case 'integer': {
      if (!/^-?\d{1,40}$/.test(trimmed)) return { problem: said('correction.integer') }
      const number = Number(trimmed)
      return { value: Number.isSafeInteger(number) ? number : BigInt(trimmed) }
    }
    case 'double':
    case 'float': {
      const number = Number(trimmed)
      return trimmed !== '' && Number.isFinite(number) ? { value: number } : { problem: said('correction.number') }
    }
    case 'json':
      try {
        JSON.parse(text)
        return { value: text }
      } catch {
        return { problem: said('correction.json') }
      }
  }
}
