import type { OPCUAClient } from 'node-opcua-client'
import { causeText } from '../../kit/gateway-error.ts'
import type { Log } from '../../observe/log.ts'
import { statusNameOf } from './errors.ts'
import type { RawSession } from './raw-session.ts'
import { within } from './within.ts'

/** Takes the session of before up on a new channel (Part 4, 5.7.3); false when the server does not know it any more. */
export async function reactivated(
  client: OPCUAClient,
  session: RawSession,
  timeoutMs: number,
  log: Log,
): Promise<boolean> {
  try {
    await within(client.reactivateSession(session), { timeoutMs, doing: 'taking the session up again' })
    return true
  } catch (error) {
    log.info('session-gone', { status: statusNameOf(error) ?? causeText(error) })
    return false
  }
}
