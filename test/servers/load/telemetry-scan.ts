// Reads ThingsBoard's gateway telemetry, {"Device":[{"ts":1,"values":{"key":2}}]}, straight from its bytes: at 1,000,000 values/s
// JSON.parse and strings would take the core that the gateway under test needs. Throws on anything that is not this shape.

export interface TelemetryVisitor {
  /** Slot of a series; called on its first sight with its names. */
  open(device: string, key: string): number
  /** `ts` is NaN when the entry has none before its values. Text, boolean and JSON values arrive as NaN. */
  value(slot: number, value: number, ts: number): void
}

const quote = 0x22
const backslash = 0x5c
const openBrace = 0x7b
const closeBrace = 0x7d
const openBracket = 0x5b
const closeBracket = 0x5d
const comma = 0x2c
const colon = 0x3a

export class TelemetryScanner {
  readonly #visitor: TelemetryVisitor
  /** device bytes' hash -> key bytes' hash -> slot. The hashes are 53 bits wide: of 100,000 names no two meet. */
  readonly #devices = new Map<number, Map<number, number>>()
  #bytes: Buffer = Buffer.alloc(0)
  #at = 0
  #end = 0
  /** Where the last text began and ended, its quotes not included. */
  #textStart = 0
  #textEnd = 0

  constructor(visitor: TelemetryVisitor) {
    this.#visitor = visitor
  }

  scan(bytes: Buffer, start: number, end: number): void {
    this.#bytes = bytes
    this.#at = start
    this.#end = end
    this.#members((hash) => this.#device(hash))
  }

  #device(hash: number): void {
    let keys = this.#devices.get(hash)
    if (!keys) {
      keys = new Map()
      this.#devices.set(hash, keys)
    }
    const name = { start: this.#textStart, end: this.#textEnd }
    this.#expect(openBracket)
    if (this.#skipIf(closeBracket)) throw new Error('an empty array of entries')
    do this.#entry(keys, name)
    while (this.#skipIf(comma))
    this.#expect(closeBracket)
  }

  #entry(keys: Map<number, number>, device: { readonly start: number; readonly end: number }): void {
    let ts = Number.NaN
    this.#members(() => {
      const length = this.#textEnd - this.#textStart
      const initial = this.#bytes[this.#textStart]
      if (length === 2 && initial === 0x74) ts = this.#scalar()
      else if (length === 6 && initial === 0x76) this.#members((hash) => this.#visit(keys, device, hash, ts))
      else throw new Error(`an entry has the member ${this.#text(this.#textStart, this.#textEnd)}`)
    })
  }

  #visit(
    keys: Map<number, number>,
    device: { readonly start: number; readonly end: number },
    hash: number,
    ts: number,
  ): void {
    let slot = keys.get(hash)
    if (slot === undefined) {
      slot = this.#visitor.open(this.#text(device.start, device.end), this.#text(this.#textStart, this.#textEnd))
      keys.set(hash, slot)
    }
    this.#visitor.value(slot, this.#scalar(), ts)
  }

  /** `{` name `:` visited value … `}` */
  #members(visit: (hash: number) => void): void {
    this.#expect(openBrace)
    if (this.#skipIf(closeBrace)) return
    do {
      const hash = this.#name()
      this.#expect(colon)
      visit(hash)
    } while (this.#skipIf(comma))
    this.#expect(closeBrace)
  }

  /** A text and the hash of its bytes: 27 and 26 bits of two FNV-like hashes side by side. */
  #name(): number {
    this.#expect(quote)
    const bytes = this.#bytes
    let at = this.#at
    let low = 0x811c9dc5
    let high = 0x1b873593
    this.#textStart = at
    for (let byte = bytes[at] ?? 0; byte !== quote; byte = bytes[++at] ?? 0) {
      if (at >= this.#end) throw new Error('a text without end')
      low = Math.imul(low ^ byte, 0x01000193)
      high = Math.imul(high ^ byte, 0x5bd1e995) + at - this.#textStart
      if (byte === backslash) at++
    }
    this.#textEnd = at
    this.#at = at + 1
    return (high >>> 5) * 0x4000000 + (low >>> 6)
  }

  /** A number; anything else is skipped and NaN. */
  #scalar(): number {
    const bytes = this.#bytes
    let at = this.#skipSpace()
    const start = at
    const negative = bytes[at] === 0x2d
    if (negative) at++
    let digits = 0
    let fraction = -1
    for (; at < this.#end; at++) {
      const byte = bytes[at] ?? 0
      if (byte >= 0x30 && byte <= 0x39) {
        digits = digits * 10 + byte - 0x30
        if (fraction >= 0) fraction++
      } else if (byte === 0x2e && fraction < 0) fraction = 0
      else break
    }
    const byte = bytes[at] ?? 0
    if (at > start && (byte === comma || byte === closeBrace)) {
      this.#at = at
      const magnitude = fraction > 0 ? digits / 10 ** fraction : digits
      return negative ? -magnitude : magnitude
    }
    this.#at = start
    return this.#other()
  }

  #other(): number {
    if (this.#bytes[this.#at] === quote) {
      this.#name()
      return Number.NaN
    }
    let depth = 0
    let inText = false
    const start = this.#at
    for (; this.#at < this.#end; this.#at++) {
      const byte = this.#bytes[this.#at]
      if (inText) {
        if (byte === backslash) this.#at++
        else if (byte === quote) inText = false
      } else if (byte === quote) inText = true
      else if (byte === openBrace || byte === openBracket) depth++
      else if (depth === 0 && (byte === comma || byte === closeBrace)) break
      else if (byte === closeBrace || byte === closeBracket) depth--
    }
    const text = this.#text(start, this.#at).trim()
    return /^-?\d/.test(text) ? Number(text) : Number.NaN
  }

  #skipSpace(): number {
    while ((this.#bytes[this.#at] ?? 0x21) <= 0x20 && this.#at < this.#end) this.#at++
    return this.#at
  }

  #skipIf(wanted: number): boolean {
    if (this.#bytes[this.#skipSpace()] !== wanted) return false
    this.#at++
    return true
  }

  #expect(wanted: number): void {
    if (!this.#skipIf(wanted) || this.#at > this.#end)
      throw new Error(`${String.fromCharCode(wanted)} expected at byte ${this.#at}`)
  }

  #text(start: number, end: number): string {
    return this.#bytes.toString('utf8', start, end)
  }
}
