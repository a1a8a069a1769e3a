import type { WebSocket } from 'ws'
import type { EventChannel, RequestChannel } from '../../shared/api/channels.ts'
import { requests } from '../../shared/api/contract.ts'
import { failed, type Result } from '../../shared/errors.ts'
import { toErrorReport } from '../engine/kit/gateway-error.ts'
import type { GatewayPort } from './gateway-port.ts'

// One browser's WebSocket. Client -> {id, channel, input}; server -> {id, result} or {event, payload}. This is the place where
// this transport validates the contract's inputs; the engine gets nothing else.

/** A whole configuration travels in one message; everything else is small. */
export const messageLimit = 20 * 1_048_576
const smallMessageLimit = 1_048_576
const largeChannels: ReadonlySet<string> = new Set([
  'config.save',
  'config.validate',
  'draft.edit',
  'proposal.make',
  'import.read',
])
/** The UI asks for a handful of things at a time; a page gone wild must not flood the engine. */
const waitingLimit = 64
/** Unsent bytes beyond which events are skipped: they are snapshots, the next one says more. */
const slowReaderBytes = 1_048_576
/** A browser that answers no ping for this long is gone (sleeping laptop, pulled cable). */
const pingMs = 30_000

/** Connects one authenticated socket with the gateway until it closes; `by` names it in the audit. */
export function serveSocket(socket: WebSocket, gateway: GatewayPort, by = 'browser'): void {
  let waiting = 0
  let alive = true
  const send = (message: object): void => socket.send(JSON.stringify(message))

  const answer = async (data: Buffer): Promise<void> => {
    const message = parseMessage(data)
    if (message === undefined) return socket.close(1007, 'not a request')
    const { id, channel, input } = message
    if (waiting >= waitingLimit) return send({ id, result: tooMany })
    waiting++
    const result = await answerRequest(gateway, { channel, input, bytes: data.length, by })
    waiting--
    send({ id, result })
  }

  const undoEvents = gateway.onEvent((event, payload) => {
    if (socket.bufferedAmount < slowReaderBytes) send({ event, payload } satisfies EventMessage)
  })
  const pings = setInterval(() => {
    if (!alive) return socket.terminate()
    alive = false
    socket.ping()
  }, pingMs)
  socket.on('pong', () => {
    alive = true
  })
  socket.on('message', (data, isBinary) => {
    if (isBinary) socket.close(1003, 'text only')
    else void answer(data as Buffer)
  })
  // Too large a frame, bad UTF-8: ws closes the socket itself.
  socket.on('error', () => undefined)
  socket.once('close', () => {
    undoEvents()
    clearInterval(pings)
  })
}

interface EventMessage {
  readonly event: EventChannel
  readonly payload: unknown
}

interface RequestMessage {
  readonly id: number
  readonly channel: string
  readonly input: unknown
}

function parseMessage(data: Buffer): RequestMessage | undefined {
  try {
    const message: unknown = JSON.parse(data.toString('utf8'))
    if (typeof message !== 'object' || message === null) return undefined
    const { id, channel, input } = message as Record<string, unknown>
    return typeof id === 'number' && typeof channel === 'string' ? { id, channel, input } : undefined
  } catch {
    return undefined
  }
}

async function answerRequest(
  gateway: GatewayPort,
  request: { readonly channel: string; readonly input: unknown; readonly bytes: number; readonly by: string },
): Promise<Result<unknown>> {
  const { channel, input, bytes, by } = request
  if (!isRequestChannel(channel)) return refused(`The gateway knows no request named "${channel.slice(0, 100)}"`)
  if (bytes > smallMessageLimit && !largeChannels.has(channel)) {
    return refused(`The request ${channel} is larger than ${smallMessageLimit} bytes`)
  }
  const parsed = requests[channel].input.safeParse(input)
  if (!parsed.success) {
    const first = parsed.error.issues[0]
    const place = first && first.path.length > 0 ? `${first.path.join('.')}: ` : ''
    return refused(`The request ${channel} is malformed: ${place}${first?.message ?? 'unreadable'}`)
  }
  try {
    return await gateway.request(channel, parsed.data, by)
  } catch (error) {
    return failed(toErrorReport(error))
  }
}

function isRequestChannel(name: string): name is RequestChannel {
  return Object.hasOwn(requests, name)
}

const refused = (message: string): Result<never> =>
  failed({
    code: 'CONFIG_INVALID',
    message,
    hint: 'Correct the named field and try again; reload the page if it is current.',
  })

const tooMany = failed({
  code: 'BUSY',
  message: `This page waits for ${waitingLimit} answers already`,
  hint: 'Try again in a moment.',
})
