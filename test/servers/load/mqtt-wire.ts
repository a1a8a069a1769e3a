// Just enough of MQTT 3.1.1 for load and verification: a client library per message would cost more than what is measured.

export const packetType = { connack: 2, publish: 3, puback: 4, suback: 9, pingresp: 13 } as const

export const pingreq = Buffer.from([0xc0, 0])
export const disconnect = Buffer.from([0xe0, 0])

export function encodeConnect(clientId: string, keepAliveSeconds: number): Buffer {
  const head = Buffer.from([0, 4, 0x4d, 0x51, 0x54, 0x54, 4, 0x02, keepAliveSeconds >> 8, keepAliveSeconds & 255])
  return packet(0x10, [head, encodeText(clientId)])
}

export function encodeSubscribe(packetId: number, filters: readonly string[]): Buffer {
  const parts = filters.flatMap((filter) => [encodeText(filter), Buffer.from([1])])
  return packet(0x82, [Buffer.from([packetId >> 8, packetId & 255]), ...parts])
}

/** QoS 1. */
export function encodePublish(packetId: number, topic: Buffer, payload: string): Buffer {
  const size = 2 + topic.length + 2 + Buffer.byteLength(payload)
  const header = 1 + lengthBytes(size)
  const bytes = Buffer.allocUnsafe(header + size)
  bytes[0] = 0x32
  let at = writeLength(bytes, 1, size)
  at = bytes.writeUInt16BE(topic.length, at)
  at += topic.copy(bytes, at)
  at = bytes.writeUInt16BE(packetId, at)
  bytes.write(payload, at)
  return bytes
}

function packet(first: number, parts: readonly Buffer[]): Buffer {
  const size = parts.reduce((sum, part) => sum + part.length, 0)
  const header = Buffer.alloc(1 + lengthBytes(size))
  header[0] = first
  writeLength(header, 1, size)
  return Buffer.concat([header, ...parts])
}

function encodeText(text: string): Buffer {
  const bytes = Buffer.from(text)
  return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 255]), bytes])
}

const lengthBytes = (size: number): number => (size < 128 ? 1 : size < 16_384 ? 2 : size < 2_097_152 ? 3 : 4)

function writeLength(bytes: Buffer, start: number, size: number): number {
  let at = start
  let rest = size
  do {
    bytes[at++] = (rest & 127) | (rest > 127 ? 128 : 0)
    rest >>>= 7
  } while (rest > 0)
  return at
}

/** `first` is the packet's first byte; its body is bytes[start, end), valid only during the call. */
export type OnPacket = (first: number, bytes: Buffer, start: number, end: number) => void

/** Cuts a TCP stream into packets without a copy per packet. */
export class PacketSplitter {
  readonly #onPacket: OnPacket
  #bytes = Buffer.allocUnsafe(1 << 20)
  #filled = 0

  constructor(onPacket: OnPacket) {
    this.#onPacket = onPacket
  }

  push(chunk: Buffer): void {
    if (this.#filled + chunk.length > this.#bytes.length) {
      const larger = Buffer.allocUnsafe((this.#filled + chunk.length) * 2)
      this.#bytes.copy(larger, 0, 0, this.#filled)
      this.#bytes = larger
    }
    this.#filled += chunk.copy(this.#bytes, this.#filled)
    const used = this.#cut()
    this.#bytes.copyWithin(0, used, this.#filled)
    this.#filled -= used
  }

  /** Hands on every whole packet; returns the bytes they took. */
  #cut(): number {
    const bytes = this.#bytes
    let at = 0
    for (;;) {
      let size = 0
      let shift = 0
      let body = at + 1
      let byte = 128
      while (byte & 128 && body < this.#filled && shift < 28) {
        byte = bytes[body++] ?? 0
        size |= (byte & 127) << shift
        shift += 7
      }
      if (byte & 128 || body + size > this.#filled) return at
      this.#onPacket(bytes[at] ?? 0, bytes, body, body + size)
      at = body + size
    }
  }
}
