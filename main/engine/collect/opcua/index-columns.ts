// One column for each thing known of a node; a row is the same place in all of them.

const columns = {
  parents: Int32Array,
  /** Chain of the further parents; -1 = none. */
  moreParents: Int32Array,
  identities: Uint32Array,
  values: Uint32Array,
  names: Uint32Array,
  displays: Uint32Array,
  browseNamespaces: Uint16Array,
  types: Uint16Array,
  classes: Uint8Array,
  flags: Uint8Array,
} as const
export type Columns = { -readonly [C in keyof typeof columns]: InstanceType<(typeof columns)[C]> }
const columnNames = Object.keys(columns) as (keyof Columns)[]

/** Of one row in all columns. */
export const rowBytes = columnNames.reduce((sum, name) => sum + columns[name].BYTES_PER_ELEMENT, 0)

export function allocate(capacity: number): Columns {
  return Object.fromEntries(columnNames.map((name) => [name, new columns[name](capacity)])) as unknown as Columns
}

export function grown(from: Columns, capacity: number): Columns {
  const larger = allocate(capacity)
  for (const name of columnNames) larger[name].set(from[name])
  return larger
}

export function bytesOf(filled: Columns): number {
  return columnNames.reduce((sum, name) => sum + filled[name].byteLength, 0)
}

export function* blocksOf(filled: Columns, count: number): Generator<Buffer> {
  for (const name of columnNames) {
    const { buffer, byteOffset, BYTES_PER_ELEMENT } = filled[name]
    yield Buffer.from(buffer, byteOffset, count * BYTES_PER_ELEMENT)
  }
}

/** The inverse of `blocksOf` joined; the bytes are enough. */
export function columnsFrom(bytes: Buffer, count: number, capacity: number): Columns {
  const filled = allocate(capacity)
  let at = 0
  for (const name of columnNames) {
    const length = count * columns[name].BYTES_PER_ELEMENT
    Buffer.from(filled[name].buffer).set(bytes.subarray(at, at + length))
    at += length
  }
  return filled
}

export interface Bounds {
  readonly strings: number
  readonly types: number
  readonly namespaces: number
  readonly moreParents: number
}

/** No number in a file may point outside: the rest of the code does not look twice. */
export function isSound(c: Columns, count: number, bounds: Bounds): boolean {
  for (let row = 0; row < count; row++) {
    const isString = (c.identities[row]! & 3) !== 0
    if (c.parents[row]! >= row || c.parents[row]! < -1) return false
    if (c.moreParents[row]! >= bounds.moreParents || c.moreParents[row]! < -1) return false
    if (c.names[row]! >= bounds.strings || c.displays[row]! >= bounds.strings) return false
    if (c.types[row]! >= bounds.types || c.identities[row]! >>> 2 >= bounds.namespaces) return false
    if (isString && c.values[row]! >= bounds.strings) return false
  }
  return true
}
