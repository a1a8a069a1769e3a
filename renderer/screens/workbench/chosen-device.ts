import { useMemo } from 'react'
import { create } from 'zustand'
import type { GatewayConfig } from '../../../shared/config/gateway.ts'
import type { MqttTopicConfig } from '../../../shared/config/mqtt.ts'
import type { OpcuaKeyConfig } from '../../../shared/config/opcua.ts'
import { useDraft } from '../../stores/draft-store.ts'
import { madeNow } from './mapping/use-made.ts'
import { type NodeItem, type SourceItem, useWorkbench } from './selection.ts'

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

/** Which of the two was chosen last decides; written by whoever changes useWorkbench, read here. */
const useLastChosen = create<{ readonly by: 'row' | 'item' }>(() => ({ by: 'row' }))

useWorkbench.subscribe((now, before) => {
  const isRow = now.device !== before.device || now.key !== before.key
  const isItem = now.focused !== before.focused && now.focused !== undefined
  if (isRow) useLastChosen.setState({ by: 'row' })
  else if (isItem) useLastChosen.setState({ by: 'item' })
})

/** The inspector follows a row to its node; what is chosen stays the row. */
export function followRow(focused: NodeItem): void {
  useWorkbench.setState({ focused })
  useLastChosen.setState({ by: 'row' })
}

/** The row of the mapping, when it was chosen after any node of the tree. */
export function useChosenRow(): { readonly device: string | undefined; readonly key: string | undefined } {
  const by = useLastChosen((last) => last.by)
  const device = useWorkbench((state) => state.device)
  const key = useWorkbench((state) => state.key)
  return by === 'row' ? { device, key } : { device: undefined, key: undefined }
}

export function useChosen(): Chosen | undefined {
  const config = useDraft((draft) => draft.config)
  const row = useChosenRow()
  const device = useWorkbench((state) => state.device)
  const key = useWorkbench((state) => state.key)
  const focused = useWorkbench((state) => state.focused)
  return useMemo(() => {
    if (!config) return undefined
    // A node that is not mapped leaves the panels with the row they had.
    const own = chosenRow(config, row.device, row.key) ?? chosenMade(config, row.device, row.key)
    return own ?? chosenItem(config, focused) ?? chosenRow(config, device, key)
  }, [config, row.device, row.key, device, key, focused])
}

export function useChosenDevice(): string | undefined {
  const chosen = useChosen()
  const row = useChosenRow()
  const device = useWorkbench((state) => state.device)
  if (row.device !== undefined) return row.device
  if (!chosen) return device
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

/** What a rule made is looked at like what is configured. */
function chosenMade(config: GatewayConfig, name: string | undefined, keyName: string | undefined): Chosen | undefined {
  if (name === undefined) return undefined
  for (const connector of config.connectors) {
    const made = madeNow()
      .devices.get(connector.id)
      ?.find((device) => device.name === name)
    const key = made?.keys.find((one) => keyName === undefined || one.key === keyName)
    if (!made || !key) continue
    if ('node' in key) return { kind: 'key', connectorId: connector.id, device: name, profile: made.profile, key }
    const topic = connector.type === 'mqtt' ? connector.topics[made.rule] : undefined
    if (topic) return { kind: 'topic', connectorId: connector.id, place: made.rule, topic }
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
