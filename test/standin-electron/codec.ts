export interface Codec {
  encode(value: unknown, onFunction?: (f: (...args: unknown[]) => unknown) => object): string
  decode(text: string, onTag?: (tagged: { $: string; id: number }) => unknown): unknown
}

type Tagged = { $: string; v?: unknown; n?: string; id?: number }

/**
 * JSON that keeps what structured clone keeps and refuses what it refuses. The source text of this function also runs inside
 * the page, so it uses nothing from outside itself.
 */
export function makeCodec(): Codec {
  const arrays = { Int8Array, Uint8Array, Int16Array, Uint16Array, Int32Array, Uint32Array, Float32Array, Float64Array }
  const refuse = (): never => {
    throw new Error('An object could not be cloned.')
  }
  const write = (value: unknown, onFunction: ((f: never) => object) | undefined, above: Set<unknown>): unknown => {
    if (value === null || typeof value === 'boolean' || typeof value === 'string') return value
    if (value === undefined) return { $: 'undefined' }
    if (typeof value === 'number') return Number.isFinite(value) ? value : { $: 'number', v: String(value) }
    if (typeof value === 'bigint') return { $: 'bigint', v: String(value) }
    if (typeof value === 'function') return onFunction ? onFunction(value as never) : refuse()
    if (typeof value === 'symbol') return refuse()
    if (above.has(value)) throw new Error('Electron stand-in: cyclic values are not supported')
    const inside = new Set(above).add(value)
    const each = (part: unknown): unknown => write(part, onFunction, inside)
    const tag = Object.prototype.toString.call(value).slice(8, -1)
    if (Array.isArray(value)) return value.map(each)
    if (value instanceof Date) return { $: 'date', v: value.getTime() }
    if (value instanceof Map) return { $: 'map', v: [...value].map(each) }
    if (value instanceof Set) return { $: 'set', v: [...value].map(each) }
    if (tag in arrays) return { $: 'array', n: tag, v: [...(value as Uint8Array)] }
    if (tag === 'Error') return { $: 'error', n: (value as Error).name, v: (value as Error).message }
    if (tag !== 'Object') return refuse()
    return { $: 'object', v: Object.fromEntries(Object.entries(value as object).map(([k, v]) => [k, each(v)])) }
  }
  const read = (value: unknown, onTag: ((tagged: { $: string; id: number }) => unknown) | undefined): unknown => {
    if (value === null || typeof value !== 'object') return value
    if (Array.isArray(value)) return value.map((part) => read(part, onTag))
    const { $: kind, v, n } = value as Tagged
    const list = (): unknown[] => (v as unknown[]).map((part) => read(part, onTag))
    switch (kind) {
      case 'undefined':
        return undefined
      case 'number':
        return Number(v)
      case 'bigint':
        return BigInt(v as string)
      case 'date':
        return new Date(v as number)
      case 'map':
        return new Map(list() as Array<[unknown, unknown]>)
      case 'set':
        return new Set(list())
      case 'array':
        return new arrays[n as keyof typeof arrays](v as number[])
      case 'error':
        return Object.assign(new Error(v as string), { name: n })
      case 'object':
        return Object.fromEntries(Object.entries(v as object).map(([key, part]) => [key, read(part, onTag)]))
      default:
        if (onTag) return onTag(value as { $: string; id: number })
        throw new Error(`Electron stand-in: unknown tag ${kind}`)
    }
  }
  return {
    encode: (value, onFunction) => JSON.stringify(write(value, onFunction as never, new Set())),
    decode: (text, onTag) => read(JSON.parse(text), onTag),
  }
}
