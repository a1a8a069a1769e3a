import { useMemo } from 'react'
import type { GatewayConfig } from '../../../shared/config/gateway.ts'
import type { MqttTopicConfig } from '../../../shared/config/mqtt.ts'
import type { OpcuaKeyConfig } from '../../../shared/config/opcua.ts'
import { useDraft } from '../../stores/draft-store.ts'
import { type SourceItem, useWorkbench } from './selection.ts'

// What the panels beside the mapping are about: the row chosen in the table, else the key of the node chosen in the tree.

/** A key of an OPC UA device, as the draft has it. */
export interface ChosenKey {
  readonly kind: 'key'
  readonly connectorId: string
  readonly device: string
  readonly profile: string
  readonly key: OpcuaKeyConfig
}

export interface ChosenTopic {
  readonly kind: 'topic'
  readonly connectorId: string
  readonly place: number
  readonly topic: MqttTopicConfig
}

export type Chosen = ChosenKey | ChosenTopic

export function useChosen(): Chosen | undefined {
  const config = useDraft((draft) => draft.config)
  const device = useWorkbench((state) => state.device)
  const key = useWorkbench((state) => state.key)
  const focused = useWorkbench((state) => state.focused)
  return useMemo(() => {
    if (!config) return undefined
    return chosenRow(config, device, key) ?? chosenItem(config, focused)
  }, [config, device, key, focused])
}

export function useChosenDevice(): string | undefined {
  const chosen = useChosen()
  const device = useWorkbench((state) => state.device)
  if (device !== undefined) return device
  return chosen?.kind === 'key' ? chosen.device : chosen?.topic.device
}

function chosenRow(config: GatewayConfig, name: string | undefined, keyName: string | undefined): Chosen | undefined {
  if (name === undefined) return undefined
  for (const connector of config.connectors) {
    if (connector.type === 'opcua') {
      const device = connector.devices.find((one) => one.name === name)
      const key = device?.keys.find((one) => keyName === undefined || one.key === keyName)
      if (device && key) return { kind: 'key', connectorId: connector.id, device: name, profile: device.profile, key }
    } else {
      const place = connector.topics.findIndex(
        (topic) => topic.device === name && (keyName === undefined || topic.keys.some(({ key }) => key === keyName)),
      )
      const topic = connector.topics[place]
      if (topic) return { kind: 'topic', connectorId: connector.id, place, topic }
    }
  }
  return undefined
}

function chosenItem(config: GatewayConfig, item: SourceItem | undefined): Chosen | undefined {
  const connector = config.connectors.find(({ id }) => id === item?.connectorId)
  if (item?.kind === 'node' && connector?.type === 'opcua') {
    for (const { name, profile, keys } of connector.devices) {
      const key = keys.find(({ node }) => node === item.nodeId)
      if (key) return { kind: 'key', connectorId: connector.id, device: name, profile, key }
    }
  }
  return undefined
}
