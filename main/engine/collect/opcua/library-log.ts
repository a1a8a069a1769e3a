import { setDebugLogger, setErrorLogger, setWarningLogger } from 'node-opcua-client'
import type { Log } from '../../observe/log.ts'

/** node-opcua writes to the console by itself; what it says goes into our log at debug, wherever it comes from. */
export function silenceLibrary(log: Log): void {
  const logger =
    (level: string) =>
    (...args: unknown[]) =>
      log.debug('node-opcua', { level, text: args.map(String).join(' ').replace(ansiColours, '') })
  setDebugLogger(logger('debug'))
  setWarningLogger(logger('warning'))
  setErrorLogger(logger('error'))
}

// The escape character is what the library colours its lines with.
const ansiColours = new RegExp(`${String.fromCharCode(27)}\\[\\d+m`, 'g')
