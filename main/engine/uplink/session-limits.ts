import type { Clock } from '../kit/clock.ts'
import { assumedLimits, parseSessionLimits, type SessionLimits } from './limits.ts'
import type { Session } from './session.ts'

/** Servers before 3.8 hand the question to the rule chain, which does not answer. */
const answerTimeoutMs = 5000

/** What the server allows, or what is assumed of such a host when it does not say in time. Never rejects. */
export async function askSessionLimits(session: Session, clock: Clock, host: string): Promise<SessionLimits> {
  const answer = await session.request({ method: 'getSessionLimits', params: {} }, answerTimeoutMs, clock)
  return parseSessionLimits(answer) ?? assumedLimits(host)
}
