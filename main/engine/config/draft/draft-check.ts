import type { GatewayConfig } from '../../../../shared/config/gateway.ts'
import { gatewaySchema } from '../../../../shared/config/gateway.ts'
import { changedRange, isFields, shareParts } from '../../../../shared/config/identity.ts'
import { sourceTopicLimit } from '../../../../shared/config/mqtt.ts'
import { deviceKeyLimit, sourceDeviceLimit } from '../../../../shared/config/opcua.ts'
import { mappingClaims } from '../../map/validate.ts'
import { type CheckOutcome, checkConfig } from '../load.ts'
import { ClaimCounts } from './claim-counts.ts'

// Checks an edited configuration by what changed: the whole check takes most of a second for 100,000 keys. Only ever says
// `valid` by this short way; anything doubtful goes the whole way, which also finds the words for what is wrong.

type Fields = Readonly<Record<string, unknown>>

export class DraftCheck {
  #document: GatewayConfig
  /** Made when the first edit needs it. */
  #claims: ClaimCounts | undefined

  /** `document` is valid, with defaults filled in, as `checkConfig` gave it. */
  constructor(document: GatewayConfig) {
    this.#document = document
  }

  /** The edited document with defaults filled in, sharing all untouched parts; it is what the next edit is compared with. */
  check(edited: unknown): CheckOutcome {
    const outcome = this.#short(edited) ?? this.#whole(edited)
    if (outcome.kind === 'invalid') return outcome
    this.#document = shareParts(this.#document, outcome.config)
    return { kind: 'valid', config: this.#document }
  }

  /** Takes over a document that was checked already. */
  use(document: GatewayConfig): void {
    if (document === this.#document) return
    const outcome = this.#short(document)
    if (!outcome) this.#claims = undefined
    this.#document = document
  }

  #whole(edited: unknown): CheckOutcome {
    const outcome = checkConfig(edited)
    if (outcome.kind === 'valid') this.#claims = undefined
    return outcome
  }

  #short(edited: unknown): CheckOutcome | undefined {
    if (!isFields(edited) || !Array.isArray(edited['connectors'])) return undefined
    const before = new Map(this.#document.connectors.map((connector) => [connector.id, connector]))
    const parts = edited['connectors'].map((connector: unknown) => changedPart(before, connector))
    if (parts.some((part) => part === undefined)) return undefined
    const known = parts as ChangedPart[]
    const parsed = gatewaySchema.safeParse({ ...edited, connectors: known.map((part) => part.after) })
    if (!parsed.success) return undefined
    const removed = new Set(before.keys())
    for (const part of known) removed.delete(part.id)
    const old = [...known.flatMap((p) => (p.before ? [p.before] : [])), ...[...removed].map((id) => before.get(id)!)]
    const after = mappingClaims(parsed.data)
    if (after.problems.length > 0) return undefined
    this.#claims ??= new ClaimCounts(mappingClaims(this.#document))
    if (!this.#claims.replace(mappingClaims({ connectors: old as GatewayConfig['connectors'] }), after))
      return undefined
    const connectors = parsed.data.connectors.map((connector, i) => known[i]!.assemble(connector))
    return { kind: 'valid', config: { ...parsed.data, connectors: connectors as GatewayConfig['connectors'] } }
  }
}

interface ChangedPart {
  readonly id: string
  /** The connector with the changed elements only, as it was; undefined: it is new. */
  readonly before: Fields | undefined
  readonly after: unknown
  /** The whole connector from the parsed part. */
  readonly assemble: (parsed: object) => object
}

const noLists: Readonly<Record<string, Fields>> = {
  opcua: { devices: [], rules: [], events: [] },
  mqtt: { topics: [] },
}

/** Undefined: it can not be told apart from the rest. */
function changedPart(before: ReadonlyMap<string, unknown>, after: unknown): ChangedPart | undefined {
  if (!isFields(after)) return undefined
  const id = String(after['id'])
  const old = before.get(id)
  const empty = noLists[String(after['type'])]
  if (!empty) return undefined
  if (old === after) return { id, before: undefined, after: { ...after, ...empty }, assemble: () => old }
  if (!isFields(old) || old['type'] !== after['type']) {
    return { id, before: isFields(old) ? old : undefined, after, assemble: (parsed) => parsed }
  }
  if (after['type'] === 'mqtt') return listPart({ id, old, after }, 'topics', sourceTopicLimit, {})
  const rest = { rules: old['rules'], events: old['events'] }
  return listPart({ id, old, after }, 'devices', sourceDeviceLimit, rest)
}

/** The rest of the connector is small; of the list only what differs is looked at. */
function listPart(
  { id, old, after }: { id: string; old: Fields; after: Fields },
  name: 'devices' | 'topics',
  limit: number,
  rest: Fields,
): ChangedPart | undefined {
  const [from, to] = [old[name], after[name]]
  if (!Array.isArray(from) || !Array.isArray(to) || to.length > limit) return undefined
  const { start, oldEnd, newEnd } = changedRange(from, to)
  const [oldOnes, newOnes] = [from.slice(start, oldEnd), to.slice(start, newEnd)]
  if (name === 'devices' && oldOnes.length === 1 && newOnes.length === 1) {
    const inner = devicePart(oldOnes[0], newOnes[0])
    if (inner) {
      const splice = (device: object): unknown[] => to.with(start, inner.assemble(device))
      return {
        id,
        before: { ...old, ...rest, devices: [inner.before] },
        after: { ...after, devices: [inner.after] },
        assemble: (parsed) => ({ ...parsed, devices: splice((parsed as { devices: object[] }).devices[0]!) }),
      }
    }
  }
  return {
    id,
    before: { ...old, ...rest, [name]: oldOnes },
    after: { ...after, [name]: newOnes },
    assemble: (parsed) => ({
      ...parsed,
      [name]: [...to.slice(0, start), ...(parsed as Record<string, unknown[]>)[name]!, ...to.slice(newEnd)],
    }),
  }
}

interface DevicePart {
  readonly before: Fields
  readonly after: Fields
  readonly assemble: (parsed: object) => object
}

/** One changed key of a device with 100,000. Claims carry the device's name: another name claims all keys anew. */
function devicePart(old: unknown, now: unknown): DevicePart | undefined {
  if (!isFields(old) || !isFields(now) || old['name'] !== now['name']) return undefined
  const [from, to] = [old['keys'], now['keys']]
  if (!Array.isArray(from) || !Array.isArray(to) || to.length > deviceKeyLimit) return undefined
  const { start, oldEnd, newEnd } = changedRange(from, to)
  return {
    before: { ...old, keys: from.slice(start, oldEnd) },
    after: { ...now, keys: to.slice(start, newEnd) },
    assemble: (parsed) => ({
      ...parsed,
      keys: [...to.slice(0, start), ...(parsed as { keys: unknown[] }).keys, ...to.slice(newEnd)],
    }),
  }
}
