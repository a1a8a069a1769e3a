import type { WebFrameMain } from 'electron'
import type { RequestChannel } from '../../shared/api/channels.ts'
import { requests } from '../../shared/api/contract.ts'
import { type ErrorReport, failed, type Result } from '../../shared/errors.ts'

// Who may ask, and what, checked without Electron.

/** A whole configuration with thousands of tags is about 2 MB. */
const inputLimitBytes = 16_000_000

const reloadHint = 'Close the window and open it again; if it comes back, install the gateway again.'
const malformed: Omit<ErrorReport, 'message'> = {
  code: 'CONFIG_INVALID',
  hint: 'Correct the named field and try again.',
}

/** True for the main frame of a page with this origin. `senderFrame` is null once the page has navigated away or died. */
export function isMainFrameOf(frame: Pick<WebFrameMain, 'parent' | 'origin'> | null, origin: string): boolean {
  return frame !== null && frame.parent === null && frame.origin === origin
}

/** The channel and its parsed input, or why they are refused. */
export function checkRequest(
  channel: unknown,
  input: unknown,
): Result<{ readonly channel: RequestChannel; readonly input: unknown }> {
  if (typeof channel !== 'string' || !isRequestChannel(channel)) {
    const name = typeof channel === 'string' ? channel.slice(0, 100) : typeof channel
    return failed({ code: 'INTERNAL', message: `The gateway knows no request named "${name}"`, hint: reloadHint })
  }
  if (sizeOf(input) > inputLimitBytes) {
    return failed({ ...malformed, message: `The request ${channel} is larger than ${inputLimitBytes} bytes` })
  }
  const parsed = requests[channel].input.safeParse(input)
  if (parsed.success) return { ok: true, value: { channel, input: parsed.data } }
  const first = parsed.error.issues[0]
  const place = first && first.path.length > 0 ? `${first.path.join('.')}: ` : ''
  return failed({
    ...malformed,
    message: `The request ${channel} is malformed: ${place}${first?.message ?? 'unreadable'}`,
  })
}

function isRequestChannel(name: string): name is RequestChannel {
  return Object.hasOwn(requests, name)
}

/** Length as JSON; Infinity for what JSON can not express and no schema of ours asks for. */
function sizeOf(input: unknown): number {
  try {
    return JSON.stringify(input)?.length ?? 0
  } catch {
    return Number.POSITIVE_INFINITY
  }
}
