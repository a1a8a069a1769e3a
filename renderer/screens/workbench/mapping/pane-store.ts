import { create } from 'zustand'
import type { MqttTopicConfig } from '../../../../shared/config/mqtt.ts'
import type { OpcuaRuleConfig } from '../../../../shared/config/opcua.ts'
import type { NodeItem } from '../selection.ts'
import type { RowRef } from './mapping-model.ts'

// What the mapping pane shows besides the draft: its tab, an open question, a rule that is not in the draft yet.

/** Which rule the editor shows: one of the draft by its place, or a new one (`place` -1). */
export type EditedRule =
  | { readonly kind: 'opcua'; readonly connectorId: string; readonly place: number; readonly rule: OpcuaRuleConfig }
  | { readonly kind: 'mqtt'; readonly connectorId: string; readonly place: number; readonly rule: MqttTopicConfig }

export type PaneTab = 'devices' | 'rules' | 'topology'

interface PaneState {
  readonly tab: PaneTab
  /** Nodes to be mapped, while the dialog asks how. */
  readonly question: { readonly items: readonly NodeItem[]; readonly target: RowRef | undefined } | undefined
  /** As edited; `isDirty` = not in the draft like this. */
  readonly edited: EditedRule | undefined
  readonly isDirty: boolean
  /** What the last edit was refused for, in words. */
  readonly notice: string
}

export const usePane = create<PaneState>(() => ({
  tab: 'devices',
  question: undefined,
  edited: undefined,
  isDirty: false,
  notice: '',
}))
