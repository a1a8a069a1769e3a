import type { PayloadMessage } from '../../../shared/api/mapping-requests.ts'
import type { LiveSeries } from '../pipeline/series.ts'
import type { Batch, Datapoint, Lane, RefusedRow } from '../pipeline/stages.ts'
import { type EncodeLimits, encodeBatch } from '../uplink/encode.ts'
import { valueText } from '../uplink/numbers.ts'

// The messages ThingsBoard would get of some datapoints, made by the uplink's own encoder, with marks on the parts that are
// new, different from what runs, or made up.

/** What the uplink uses before the server has told its own limits; several devices per message are the exception. */
const limits: EncodeLimits = {
  maxPayloadBytes: 65_536,
  aimBytes: 65_536,
  maxRows: Number.POSITIVE_INFINITY,
  severalDevices: false,
  protobuf: false,
}

export type Mark = 'added' | 'changed' | 'placeholder'

export interface Encoded {
  readonly messages: PayloadMessage[]
  /** Why a datapoint fits into no message. */
  readonly refused: readonly { readonly datapoint: Datapoint; readonly reason: string }[]
}

export function encodeDatapoints(
  datapoints: readonly Datapoint[],
  markOf: (datapoint: Datapoint) => Mark | undefined = () => undefined,
): Encoded {
  const messages: PayloadMessage[] = []
  const refused: { datapoint: Datapoint; reason: string }[] = []
  for (const [kind, lane] of [
    ['attribute', 'attributes'],
    ['telemetry', 'live'],
  ] as const) {
    const some = datapoints.filter((point) => point.series.kind === kind)
    const rows: RefusedRow[] = []
    for (const { topic, payload, rows: sent } of encodeBatch(batchOf(some, lane), limits, rows)) {
      const text = payload.toString()
      const points = [...sent].map((row) => some[row]!)
      messages.push({ topic, text, bytes: payload.length, marks: marksOf(text, points, markOf) })
    }
    for (const { row, reason } of rows) refused.push({ datapoint: some[row]!, reason })
  }
  return { messages, refused }
}

/** The message that makes the device known, before its first value. */
export function connectMessage(device: string, profile: string, isNew: boolean): PayloadMessage {
  const text = JSON.stringify({ device, type: profile })
  const marks = isNew ? [{ start: 0, end: text.length, kind: 'added' as const }] : []
  return { topic: 'v1/gateway/connect', text, bytes: Buffer.byteLength(text), marks }
}

function marksOf(
  text: string,
  points: readonly Datapoint[],
  markOf: (datapoint: Datapoint) => Mark | undefined,
): PayloadMessage['marks'] {
  const marks: PayloadMessage['marks'] = []
  let from = 0
  for (const point of points) {
    const part = `${point.series.encodedKey}${valueText(point.type, point.value) ?? ''}`
    const start = text.indexOf(part, from)
    if (start < 0) continue
    from = start + part.length
    const kind = markOf(point)
    if (kind) marks.push({ start, end: from, kind })
  }
  return marks
}

function batchOf(rows: readonly Datapoint[], lane: Lane): Batch {
  return {
    id: 0,
    lane,
    count: rows.length,
    seriesAt: (row): LiveSeries => rows[row]!.series,
    tsAt: (row) => rows[row]!.ts,
    typeAt: (row) => rows[row]!.type,
    valueAt: (row) => rows[row]!.value,
  }
}
