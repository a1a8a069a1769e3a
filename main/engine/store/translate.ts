import type { ErrorReport } from '../../../shared/errors.ts'
import { GatewayError } from '../kit/gateway-error.ts'
import type { Datapoint, RefusedRow } from '../pipeline/stages.ts'
import type { StoredBatch } from './batch.ts'
import type { AttributeRow, QuarantineRow } from './protocol.ts'
import { valueToText } from './value-text.ts'

// Between the words of the pipe and those of the store's thread.

export function toRow({ series, ts, type, value }: Datapoint): AttributeRow {
  return { series: series.storeId, ts, type, value: valueToText(value) }
}

export function toQuarantine(batch: StoredBatch, { row, reasonCode, reason, attempts }: RefusedRow): QuarantineRow {
  const series = batch.seriesAt(row)
  return {
    seq: batch.seqAt(row),
    device: series.device.name,
    key: series.key,
    kind: series.kind,
    ts: batch.tsAt(row),
    type: batch.typeAt(row),
    value: valueToText(batch.valueAt(row)),
    reasonCode,
    reason,
    attempts,
  }
}

export function fromReport({ code, message, hint, detail = {} }: ErrorReport): GatewayError {
  return new GatewayError(code, message, { hint, detail })
}

export function stopped(): GatewayError {
  return new GatewayError('STOPPED', 'The store is not open')
}

export function storeDied(reason: unknown): GatewayError {
  return new GatewayError('STORE_FAULT', "The store's thread ended unexpectedly", {
    hint: 'The gateway restarts and verifies what it stored. If it happens again, report it to support.',
    cause: reason,
  })
}
