import type { DataValue } from 'node-opcua-client'
import type { OpcuaKeyConfig } from '../../../../shared/config/opcua.ts'
import type { Sample, TagIndex } from '../../../../shared/sample.ts'
import { BuiltInType, ValueRank } from './built-in-types.ts'
import { toPlain } from './plain-value.ts'

type Timestamp = OpcuaKeyConfig['timestamp']

/** Pure: one DataValue as it came in a notification or a read, as a sample. Runs 100,000 times a second. */
export function toSample(tag: TagIndex, value: DataValue, timestamp: Timestamp, receivedAt: number): Sample {
  const variant = value.value
  // StatusCode.value is signed or unsigned depending on how the library built it.
  const statusCode = value.statusCode.value >>> 0
  const ts = timestampOf(value, timestamp, receivedAt)
  if (variant && variant.arrayType === ValueRank.Scalar) {
    switch (variant.dataType) {
      case BuiltInType.Double:
        return { tag, type: 'double', value: variant.value, ts, statusCode }
      case BuiltInType.Float:
        return { tag, type: 'float', value: variant.value, ts, statusCode }
      case BuiltInType.Boolean:
        return { tag, type: 'boolean', value: variant.value, ts, statusCode }
      case BuiltInType.SByte:
      case BuiltInType.Byte:
      case BuiltInType.Int16:
      case BuiltInType.UInt16:
      case BuiltInType.Int32:
      case BuiltInType.UInt32:
        return { tag, type: 'integer', value: variant.value, ts, statusCode }
    }
  }
  const plain = toPlain(variant)
  return { tag, type: plain.type, value: plain.value, ts, statusCode }
}

/** Source falls back to server, server to gateway; a date at or before 1970 is a server that has none. */
function timestampOf(value: DataValue, timestamp: Timestamp, receivedAt: number): number {
  if (timestamp === 'gateway') return receivedAt
  if (timestamp === 'source') {
    const source = value.sourceTimestamp
    if (source) {
      const ms = source.getTime()
      if (ms > 0) return ms
    }
  }
  const ms = value.serverTimestamp?.getTime() ?? 0
  return ms > 0 ? ms : receivedAt
}
