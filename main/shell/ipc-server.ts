import { ipcMain, type WebFrameMain } from 'electron'
import { type ErrorReport, failed, type Result } from '../../shared/errors.ts'
import type { EnginePort } from './engine-port.ts'
import { checkRequest } from './request-check.ts'

// The only listener for what a page says. Guarantees to the engine: every request comes from the main frame of our own page,
// names a channel of the contract, is not larger than the limit and has the shape the contract asks for. Everything else is
// answered with an error and goes no further. Errors are values: over `invoke` a thrown one would lose its class and code.

const requestChannelName = 'gateway:request'
export const eventChannelName = 'gateway:event'

/** The page asks for a handful of things at a time; a page gone wild must not flood the engine. */
const waitingLimit = 64

/** `isOwnFrame` gets the frame that sent the message. Returns the undo. */
export function serveWindow(engine: EnginePort, isOwnFrame: (frame: WebFrameMain | null) => boolean): () => void {
  let waiting = 0
  ipcMain.handle(requestChannelName, async (event, channel: unknown, input: unknown): Promise<Result<unknown>> => {
    if (!isOwnFrame(event.senderFrame)) return failed(foreignSender)
    const checked = checkRequest(channel, input)
    if (!checked.ok) return checked
    if (waiting >= waitingLimit) return failed(tooMany)
    waiting++
    try {
      return await engine.request(checked.value.channel, checked.value.input, 'desktop window')
    } finally {
      waiting--
    }
  })
  return () => ipcMain.removeHandler(requestChannelName)
}

const foreignSender: ErrorReport = {
  code: 'INTERNAL',
  message: 'The request did not come from the gateway window',
  hint: '',
}

const tooMany: ErrorReport = {
  code: 'BUSY',
  message: `The window waits for ${waitingLimit} answers already`,
  hint: 'Try again in a moment.',
}
