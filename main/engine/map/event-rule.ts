import type { MqttTopicConfig } from '../../../shared/config/mqtt.ts'
import type { OpcuaEventConfig } from '../../../shared/config/opcua.ts'

/** A selection of OPC UA events as the rule it is: the event is the message, its fields are the payload, its time the time. */
export function eventRule({ notifier, device, profile, keys }: OpcuaEventConfig): MqttTopicConfig {
  return { filter: `events of ${notifier}`, qos: 1, format: 'json', device, profile, keys: [...keys] }
}
