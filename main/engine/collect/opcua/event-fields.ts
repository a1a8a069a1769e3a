import {
  AttributeIds,
  ContentFilter,
  type ContentFilterElementOptions,
  ElementOperand,
  EventFilter,
  type EventFilterOptions,
  FilterOperator,
  LiteralOperand,
  type NodeId,
  SimpleAttributeOperand,
  type Variant,
} from 'node-opcua-client'
import type { OpcuaEventConfig } from '../../../../shared/config/opcua.ts'
import type { Message, Sample } from '../../../../shared/sample.ts'
import { BuiltInType } from './built-in-types.ts'
import { standardNode } from './data-type.ts'
import { formatNodeId } from './node-address.ts'
import { toPlain } from './plain-value.ts'

// One configured selection of events: the filter for the server, and the fields of an event as a payload for the mapping.

/** Type that defines a field, and its path (Part 5, 6.4.2; Part 9, 5.5 and 5.8). */
const baseType = 2041
const conditionType = 2782
const acknowledgeableType = 2881
const alarmType = 2915

interface Field {
  /** Where it goes in the payload: `ActiveState`, `Id`. */
  readonly path: readonly string[]
  readonly operand: SimpleAttributeOperand
}

const baseFields = ['EventId', 'EventType', 'SourceNode', 'SourceName', 'Time', 'ReceiveTime', 'Message', 'Severity']
const conditionFields = ['ConditionName', 'BranchId', 'Retain', 'Quality', 'Comment', 'EnabledState', 'EnabledState/Id']
const alarmFields = ['ActiveState', 'ActiveState/Id']
const acknowledgeableFields = ['AckedState', 'AckedState/Id', 'ConfirmedState', 'ConfirmedState/Id']

/** RefreshStart, RefreshEnd, RefreshRequired (Part 9, 5.11): about the stream of events, not events of the plant. */
const streamEvents: ReadonlySet<string> = new Set(['i=2787', 'i=2788', 'i=2789'])

/** How much of the filter the server is asked for; each refusal asks for less, the rest is done here. */
export type FilterLevel = 'full' | 'without-where' | 'base-fields'
export const filterLevels: readonly FilterLevel[] = ['full', 'without-where', 'base-fields']

export class EventFields {
  readonly #config: OpcuaEventConfig
  readonly #base: readonly Field[]
  readonly #all: readonly Field[]

  constructor(config: OpcuaEventConfig) {
    this.#config = config
    this.#base = baseFields.map((path) => fieldOf(path, baseType))
    this.#all = [
      ...this.#base,
      // The NodeId of the condition itself (Part 9, 5.5.2).
      { path: ['ConditionId'], operand: operandOf([], conditionType, AttributeIds.NodeId) },
      ...conditionFields.map((path) => fieldOf(path, conditionType)),
      ...acknowledgeableFields.map((path) => fieldOf(path, acknowledgeableType)),
      ...alarmFields.map((path) => fieldOf(path, alarmType)),
      ...config.fields.map((path) => fieldOf(path, baseType)),
    ]
  }

  filter(eventType: NodeId, level: FilterLevel): EventFilter {
    const options: EventFilterOptions = { selectClauses: this.#fields(level).map(({ operand }) => operand) }
    if (level === 'full') options.whereClause = whereOf(eventType, this.#config.minSeverity)
    return new EventFilter(options)
  }

  /** Undefined for what is not an event of the plant, or below the severity asked for. */
  sample(
    tag: number,
    values: readonly Variant[],
    namespaces: readonly string[],
    receivedAt: number,
  ): Sample | undefined {
    const payload: Payload = {}
    // An item of a process before this one may have been made with the smaller filter.
    const fields = values.length === this.#base.length ? this.#base : this.#all
    for (const [i, { path }] of fields.entries()) {
      // A plain event has none of the fields of an alarm.
      const value = plainOf(values[i], namespaces)
      if (value !== null) put(payload, path, value)
    }
    if (streamEvents.has(String(payload['EventType']))) return undefined
    const severity = payload['Severity']
    if (typeof severity === 'number' && severity < (this.#config.minSeverity ?? 0)) return undefined
    const source = typeof payload['SourceName'] === 'string' ? payload['SourceName'] : ''
    const time = Date.parse(String(payload['Time']))
    const message: Message = { topic: source, levels: [source], payload }
    return { tag, type: 'json', value: null, ts: time > 0 ? time : receivedAt, statusCode: 0, message }
  }

  #fields(level: FilterLevel): readonly Field[] {
    return level === 'base-fields' ? this.#base : this.#all
  }
}

type Payload = { [name: string]: unknown }

/** A state is a text with parts below it: `ActiveState` = "Active", `ActiveState/Id` = true become one object. */
function put(payload: Payload, path: readonly string[], value: unknown): void {
  const [name = '', part] = path
  if (part === undefined) {
    const present = payload[name]
    if (typeof present === 'object' && present !== null) (present as Payload)['Text'] = value
    else payload[name] = value
    return
  }
  const present = payload[name]
  const parent: Payload =
    typeof present === 'object' && present !== null ? (present as Payload) : { Text: present ?? null }
  payload[name] = parent
  put(parent, path.slice(1), value)
}

function plainOf(variant: Variant | undefined, namespaces: readonly string[]): unknown {
  if (!variant || variant.value === null || variant.value === undefined) return null
  if (variant.dataType === BuiltInType.NodeId && variant.arrayType === 0) {
    return formatNodeId(variant.value as NodeId, namespaces)
  }
  const { type, value } = toPlain(variant)
  if (typeof value === 'bigint') return value.toString()
  if (type !== 'json' || typeof value !== 'string') return value
  try {
    return JSON.parse(value) as unknown
  } catch {
    return value
  }
}

/** `2:Order/2:Number`; a name without index is of namespace 0. */
function fieldOf(text: string, type: number): Field {
  const path = text.split('/').map((segment) => {
    const [, index = '0', name = ''] = /^(?:(\d{1,5}):)?([\s\S]*)$/.exec(segment) ?? []
    return { namespaceIndex: Number(index), name }
  })
  return { path: path.map(({ name }) => name), operand: operandOf(path, type, AttributeIds.Value) }
}

function operandOf(
  browsePath: { namespaceIndex: number; name: string }[],
  type: number,
  attributeId: number,
): SimpleAttributeOperand {
  return new SimpleAttributeOperand({ typeDefinitionId: standardNode(type), browsePath, attributeId })
}

/** Of this type, and at least this severe (Part 4, 7.7). */
function whereOf(eventType: NodeId, minSeverity: number | undefined): ContentFilter {
  const elements: ContentFilterElementOptions[] = []
  const literal = (dataType: number, value: unknown) => new LiteralOperand({ value: { dataType, value } })
  const ofType = { filterOperator: FilterOperator.OfType, filterOperands: [literal(BuiltInType.NodeId, eventType)] }
  const isAll = eventType.namespace === 0 && eventType.value === baseType
  const severe = {
    filterOperator: FilterOperator.GreaterThanOrEqual,
    filterOperands: [fieldOf('Severity', baseType).operand, literal(BuiltInType.UInt16, minSeverity ?? 0)],
  }
  if (!isAll) elements.push(ofType)
  if (minSeverity !== undefined) elements.push(severe)
  if (elements.length === 2) elements.unshift(both())
  return new ContentFilter({ elements })
}

/** The first element is the root; it refers to the two that follow. */
function both(): ContentFilterElementOptions {
  return {
    filterOperator: FilterOperator.And,
    filterOperands: [new ElementOperand({ index: 1 }), new ElementOperand({ index: 2 })],
  }
}
