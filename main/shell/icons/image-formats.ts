import { crc32, deflateSync } from 'node:zlib'

/** One square picture, `size` × `size`, RGBA. */
export interface Picture {
  readonly size: number
  readonly pixels: Uint8Array
}

/** PNG (ISO/IEC 15948): 8 bits RGBA, no filter. */
export function encodePng({ size, pixels }: Picture): Buffer {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(size, 0)
  header.writeUInt32BE(size, 4)
  header.set([8, 6, 0, 0, 0], 8)
  const rows = Buffer.alloc(size * (size * 4 + 1))
  for (let row = 0; row < size; row++) {
    rows.set(pixels.subarray(row * size * 4, (row + 1) * size * 4), row * (size * 4 + 1) + 1)
  }
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  const body = deflateSync(rows, { level: 9 })
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', body), chunk('IEND', Buffer.alloc(0))])
}

function chunk(type: string, body: Buffer): Buffer {
  const typed = Buffer.concat([Buffer.from(type, 'ascii'), body])
  const length = Buffer.alloc(4)
  length.writeUInt32BE(body.length)
  const sum = Buffer.alloc(4)
  sum.writeUInt32BE(crc32(typed))
  return Buffer.concat([length, typed, sum])
}

/** Windows icon holding PNG pictures, which every Windows since Vista reads. */
export function encodeIco(pictures: readonly Picture[]): Buffer {
  const head = Buffer.alloc(6 + 16 * pictures.length)
  head.writeUInt16LE(1, 2)
  head.writeUInt16LE(pictures.length, 4)
  const bodies = pictures.map(encodePng)
  let offset = head.length
  for (const [at, body] of bodies.entries()) {
    const size = pictures[at]?.size ?? 0
    const entry = 6 + 16 * at
    // 0 stands for 256.
    head.writeUInt8(size % 256, entry)
    head.writeUInt8(size % 256, entry + 1)
    head.writeUInt16LE(1, entry + 4)
    head.writeUInt16LE(32, entry + 6)
    head.writeUInt32LE(body.length, entry + 8)
    head.writeUInt32LE(offset, entry + 12)
    offset += body.length
  }
  return Buffer.concat([head, ...bodies])
}

/** Apple's icon container; the type names the size of the PNG in it. */
const appleTypes: Readonly<Record<number, string>> = { 128: 'ic07', 256: 'ic08', 512: 'ic09', 1024: 'ic10' }

export function encodeIcns(pictures: readonly Picture[]): Buffer {
  const parts = pictures.map((picture) => appleEntry(appleTypes[picture.size] ?? '', encodePng(picture)))
  return appleEntry('icns', Buffer.concat(parts))
}

function appleEntry(type: string, body: Buffer): Buffer {
  const head = Buffer.alloc(8)
  head.write(type, 0, 'ascii')
  head.writeUInt32BE(body.length + 8, 4)
  return Buffer.concat([head, body])
}
