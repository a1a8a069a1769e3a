import {
  AttributeIds,
  EventFilter,
  EventNotificationList,
  MonitoringMode,
  type NotificationMessage,
  TimestampsToReturn,
} from 'node-opcua-client'
import { causeText } from '../../kit/gateway-error.ts'
import type { Log } from '../../observe/log.ts'
import { itemsOnServer } from './items-on-server.ts'
import type { RawSession } from './raw-session.ts'

// Servers tell when nodes come or go (Part 3, 9.32: GeneralModelChangeEventType). Many do not; the rules are therefore
// looked over from time to time as well.

/** A client handle no tag ever gets. */
const modelHandle = 0xffff_fff0
const serverObject = 'i=2253'
const baseEventType = 'i=2041'
/** BaseModelChangeEventType and GeneralModelChangeEventType. */
const modelChangeTypes: ReadonlySet<string> = new Set(['i=2132', 'i=2133'])

/** Undefined when the server does not give events. */
export async function watchModel(session: RawSession, subscriptionId: number, log: Log): Promise<number | undefined> {
  try {
    // A process before this one may have left its own.
    const left = (await itemsOnServer(session, subscriptionId, log)).find(([, handle]) => handle === modelHandle)
    if (left) return left[0]
    const { results } = await session.createMonitoredItems({
      subscriptionId,
      timestampsToReturn: TimestampsToReturn.Neither,
      itemsToCreate: [
        {
          itemToMonitor: { nodeId: serverObject, attributeId: AttributeIds.EventNotifier },
          monitoringMode: MonitoringMode.Reporting,
          requestedParameters: {
            clientHandle: modelHandle,
            samplingInterval: 0,
            queueSize: 10,
            discardOldest: true,
            // Not every server can filter by type, so all events come with their type only.
            filter: new EventFilter({
              selectClauses: [
                {
                  typeDefinitionId: baseEventType,
                  browsePath: [{ name: 'EventType' }],
                  attributeId: AttributeIds.Value,
                },
              ],
            }),
          },
        },
      ],
    })
    const [result] = results ?? []
    if (result?.statusCode.isGoodish()) return result.monitoredItemId
    log.info('model-events-refused', { status: result?.statusCode.name })
  } catch (error) {
    log.info('model-events-refused', { cause: causeText(error) })
  }
  return undefined
}

export function tellsModelChange(message: NotificationMessage): boolean {
  return (message.notificationData ?? []).some(
    (data) =>
      data instanceof EventNotificationList &&
      (data.events ?? []).some(
        ({ clientHandle, eventFields }) =>
          clientHandle === modelHandle && modelChangeTypes.has(typeText(eventFields?.[0]?.value)),
      ),
  )
}

function typeText(value: unknown): string {
  return String(value).replace(/^ns=0;/, '')
}
