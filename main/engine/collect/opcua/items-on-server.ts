import { causeText } from '../../kit/gateway-error.ts'
import type { Log } from '../../observe/log.ts'
import { BuiltInType } from './built-in-types.ts'
import { standardNode } from './data-type.ts'
import { isRefusal } from './operation-limits.ts'
import type { RawSession } from './raw-session.ts'

/**
 * Monitored items a subscription has, by Server.GetMonitoredItems (Part 5, 9.1): server handle and client handle of each.
 * Empty where the server does not tell.
 */
export async function itemsOnServer(
  session: RawSession,
  subscriptionId: number,
  log: Log,
): Promise<readonly (readonly [monitoredItemId: number, clientHandle: number])[]> {
  try {
    const { statusCode, outputArguments } = await session.call({
      objectId: standardNode(2253),
      methodId: standardNode(11492),
      inputArguments: [{ dataType: BuiltInType.UInt32 as number, value: subscriptionId }],
    })
    if (statusCode.isNotGood()) return []
    const [ids = [], handles = []] = (outputArguments ?? []).map((v) => Array.from(v.value as ArrayLike<number>))
    return handles.map((handle, i) => [ids[i] ?? 0, handle] as const)
  } catch (error) {
    if (!isRefusal(error)) throw error
    log.debug('monitored-items-unknown', { cause: causeText(error) })
    return []
  }
}
