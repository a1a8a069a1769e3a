import type { DataValue } from 'node-opcua-client'
import type { TextValue } from '../../../../shared/api/opcua-requests.ts'
import { builtInTypeName, ValueRank } from './built-in-types.ts'
import { floatText, toPlain } from './plain-value.ts'

/** Text of a value in the UI; arrays can be megabytes. */
const textLimit = 10_000

/** A value as people read it. */
export function textValueOf(answer: DataValue): TextValue {
  const { type: plainType, value } = toPlain(answer.value)
  const text = plainType === 'float' && Number.isFinite(value) ? floatText(value as number) : String(value ?? '')
  const variant = answer.value
  const type = builtInTypeName(variant?.dataType ?? 0) + (variant && variant.arrayType !== ValueRank.Scalar ? '[]' : '')
  return {
    value: text.slice(0, textLimit),
    type,
    quality: answer.statusCode?.name ?? 'Good',
    ts: (answer.sourceTimestamp ?? answer.serverTimestamp)?.getTime() ?? 0,
  }
}
