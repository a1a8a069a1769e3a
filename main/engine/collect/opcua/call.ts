import type { CallMethodResult, NodeId, VariantOptions } from 'node-opcua-client'
import type { RequestOutput } from '../../../../shared/api/contract.ts'
import type { OpcuaConnectorConfig } from '../../../../shared/config/opcua.ts'
import { inWords, said } from '../../../../shared/said/said.ts'
import { GatewayError } from '../../kit/gateway-error.ts'
import type { Log } from '../../observe/log.ts'
import { statusNameOf, translateError } from './errors.ts'
import { type MethodShape, methodShape, ownerOf, type TypedArgument } from './method.ts'
import { oneNode } from './one-node.ts'
import type { SessionAccess } from './session-access.ts'
import { textValueOf } from './text-value.ts'
import { isAllowed } from './write-permission.ts'
import { parseValue } from './write-value.ts'

// One method, once: allowed, arguments of the right number and type, outputs by their names. Every try is in the audit log.

export interface CallRequest {
  /** '' = the object the method hangs below. */
  readonly object: string
  readonly method: string
  readonly arguments: readonly string[]
  readonly by: string
}

type Rights = Pick<OpcuaConnectorConfig, 'endpointUrl' | 'name' | 'callable'>
type CallOutput = RequestOutput<'opcua.call'>

/** Rejects with a GatewayError when it was not called; when it is not known, the message says so. Never calls twice. */
export async function callMethod(
  access: SessionAccess,
  rights: Rights,
  request: CallRequest,
  audit: Log,
): Promise<CallOutput> {
  const line = {
    by: request.by,
    server: rights.endpointUrl,
    object: request.object,
    method: request.method,
    arguments: JSON.stringify(request.arguments),
  }
  try {
    const result = await call(access, rights, request)
    audit.info('call', { ...line, result: result.status, outputs: JSON.stringify(result.outputs.map((o) => o.value)) })
    return result
  } catch (error) {
    const reason = translateError(error, { address: rights.endpointUrl, doing: 'calling a method' })
    audit.warn('call-refused', { ...line, code: reason.code, result: reason.message })
    throw reason
  }
}

async function call(access: SessionAccess, rights: Rights, request: CallRequest): Promise<CallOutput> {
  const { method } = request
  const methodId = await oneNode(access, method)
  if (!(await isAllowed(access, methodId, rights.callable))) {
    throw new GatewayError('OPCUA_NODE_REFUSED', `${method} was not called: the configuration does not allow it`, {
      retry: 'after-config-change',
      hint: `Add the method, or a pattern for it, to "callable" in the settings of ${rights.name}.`,
    })
  }
  const objectId = request.object === '' ? await ownerOf(access, methodId) : await oneNode(access, request.object)
  if (!objectId) {
    throw new GatewayError('OPCUA_NODE_UNKNOWN', `${method} hangs below no object, so it can not be called`, {
      retry: 'after-config-change',
      hint: 'Name the object to call it on.',
    })
  }
  const shape = await methodShape(access, methodId)
  const inputArguments = parseArguments(method, shape.inputs, request.arguments)
  const result = await send(access, { objectId, methodId, inputArguments }, method)
  const status = result.statusCode
  if (status.isBad()) throw refused(method, shape, result)
  const outputs = (result.outputArguments ?? []).map((value, i) => {
    const text = textValueOf({ value } as unknown as Parameters<typeof textValueOf>[0])
    return { name: shape.outputs[i]?.argument.name ?? `output ${i + 1}`, type: text.type, value: text.value }
  })
  const answer = outputs.map(({ name, value }) => `${name} = ${value}`).join(', ')
  const detail = answer ? said('node.answered', { answer }) : said('node.called')
  return { status: status.name, outputs, ...inWords({ detail }) }
}

function parseArguments(method: string, inputs: readonly TypedArgument[], texts: readonly string[]): VariantOptions[] {
  if (inputs.length !== texts.length) {
    const list = inputs.map(({ argument }) => `${argument.name} (${argument.type})`).join(', ')
    throw mismatch(
      `${method} takes ${inputs.length} arguments, not ${texts.length}`,
      list === '' ? 'Call it without arguments.' : `It takes: ${list}.`,
    )
  }
  return inputs.map(({ argument, wanted }, i) => {
    const parsed = parseValue(texts[i] ?? '', wanted)
    if (parsed.ok) return parsed.variant
    throw mismatch(`${method} was not called: ${argument.name}: ${parsed.problem}`, `It is of type ${argument.type}.`)
  })
}

/** One request, never repeated: a lost answer leaves the outcome open. */
async function send(
  access: SessionAccess,
  request: { objectId: NodeId; methodId: NodeId; inputArguments: VariantOptions[] },
  method: string,
): Promise<CallMethodResult> {
  try {
    return await access.session.call(request)
  } catch (error) {
    const name = statusNameOf(error)
    if (name && reasons[name]) throw failed(method, reasons[name], name)
    throw new GatewayError('TIMEOUT', `It is not known whether ${method} ran: the server did not answer`, {
      retry: 'never',
      hint: 'Look at the machine before you call it again.',
      cause: error,
    })
  }
}

function refused(method: string, { inputs }: MethodShape, result: CallMethodResult): GatewayError {
  const wrong = (result.inputArgumentResults ?? []).findIndex((r) => r.isNotGood())
  const name = result.statusCode.name
  const about = wrong < 0 ? '' : ` (${inputs[wrong]?.argument.name}: ${result.inputArgumentResults?.[wrong]?.name})`
  return failed(method, `${reasons[name] ?? name}${about}`, name)
}

function failed(method: string, reason: string, statusCode: string): GatewayError {
  return new GatewayError('OPCUA_NODE_REFUSED', `The server did not carry out ${method}: ${reason}`, {
    retry: 'after-config-change',
    hint: 'Look at the method in the server: who may call it, and when.',
    detail: { statusCode },
  })
}

function mismatch(message: string, hint: string): GatewayError {
  return new GatewayError('MAP_TYPE_MISMATCH', message, { retry: 'after-config-change', hint })
}

const reasons: Readonly<Record<string, string>> = {
  BadMethodInvalid: 'the object has no such method',
  BadNotExecutable: 'it can not be called now',
  BadUserAccessDenied: 'the user may not call it',
  BadArgumentsMissing: 'it wants more arguments',
  BadTooManyArguments: 'it wants fewer arguments',
  BadInvalidArgument: 'an argument is not accepted',
  BadTypeMismatch: 'an argument is of another type',
  BadOutOfRange: 'an argument is out of range',
  BadNodeIdUnknown: 'it has no such object or method',
  BadInvalidState: 'the machine is in a state that does not allow it',
  BadNotImplemented: 'it has none behind this node',
}
