import type { GatewayConfig } from '../../../../shared/config/gateway.ts'
import { isFields } from '../../../../shared/config/identity.ts'
import { sourceTopicLimit } from '../../../../shared/config/mqtt.ts'
import { deviceKeyLimit, sourceDeviceLimit } from '../../../../shared/config/opcua.ts'

// Cuts an edited configuration down to what is not the same object as before: a configuration by itself, which is checked in
// its place and put together again.

type Fields = Readonly<Record<string, unknown>>
type Connectors = GatewayConfig['connectors']

export interface ChangedParts {
  /** The changed parts as they were; valid together. */
  readonly before: Connectors
  /** All sources, with only the changed elements in their lists. */
  readonly after: Fields
  /** The whole sources from the checked parts. */
  readonly assemble: (parsed: Connectors) => Connectors
  /** A path in the parts as a path in the whole. */
  readonly placeOf: (path: string) => string
}

/** Undefined: it can not be cut. */
export function changedParts(before: GatewayConfig, edited: unknown): ChangedParts | undefined {
  if (!isFields(edited) || !Array.isArray(edited['connectors'])) return undefined
  const known = new Map<string, unknown>(before.connectors.map((connector) => [connector.id, connector]))
  const parts: Part[] = []
  for (const connector of edited['connectors']) {
    const part = isFields(connector) ? sourcePart(known.get(String(connector['id'])), connector) : undefined
    if (!part) return undefined
    known.delete(String((connector as Fields)['id']))
    parts.push(part)
  }
  return {
    before: [...parts.flatMap((part) => (part.before ? [part.before] : [])), ...known.values()] as Connectors,
    after: { ...edited, connectors: parts.map((part) => part.after) },
    assemble: (parsed) => parsed.map((connector, i) => parts[i]?.assemble(connector) ?? connector) as Connectors,
    placeOf: (path) => placeIn(parts, path),
  }
}

/** An element with only its changed elements. */
interface Part {
  /** Undefined: it is new, or the same object. */
  readonly before: Fields | undefined
  readonly after: Fields
  readonly assemble: (parsed: Fields) => Fields
  readonly list: ListPart | undefined
}

interface ListPart {
  readonly name: string
  readonly before: readonly unknown[]
  readonly after: readonly unknown[]
  readonly assemble: (parsed: readonly unknown[]) => unknown[]
  /** Place in the whole list by place in the part. */
  readonly places: readonly number[]
  /** Of the elements that were cut themselves. */
  readonly inner: ReadonlyMap<number, Part>
}

const whole = (before: Fields | undefined, after: Fields): Part => ({
  before,
  after,
  assemble: (parsed) => parsed,
  list: undefined,
})

const noLists: Readonly<Record<string, Fields>> = {
  opcua: { devices: [], rules: [], events: [] },
  mqtt: { topics: [] },
}

function sourcePart(before: unknown, after: Fields): Part | undefined {
  const empty = noLists[String(after['type'])]
  if (!empty) return undefined
  if (before === after) return { ...whole(undefined, { ...after, ...empty }), assemble: () => after }
  if (!isFields(before) || before['type'] !== after['type']) return whole(isFields(before) ? before : undefined, after)
  const isOpcua = after['type'] === 'opcua'
  const [name, limit] = isOpcua ? (['devices', sourceDeviceLimit] as const) : (['topics', sourceTopicLimit] as const)
  return elementPart(before, after, name, limit)
}

/** Undefined: the list is none, or longer than allowed, which the whole check finds out. */
function elementPart(before: Fields, after: Fields, name: string, limit: number): Part | undefined {
  const [old, now] = [before[name], after[name]]
  if (!Array.isArray(old) || !Array.isArray(now) || now.length > limit) return undefined
  const list = listPart(name, old, now)
  return {
    before: { ...before, [name]: list.before },
    after: { ...after, [name]: list.after },
    assemble: (parsed) => ({ ...parsed, [name]: list.assemble(parsed[name] as readonly unknown[]) }),
    list,
  }
}

function listPart(name: string, before: readonly unknown[], after: readonly unknown[]): ListPart {
  const { oldOnes, places } = changedElements(before, after)
  const newOnes = places.map((place) => after[place])
  const inner = new Map<number, Part>()
  const left = name === 'devices' ? cutDevices(oldOnes, newOnes, inner) : oldOnes
  const cut = [...inner.values()].flatMap((part) => (part.before ? [part.before] : []))
  return {
    name,
    before: [...cut, ...left],
    after: newOnes.map((element, i) => inner.get(i)?.after ?? element),
    assemble: (parsed) => {
      const result = after.slice()
      places.forEach((place, i) => {
        const element = parsed[i] as Fields
        result[place] = inner.get(i)?.assemble(element) ?? element
      })
      return result
    },
    places,
    inner,
  }
}

/** What is not the same object in both lists. */
function changedElements(
  before: readonly unknown[],
  after: readonly unknown[],
): { oldOnes: unknown[]; places: number[] } {
  const oldOnes: unknown[] = []
  const places: number[] = []
  if (before.length === after.length) {
    // In place, the usual edit; a moved element is looked at once more, which does no harm.
    before.forEach((element, i) => {
      if (Object.is(element, after[i])) return
      oldOnes.push(element)
      places.push(i)
    })
    return { oldOnes, places }
  }
  const [old, now] = [new Set(before), new Set(after)]
  for (const element of before) if (!now.has(element)) oldOnes.push(element)
  after.forEach((element, i) => {
    if (!old.has(element)) places.push(i)
  })
  return { oldOnes, places }
}

/**
 * Puts the devices that are on both sides into `inner`, by place among the new ones; returns the old ones that are left.
 * Claims carry the device's name, so a renamed device is looked at with all its keys.
 */
function cutDevices(
  oldOnes: readonly unknown[],
  newOnes: readonly unknown[],
  inner: Map<number, Part>,
): readonly unknown[] {
  const known = new Map(oldOnes.flatMap((device) => (isFields(device) ? [[device['name'], device]] : [])))
  const left = new Set(oldOnes)
  newOnes.forEach((device, i) => {
    const old = isFields(device) ? known.get(device['name']) : undefined
    const part = old && elementPart(old, device as Fields, 'keys', deviceKeyLimit)
    if (!part) return
    inner.set(i, part)
    // Of two devices with one name only one is cut.
    known.delete(old['name'])
    left.delete(old)
  })
  return [...left]
}

function placeIn(parts: readonly Part[], path: string): string {
  const list = parts[Number(/^connectors\[(\d+)\]/.exec(path)?.[1])]?.list
  if (!list) return path
  return path.replace(
    new RegExp(`^(connectors\\[\\d+\\]\\.${list.name})\\[(\\d+)\\](?:(\\.keys)\\[(\\d+)\\])?`),
    (_all, head: string, place: string, keys: string | undefined, key: string) => {
      const inner = list.inner.get(Number(place))?.list
      const device = `${head}[${list.places[Number(place)] ?? place}]`
      if (keys === undefined) return device
      return `${device}${keys}[${inner?.places[Number(key)] ?? key}]`
    },
  )
}
