import type { PlainValue, ValueType } from './sample.ts'

export type SeriesKind = 'telemetry' | 'attribute'

/**
 * One key of one device: what ThingsBoard stores a series (or a client attribute) under. Interned: the same device, kind
 * and key is the same object for the life of the process, so identity comparison and slots are cheap.
 */
export interface Series {
  readonly device: Device
  readonly key: string
  readonly kind: SeriesKind
}

export interface Device {
  /** Sanitised device name, unique per gateway. */
  readonly name: string
  /** ThingsBoard device profile the device is created with. */
  readonly profile: string
}

/** One key/value for one device, ready for ThingsBoard. Its identity (series, ts, value, type) never changes again (D2). */
export interface Datapoint {
  readonly series: Series
  /** Whole milliseconds since the epoch. For attributes: when it was observed; not sent. */
  readonly ts: number
  readonly type: ValueType
  readonly value: Exclude<PlainValue, null>
}
