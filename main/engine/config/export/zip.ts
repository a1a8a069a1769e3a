import { promisify } from 'node:util'
import { crc32, deflateRaw } from 'node:zlib'

const deflate = promisify(deflateRaw)

/** Names are UTF-8 (bit 11); 2.0 is the version that knows deflate. */
const flags = 0x0800
const version = 20
const deflated = 8
/** 1 January 1980, the first day of the format: the same files make the same archive. */
const firstDay = 0x0021

/** Files as one archive (PKWARE APPNOTE 6.3.3, without ZIP64: less than 4 GB and 65,535 files). */
export async function zip(files: readonly { readonly name: string; readonly text: string }[]): Promise<Buffer> {
  const parts: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const { name, text } of files) {
    const content = Buffer.from(text)
    const packed = await deflate(content)
    const about = aboutFile(Buffer.from(name), crc32(content), packed.length, content.length)
    const local = Buffer.concat([numbers([0x04034b50, 4]), about, Buffer.from(name), packed])
    const where = numbers([0, 2], [0, 2], [0, 2], [0, 4], [offset, 4])
    directory.push(Buffer.concat([numbers([0x02014b50, 4], [version, 2]), about, where, Buffer.from(name)]))
    parts.push(local)
    offset += local.length
  }
  const list = Buffer.concat(directory)
  const count = files.length
  const end = numbers([0x06054b50, 4], [0, 2], [0, 2], [count, 2], [count, 2], [list.length, 4], [offset, 4], [0, 2])
  return Buffer.concat([...parts, list, end])
}

/** What the header of a file and its entry in the directory have in common. */
function aboutFile(name: Buffer, checksum: number, packed: number, size: number): Buffer {
  const method = [
    [version, 2],
    [flags, 2],
    [deflated, 2],
    [0, 2],
    [firstDay, 2],
  ] as const
  return numbers(...method, [checksum, 4], [packed, 4], [size, 4], [name.length, 2], [0, 2])
}

/** Little-endian numbers of 2 or 4 bytes. */
function numbers(...values: readonly (readonly [number, 2 | 4])[]): Buffer {
  return Buffer.concat(
    values.map(([value, bytes]) => {
      const buffer = Buffer.alloc(bytes)
      buffer.writeUIntLE(value, 0, bytes)
      return buffer
    }),
  )
}
