import { AttributeIds, NodeClass, type NodeId } from 'node-opcua-client'
import { causeText } from '../../kit/gateway-error.ts'
import type { Log } from '../../observe/log.ts'
import { resolveNodes } from './resolve-nodes.ts'
import type { SessionAccess } from './session-access.ts'
import type { TagTable } from './tag-table.ts'

// Names of enumeration values, for the tags that want text. From the DataTypeDefinition (Part 3, 8.48), or from the older
// properties EnumStrings and EnumValues (Part 3, 5.8.3); a server that has none of them delivers numbers.

export type Names = ReadonlyMap<number, string>

export class EnumNames {
  readonly #bySlot = new Map<number, Names>()
  readonly #byType = new Map<string, Names>()

  of(slot: number): Names | undefined {
    return this.#bySlot.get(slot)
  }

  /** Reads the names of every tag that wants them and has none yet. */
  async load(access: SessionAccess, tags: TagTable, log: Log): Promise<void> {
    const wanted = tags
      .tags()
      .flatMap((tag, slot) =>
        tag.enum === 'text' && tags.isActive(slot) && !this.#bySlot.has(slot) ? [{ tag, slot }] : [],
      )
    if (wanted.length === 0) return
    const resolutions = await resolveNodes(
      access,
      wanted.map(({ tag }) => tag.node),
    )
    const found = wanted.flatMap(({ tag, slot }) => {
      const resolution = resolutions.get(tag.node)
      return resolution?.kind === 'found' ? [{ slot, nodeId: resolution.nodeId }] : []
    })
    const types = await access.read(
      found.map((f) => f.nodeId),
      AttributeIds.DataType,
    )
    for (const [i, { slot }] of found.entries()) {
      const type = types[i]?.value?.value as NodeId | undefined
      if (!type) continue
      const names = this.#byType.get(type.toString()) ?? (await this.#read(access, type, log))
      this.#byType.set(type.toString(), names)
      if (names.size > 0) this.#bySlot.set(slot, names)
    }
  }

  async #read(access: SessionAccess, type: NodeId, log: Log): Promise<Names> {
    try {
      const [definition] = await access.read([type], AttributeIds.DataTypeDefinition)
      const value: unknown = definition?.value?.value
      if (isEnumDefinition(value))
        return new Map(value.fields.map((f) => [numberOf(f.value), f.displayName?.text || (f.name ?? '')]))
      return await this.#readProperties(access, type)
    } catch (error) {
      log.info('enumeration-unreadable', { type: type.toString(), cause: causeText(error) })
      return new Map()
    }
  }

  async #readProperties(access: SessionAccess, type: NodeId): Promise<Names> {
    const [outcome] = await access.browse([type])
    const names = new Map<number, string>()
    for (const reference of outcome?.references ?? []) {
      const { name } = reference.browseName
      if (reference.nodeClass !== NodeClass.Variable || (name !== 'EnumStrings' && name !== 'EnumValues')) continue
      const [answer] = await access.read([reference.nodeId as NodeId])
      const list: unknown = answer?.value?.value
      if (!Array.isArray(list)) continue
      for (const [i, item] of (list as readonly EnumItem[]).entries()) {
        if (name === 'EnumStrings') names.set(i, item.text ?? '')
        else names.set(numberOf(item.value), item.displayName?.text ?? '')
      }
    }
    return names
  }
}

/** A LocalizedText, or an EnumValueType. */
interface EnumItem {
  readonly text?: string | null
  readonly value?: unknown
  readonly displayName?: { readonly text?: string | null }
}

interface EnumDefinition {
  readonly fields: readonly {
    readonly value: unknown
    readonly name?: string | null
    readonly displayName?: { text?: string | null }
  }[]
}

/** The client library does not export the class. */
function isEnumDefinition(value: unknown): value is EnumDefinition {
  if (typeof value !== 'object' || value === null || !('fields' in value) || !Array.isArray(value.fields)) return false
  return value.fields.every((field: unknown) => typeof field === 'object' && field !== null && 'value' in field)
}

/** Int64 comes as [high, low]. */
function numberOf(value: unknown): number {
  if (Array.isArray(value)) return Number((BigInt(value[0] | 0) << 32n) | BigInt(value[1] >>> 0))
  return Number(value)
}
