import type { Datapoint, Lane, RefusedRow } from '../../../main/engine/pipeline/stages.ts'
import type { Shipment } from './sim-mqtt-client.ts'

// Knows everything: what was produced, promised, received and settled. Each method checks the contract in the moment
// something happens, so a broken promise is found where it is broken.

export type RowKind = 'healthy' | 'poison' | 'deadly' | 'oversize' | 'not-a-number'

export interface SourceRow {
  readonly id: number
  readonly device: string
  readonly key: string
  readonly kind: 'telemetry' | 'attribute'
  readonly ts: number
  readonly type: Datapoint['type']
  readonly value: Datapoint['value']
  /** What ThingsBoard stores for it. */
  readonly text: string
  readonly nature: RowKind
}

interface RowRecord {
  readonly row: SourceRow
  /** Told upstream that it is safe. */
  promised: boolean
  accepted: number
  delivered: number
  quarantined: number
  dropped: number
  arrivals: number
  /** Process that last read a PUBACK < 0x80 for it. */
  acknowledgedBy: number
  acceptedOrder: number[]
  lane: Lane
  /** Dropped because there was no room. */
  lost: boolean
}

/** Things that must have happened in some run, or the runs prove nothing. */
export type Sight =
  | 'duplicate'
  | 'quarantine'
  | 'dropped: full-oldest'
  | 'dropped: full-newest'
  | 'superseded attribute'
  | 'store full'
  | 'disk full'
  | 'rate limited'
  | 'refused 0x99'
  | 'device refused'
  | 'puback lost'
  | 'reconnect'
  | 'half-open'
  | 'server restart'
  | 'taken over'
  | 'crash'
  | 'crash between commit and answer'
  | 'crash between puback and settle'
  | 'accepted twice'
  | 'wall clock jump'
  | 'graceful restart'
  | 'take failed'

export class BrokenPromise extends Error {}

export class Oracle {
  readonly sights = new Set<Sight>()
  readonly records: RowRecord[] = []
  readonly #bySeries = new Map<string, Map<number, RowRecord>>()
  readonly #lastArrived = new Map<string, number>()
  readonly #lastAttribute = new Map<string, number>()
  /** Devices in whose messages something was refused: bisecting may overtake. */
  readonly disturbed = new Set<string>()
  /** Devices ThingsBoard does not create. */
  readonly impossible = new Set<string>()
  readonly counts = { accepted: 0, delivered: 0, quarantined: 0, dropped: 0 }
  innocent = 0
  arrivals = 0
  duplicates = 0
  /** MQTT 3.1.1: what was acknowledged shortly before a close is sent again on purpose. */
  probation = false
  hash = 0
  /** Grows each time what waits becomes backlog. */
  epoch = 0
  #order = 0

  get pending(): number {
    const { accepted, delivered, quarantined, dropped } = this.counts
    return accepted - delivered - quarantined - dropped
  }

  produced(row: SourceRow): void {
    const record = {
      row,
      promised: false,
      accepted: 0,
      delivered: 0,
      quarantined: 0,
      dropped: 0,
      arrivals: 0,
      acknowledgedBy: -1,
      acceptedOrder: [],
      lane: 'live' as const,
      lost: false,
    }
    this.records[row.id] = record
    const series = seriesOf(row)
    const rows = this.#bySeries.get(series) ?? new Map<number, RowRecord>()
    rows.set(row.kind === 'attribute' ? row.id : row.ts, record)
    this.#bySeries.set(series, rows)
  }

  promised(rows: readonly SourceRow[]): void {
    for (const { id } of rows) {
      const record = this.#record(id)
      if (record.accepted === 0) this.#fail(record, 'was promised upstream without having been stored (D6)')
      record.promised = true
    }
  }

  accepted(row: { device: string; key: string; ts: number }): void {
    const record = this.#of(row)
    record.accepted++
    record.acceptedOrder.push(++this.#order)
    this.counts.accepted++
    if (record.accepted > 1) this.sights.add('accepted twice')
  }

  delivered(row: { device: string; key: string; ts: number }): void {
    const record = this.#of(row)
    record.delivered++
    this.counts.delivered++
    if (record.arrivals === 0) this.#fail(record, 'counts as delivered and ThingsBoard never got it (D1)')
    this.#checkCount(record)
  }

  quarantined(row: { device: string; key: string; ts: number }, why: RefusedRow): void {
    const record = this.#of(row)
    record.quarantined++
    this.counts.quarantined++
    this.sights.add('quarantine')
    this.#checkCount(record)
    if (record.row.nature === 'healthy' && !this.impossible.has(record.row.device)) {
      this.innocent++
      this.#fail(record, `is healthy and went to quarantine: ${why.reason} after ${why.attempts} attempts`)
    }
  }

  dropped(row: { device: string; key: string; ts: number }, reason: string): void {
    const record = this.#of(row)
    record.dropped++
    this.counts.dropped++
    if (reason === 'full-oldest' || reason === 'full-newest') this.sights.add(`dropped: ${reason}`)
    if (reason !== 'superseded') record.lost = true
    else this.sights.add('superseded attribute')
    this.#checkCount(record)
  }

  taken(row: { device: string; key: string; ts: number }, lane: Lane): void {
    if (lane === 'backlog') this.#of(row).lane = lane
  }

  /** What waits or is in flight when a connection or a process ends may arrive after newer values (D8). */
  split(): void {
    this.epoch++
    for (const record of this.records) {
      const { accepted, delivered, quarantined, dropped } = record
      if (accepted > delivered + quarantined + dropped) record.lane = 'backlog'
    }
  }

  replayed(row: { device: string; key: string; ts: number }): void {
    const record = this.#of(row)
    record.delivered--
    record.acknowledgedBy = -1
    this.counts.delivered--
  }

  /** ThingsBoard has stored a value out of `shipment`. */
  arrived(series: string, key: number, text: string, shipment: Shipment | undefined): void {
    const record = this.#bySeries.get(series)?.get(key)
    if (!record) throw new BrokenPromise(`invented: ${series} at ${key} = ${text}`)
    if (record.row.text !== text) this.#fail(record, `was changed to ${text} (D2)`)
    if (record.accepted === 0) this.#fail(record, 'was sent before it was accepted')
    this.arrivals++
    this.hash = (Math.imul(this.hash, 31) + record.row.id) | 0
    if (record.arrivals++ > 0) {
      this.duplicates++
      this.sights.add('duplicate')
      const again = !this.probation && record.accepted < 2 && shipment?.process === record.acknowledgedBy
      if (again) this.#fail(record, 'was sent again although its PUBACK had been read in this process (D5)')
    }
    shipment?.rows.push(record.row.id)
    if (record.row.kind === 'attribute') this.#checkAttributeOrder(series, record)
    else this.#checkOrder(series, record, shipment)
  }

  acknowledged(shipment: Shipment, reasonCode: number): void {
    if (reasonCode >= 0x80) {
      if (reasonCode === 0x99) this.sights.add('refused 0x99')
      return
    }
    for (const id of shipment.rows) this.#record(id).acknowledgedBy = shipment.process
  }

  /** After the last fault: everything promised has an end. */
  finish(): void {
    for (const record of this.records) {
      const { promised, arrivals, quarantined, dropped, accepted, delivered } = record
      if (accepted !== delivered + quarantined + dropped) this.#fail(record, 'has no end (D4)')
      if (promised && arrivals === 0 && quarantined === 0 && dropped === 0) this.#fail(record, 'is lost (D1)')
    }
  }

  /** The value a client attribute must have in the end. */
  newestAttributes(): Map<string, SourceRow> {
    const newest = new Map<string, { order: number; row: SourceRow }>()
    for (const { row, acceptedOrder, lost } of this.records) {
      if (lost) continue
      const order = acceptedOrder.at(-1) ?? 0
      if (row.kind !== 'attribute' || order === 0) continue
      if (order > (newest.get(seriesOf(row))?.order ?? 0)) newest.set(seriesOf(row), { order, row })
    }
    return new Map([...newest].map(([series, { row }]) => [series, row]))
  }

  /** Live values of a series arrive for the first time in the order of their acceptance (D8). */
  #checkOrder(series: string, record: RowRecord, shipment: Shipment | undefined): void {
    // What is read from a connection that the gateway has given up already was sent in another order of lanes.
    if (record.lane === 'backlog' || record.arrivals > 1 || shipment?.epoch !== this.epoch) return
    const last = this.#lastArrived.get(series) ?? 0
    if (record.row.ts < last && !this.disturbed.has(record.row.device)) {
      this.#fail(record, `arrived after the value at ${last} of its series (D8)`)
    }
    this.#lastArrived.set(series, Math.max(last, record.row.ts))
  }

  /** Never an older one after a newer one (D9). */
  #checkAttributeOrder(series: string, record: RowRecord): void {
    const last = this.#lastAttribute.get(series) ?? 0
    const order = record.acceptedOrder.find((n) => n >= last)
    if (order === undefined) this.#fail(record, 'an older attribute value was sent after a newer one (D9)')
    this.#lastAttribute.set(series, order ?? last)
  }

  #checkCount(record: RowRecord): void {
    const { accepted, delivered, quarantined, dropped } = record
    if (delivered + quarantined + dropped > accepted) this.#fail(record, 'ended more often than it was accepted (D4)')
  }

  #of({ device, key, ts }: { device: string; key: string; ts: number }): RowRecord {
    const record = this.#bySeries.get(`${device}/${key}`)?.get(ts)
    if (!record) throw new BrokenPromise(`the store holds something nobody produced: ${device}/${key} at ${ts}`)
    return record
  }

  #record(id: number): RowRecord {
    return this.records[id] as RowRecord
  }

  #fail(record: RowRecord, what: string): never {
    const { device, key, ts, nature } = record.row
    throw new BrokenPromise(`${device}/${key} at ${ts} (${nature}) ${what}`)
  }
}

const seriesOf = ({ device, key }: { device: string; key: string }): string => `${device}/${key}`
