import { AttributeIds, type DataValue, type NodeId } from 'node-opcua-client'
import type { TextValue } from '../../../../shared/api/opcua-requests.ts'
import type { OpcuaConnectorConfig } from '../../../../shared/config/opcua.ts'
import { inWords, type Said, type SaidFields, said } from '../../../../shared/said/said.ts'
import { GatewayError } from '../../kit/gateway-error.ts'
import type { Log } from '../../observe/log.ts'
import { BuiltInType, ValueRank } from './built-in-types.ts'
import { propertiesOf, resolveDataType } from './data-type.ts'
import { statusNameOf, translateError } from './errors.ts'
import { oneNode } from './one-node.ts'
import type { SessionAccess } from './session-access.ts'
import { textValueOf } from './text-value.ts'
import { isAllowed } from './write-permission.ts'
import { parseValue, type WantedType } from './write-value.ts'

// One value to one node: allowed, of the right type, within its range, written once, read back. Every try is in the audit log.

export interface WriteRequest {
  /** In any notation of the configuration. */
  readonly node: string
  readonly text: string
  /** Who wants it: "UI", "ThingsBoard RPC". */
  readonly by: string
}

export interface WriteResult {
  readonly before: TextValue
  readonly after: TextValue
  readonly status: string
  readonly detail: string
  readonly said?: SaidFields
}

type Rights = Pick<OpcuaConnectorConfig, 'endpointUrl' | 'name' | 'writable'>

/** Rejects with a GatewayError when nothing was written; when it is not known, the message says so. Never writes twice. */
export async function writeNode(
  access: SessionAccess,
  rights: Rights,
  request: WriteRequest,
  audit: Log,
): Promise<WriteResult> {
  const line = { by: request.by, server: rights.endpointUrl, node: request.node, new: request.text }
  try {
    const result = await write(access, rights, request)
    audit.info('write', { ...line, old: result.before.value, result: result.status, readBack: result.after.value })
    return result
  } catch (error) {
    const reason = translateError(error, { address: rights.endpointUrl, doing: 'writing' })
    audit.warn('write-refused', { ...line, code: reason.code, result: reason.message })
    throw reason
  }
}

async function write(access: SessionAccess, rights: Rights, { node, text }: WriteRequest): Promise<WriteResult> {
  const nodeId = await oneNode(access, node)
  if (!(await isAllowed(access, nodeId, rights.writable))) throw notAllowed(rights, node)
  const present = await presentValue(access, nodeId, node)
  const { wanted, typeName } = await wantedType(access, nodeId, present)
  const parsed = parseValue(text, wanted)
  if (!parsed.ok) {
    throw new GatewayError('MAP_TYPE_MISMATCH', `The value for ${node} was not written: ${parsed.problem}`, {
      retry: 'after-config-change',
      hint: `The node is of type ${typeName}${wanted.isArray ? ', an array' : ''}.`,
    })
  }
  const status = await send(access, nodeId, node, parsed.variant)
  const before = textValueOf(present)
  const [answer] = await access.read([nodeId])
  const after = answer ? textValueOf(answer) : { value: '', type: before.type, quality: 'BadUnexpectedError', ts: 0 }
  return {
    before,
    after,
    status,
    ...inWords({
      detail: detailOf(before, after, textValueOf({ value: parsed.variant } as unknown as DataValue).value),
    }),
  }
}

/** One request, never repeated: a lost answer leaves the outcome open. */
async function send(
  access: SessionAccess,
  nodeId: NodeId,
  node: string,
  variant: Extract<ReturnType<typeof parseValue>, { ok: true }>['variant'],
): Promise<string> {
  let status: { name: string; isNotGood(): boolean }
  try {
    // The value alone: many servers refuse timestamps and status (BadWriteNotSupported).
    status = await access.session.write({ nodeId, attributeId: AttributeIds.Value, value: { value: variant } })
  } catch (error) {
    const name = statusNameOf(error)
    if (name && reasons[name]) throw refused(node, name)
    throw new GatewayError('TIMEOUT', `It is not known whether ${node} was written: the server did not answer`, {
      retry: 'never',
      hint: 'Read the value before you write it again.',
      cause: error,
    })
  }
  if (status.isNotGood()) throw refused(node, status.name)
  return status.name
}

async function presentValue(access: SessionAccess, nodeId: NodeId, node: string): Promise<DataValue> {
  const [present] = await access.read([nodeId])
  const status = present?.statusCode.name ?? 'BadUnexpectedError'
  if (present && !present.statusCode.isBad()) return present
  // A variable that can not be read, or has no value yet, can still be written: its DataType says enough.
  if (present && !fatal.has(status)) return present
  throw refused(node, status)
}

const fatal: ReadonlySet<string> = new Set(['BadNodeIdUnknown', 'BadNodeIdInvalid', 'BadAttributeIdInvalid'])

async function wantedType(
  access: SessionAccess,
  nodeId: NodeId,
  present: DataValue,
): Promise<{ wanted: WantedType; typeName: string }> {
  const [dataType] = await access.read([nodeId], AttributeIds.DataType)
  const [valueRank] = await access.read([nodeId], AttributeIds.ValueRank)
  const typeId: unknown = dataType?.value?.value
  const declared = typeId ? await resolveDataType(access, typeId as NodeId) : { builtIn: 0, name: '', names: undefined }
  const builtIn = declared.builtIn || (present.value?.dataType ?? 0)
  const rank = Number(valueRank?.value?.value ?? -1)
  const hasValue = present.value && present.value.dataType !== BuiltInType.Null
  // -3 and -2 leave it open (Part 3, 8.6): the present value decides.
  const isArray = rank >= 0 || (rank < -1 && hasValue === true && present.value.arrayType !== ValueRank.Scalar)
  if (rank > 1 || present.value?.arrayType === ValueRank.Matrix) throw unsupported('matrices')
  if (builtIn === 0) throw unsupported('values whose type the server does not say')
  const properties = isNumber(builtIn) ? await propertiesOf(access, nodeId, ['EURange']) : new Map<string, unknown>()
  const range = properties.get('EURange') as { low?: unknown; high?: unknown } | undefined
  const isRange = typeof range?.low === 'number' && typeof range.high === 'number' && range.high > range.low
  return {
    typeName: declared.name,
    wanted: {
      builtIn,
      isArray,
      ...(declared.names ? { names: declared.names } : {}),
      range: isRange ? { low: range.low as number, high: range.high as number } : undefined,
    },
  }
}

const isNumber = (builtIn: number): boolean => builtIn >= BuiltInType.SByte && builtIn <= BuiltInType.Double

function detailOf(before: TextValue, after: TextValue, value: string): Said {
  if (after.quality.startsWith('Bad')) return said('node.writtenUnread', { value, quality: after.quality })
  if (after.value === value) return said('node.written', { value, before: before.value })
  return said('node.writtenOther', { value, now: after.value })
}

function notAllowed({ name }: Rights, node: string): GatewayError {
  return new GatewayError('OPCUA_NODE_REFUSED', `${node} was not written: the configuration does not allow it`, {
    retry: 'after-config-change',
    hint: `Add the node, or a pattern for it, to "writable" in the settings of ${name}.`,
  })
}

function refused(node: string, status: string): GatewayError {
  return new GatewayError('OPCUA_NODE_REFUSED', `The server did not write ${node}: ${reasons[status] ?? status}`, {
    retry: 'after-config-change',
    hint: hints[status] ?? 'Look at the node in the server: whether it can be written, and what it accepts.',
    detail: { statusCode: status },
  })
}

function unsupported(what: string): GatewayError {
  return new GatewayError('MAP_TYPE_MISMATCH', `Nothing was written: ${what} can not be written as text`, {
    retry: 'never',
    hint: 'Use a program that knows the structure of this node.',
  })
}

const reasons: Readonly<Record<string, string>> = {
  BadNotWritable: 'it is read-only',
  BadUserAccessDenied: 'the user may not write it',
  BadTypeMismatch: 'it wants another type',
  BadOutOfRange: 'the value is outside of what it accepts',
  BadWriteNotSupported: 'it does not support writing this',
  BadNodeIdUnknown: 'it has no such node',
  BadNodeIdInvalid: 'this is not the address of a node',
  BadAttributeIdInvalid: 'it is not a variable',
  BadInvalidState: 'the machine is in a state that does not allow it',
}

const hints: Readonly<Record<string, string>> = {
  BadUserAccessDenied: 'Give this user the right to write it at the server, or log in as another one.',
  BadNotWritable: 'Nobody can write it over OPC UA unless the server is changed.',
}
