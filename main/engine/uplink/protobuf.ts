// The wire format of Protocol Buffers, as far as ThingsBoard's gateway API needs it: varint, double, bytes; proto3 leaves out
// what has its default value.

/** A message being written: fields are appended in order. */
export class ProtoWriter {
  readonly #parts: Buffer[] = []
  #bytes = 0

  get bytes(): number {
    return this.#bytes
  }

  string(field: number, value: string): this {
    return value === '' ? this : this.message(field, Buffer.from(value, 'utf8'))
  }

  /** int32, int64, bool and enum. */
  integer(field: number, value: number | bigint): this {
    const big = BigInt.asUintN(64, BigInt(value))
    return big === 0n ? this : this.#add(tag(field, 0), varint(big))
  }

  double(field: number, value: number): this {
    if (Object.is(value, 0)) return this
    const bytes = Buffer.allocUnsafe(8)
    bytes.writeDoubleLE(value)
    return this.#add(tag(field, 1), bytes)
  }

  /** Bytes or a nested message; written even when empty. */
  message(field: number, body: Buffer): this {
    return this.#add(tag(field, 2), varint(BigInt(body.length)), body)
  }

  end(): Buffer {
    return Buffer.concat(this.#parts, this.#bytes)
  }

  #add(...parts: readonly Buffer[]): this {
    for (const part of parts) {
      this.#parts.push(part)
      this.#bytes += part.length
    }
    return this
  }
}

const tag = (field: number, type: number): Buffer => varint(BigInt((field << 3) | type))

function varint(value: bigint): Buffer {
  if (value < 0x80n) return Buffer.of(Number(value))
  const bytes: number[] = []
  let rest = value
  for (; rest >= 0x80n; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80)
  bytes.push(Number(rest))
  return Buffer.from(bytes)
}

/** Bytes of a tag (fields < 16) and the length of a nested message of `length` bytes. */
export function nestedBytes(length: number): number {
  let size = 2
  for (let rest = length; rest >= 0x80; rest >>>= 7) size++
  return size + length
}

export interface ProtoField {
  readonly field: number
  /** Varints as bigint (unsigned), doubles as number, everything with a length as bytes. */
  readonly value: bigint | number | Buffer
}

/** The fields of a message, in order. Throws a RangeError for what is none. */
export function readProto(bytes: Buffer): ProtoField[] {
  const fields: ProtoField[] = []
  let at = 0
  const readVarint = (): bigint => {
    let value = 0n
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = bytes[at++]
      if (byte === undefined) break
      value |= BigInt(byte & 0x7f) << shift
      if (byte < 0x80) return BigInt.asUintN(64, value)
    }
    throw new RangeError('not a protobuf message: a number does not end')
  }
  const take = (length: number): Buffer => {
    if (at + length > bytes.length) throw new RangeError('not a protobuf message: it ends too early')
    at += length
    return bytes.subarray(at - length, at)
  }
  while (at < bytes.length) {
    const key = Number(readVarint())
    const field = key >>> 3
    if (field === 0) throw new RangeError('not a protobuf message: field number 0')
    const type = key & 7
    if (type === 0) fields.push({ field, value: readVarint() })
    else if (type === 1) fields.push({ field, value: take(8).readDoubleLE() })
    else if (type === 2) fields.push({ field, value: take(Number(readVarint())) })
    else if (type === 5) take(4)
    else throw new RangeError(`not a protobuf message: wire type ${type}`)
  }
  return fields
}

/** The last string in a field; empty when it is absent, as proto3 has it. */
export function stringIn(fields: readonly ProtoField[], field: number): string {
  const value = fields.findLast((f) => f.field === field)?.value
  return Buffer.isBuffer(value) ? value.toString('utf8') : ''
}

/** An int32 or int64 in a field. */
export function integerIn(fields: readonly ProtoField[], field: number): number {
  const value = fields.findLast((f) => f.field === field)?.value
  return typeof value === 'bigint' ? Number(BigInt.asIntN(64, value)) : 0
}

/** All nested messages of a field. */
export function messagesIn(fields: readonly ProtoField[], field: number): ProtoField[][] {
  return fields.flatMap((f) => (f.field === field && Buffer.isBuffer(f.value) ? [readProto(f.value)] : []))
}
