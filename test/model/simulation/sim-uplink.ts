import { defaultLinkPolicy } from '../../../main/engine/kit/connection-machine.ts'
import { IssueBook } from '../../../main/engine/observe/issues.ts'
import type { Log } from '../../../main/engine/observe/log.ts'
import { Metrics } from '../../../main/engine/observe/metrics.ts'
import type { SeriesRegistry } from '../../../main/engine/pipeline/series.ts'
import type { Store } from '../../../main/engine/pipeline/stages.ts'
import { ThingsboardUplink } from '../../../main/engine/uplink/uplink.ts'
import { thingsboardSchema } from '../../../shared/config/thingsboard.ts'
import type { Sight } from './oracle.ts'
import type { Plan } from './plan.ts'
import { SimMqttClient } from './sim-mqtt-client.ts'
import type { ProcessClock } from './sim-time.ts'

type Wires = ConstructorParameters<typeof SimMqttClient>[0]

interface Parts extends Pick<Wires, 'epoch' | 'dial' | 'acknowledged'> {
  readonly plan: Plan
  /** Of the process. */
  readonly number: number
  readonly clock: ProcessClock
  readonly registry: SeriesRegistry
  readonly store: Store
  readonly random: () => number
  readonly sights: Set<Sight>
}

/** The real uplink on a simulated MQTT client. */
export function makeUplink(parts: Parts): ThingsboardUplink {
  const { plan, number, clock, registry, store, random, epoch, dial, sights } = parts
  return new ThingsboardUplink({
    config: thingsboardSchema.parse({
      host: 'sim',
      credentials: { type: 'token', token: 'T' },
      protocolVersion: plan.protocolVersion,
      maxInFlight: plan.maxInFlight,
      maxPayloadBytes: plan.maxPayloadBytes,
      ackTimeoutSeconds: plan.ackTimeoutSeconds,
      severalDevicesPerMessage: plan.severalDevices,
    }),
    store,
    registry,
    clock,
    log: silentLog,
    issues: new IssueBook(clock),
    metrics: new Metrics(),
    gatewayName: 'sim',
    version: '0',
    startedAt: 0,
    statistics: () => ({}),
    linkPolicy: { ...defaultLinkPolicy, random },
    connectMqtt: (options) =>
      new SimMqttClient(
        {
          clock,
          process: number,
          epoch,
          dial,
          acknowledged: (shipment, code) => {
            if (code === 0x97) sights.add('rate limited')
            if (code === 0x80) sights.add('device refused')
            parts.acknowledged(shipment, code)
          },
        },
        options,
      ).asMqttClient,
  })
}

const silentLog: Log = {
  child: () => silentLog,
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
}
