import { dropTargetForElements } from '@atlaskit/pragmatic-drag-and-drop/element/adapter'
import { type RefObject, useEffect, useRef, useState } from 'react'
import { mappingText as text } from '../../../i18n/en-mapping.ts'
import { useDraft } from '../../../stores/draft-store.ts'
import { dragKind, type NodeItem, type SourceItem, useWorkbench } from '../selection.ts'
import { type DropPlan, dropPlan } from './drop-plan.ts'
import { edit } from './edit.ts'
import { type Found, findVariables } from './find-variables.ts'
import { mapItems } from './map-items.ts'
import { addKeys, rebindKeys } from './mapping-edits.ts'
import type { MappingRows } from './mapping-model.ts'
import { usePane } from './pane-store.ts'

export interface DropState {
  /** What a drop here would do; empty while nothing is dragged over. */
  readonly says: string
  readonly kind: DropPlan['kind']
  /** Row under the pointer, -1 = none. */
  readonly row: number
}

const nothing: DropState = { says: '', kind: 'no', row: -1 }

/** The table takes nodes and topics from the tree, and says all along what a drop would do. */
export function useDrop(ref: RefObject<HTMLElement | null>, rows: MappingRows, rowHeight: number): DropState {
  const [state, setState] = useState(nothing)
  const now = useRef(rows)
  now.current = rows
  useEffect(() => {
    const element = ref.current
    if (!element) return undefined
    const looking = new Looking(() => setState((before) => ({ ...before })))
    const rowAt = (clientY: number): number => {
      const row = Math.floor(
        (clientY - element.getBoundingClientRect().top - rowHeight + element.scrollTop) / rowHeight,
      )
      return row >= 0 && row < now.current.length ? row : -1
    }
    let over = -1
    const show = (items: readonly SourceItem[], clientY: number): void => {
      over = rowAt(clientY)
      const plan = planAt(now.current, over, items, looking.found(items))
      const group = now.current.group(over)
      setState((before) =>
        before.says === plan.says && before.row === over
          ? before
          : { says: plan.says, kind: plan.kind, row: group?.kind === 'device' ? over : -1 },
      )
    }
    return dropTargetForElements({
      element,
      canDrop: ({ source }) => itemsOf(source.data) !== undefined,
      onDrag: ({ source, location }) => show(itemsOf(source.data) ?? [], location.current.input.clientY),
      onDragEnter: ({ source, location }) => show(itemsOf(source.data) ?? [], location.current.input.clientY),
      onDragLeave: () => setState(nothing),
      onDrop: ({ source }) => {
        setState(nothing)
        void dropped(now.current, over, itemsOf(source.data) ?? [], looking)
      },
    })
  }, [ref, rowHeight])
  return state
}

/** What is below the dragged nodes, asked once per drag. */
class Looking {
  #items: readonly SourceItem[] | undefined
  #found: readonly Found[] | undefined
  #asking: Promise<readonly Found[]> = Promise.resolve([])
  readonly #changed: () => void

  constructor(changed: () => void) {
    this.#changed = changed
  }

  found(items: readonly SourceItem[]): readonly Found[] | undefined {
    void this.ask(items)
    return this.#found
  }

  ask(items: readonly SourceItem[]): Promise<readonly Found[]> {
    if (this.#items === items) return this.#asking
    this.#items = items
    this.#found = undefined
    const nodes = items.filter((item): item is NodeItem => item.kind === 'node')
    this.#asking = findVariables(nodes).then((found) => {
      if (this.#items === items) this.#found = found
      this.#changed()
      return found
    })
    return this.#asking
  }
}

/** The dragged items; undefined for anything else that is dragged. */
function itemsOf(data: Record<string | symbol, unknown>): readonly SourceItem[] | undefined {
  if (data['kind'] !== dragKind && data['type'] !== dragKind && !(dragKind in data)) return undefined
  const items = data['items'] ?? data[dragKind]
  return Array.isArray(items) ? (items as readonly SourceItem[]) : useWorkbench.getState().items
}

function planAt(
  rows: MappingRows,
  row: number,
  items: readonly SourceItem[],
  found: readonly Found[] | undefined,
): DropPlan {
  const { config } = useDraft.getState()
  if (!config) return { kind: 'no', says: text.loading }
  return dropPlan(config, items, found, rows.group(row))
}

async function dropped(rows: MappingRows, row: number, items: readonly SourceItem[], looking: Looking): Promise<void> {
  const [first] = items
  if (!first) return
  const found = first.kind === 'node' ? await looking.ask(items) : undefined
  const plan = planAt(rows, row, items, found)
  const target = rows.ref(row)
  if (plan.kind === 'ask') {
    mapItems(items, rows.group(row)?.kind === 'device' ? target : undefined)
  } else if (plan.kind === 'add') {
    const keys = plan.plan.devices.flatMap((device) => device.keys)
    const profile = plan.plan.devices[0]?.profile ?? 'default'
    await edit(text.labels.map(keys.length, plan.name), (config) => addKeys(config, first.connectorId, keys, profile))
  } else if (plan.kind === 'match' && target) {
    await edit(text.labels.rebind(plan.nodes.size, plan.name), (config) => rebindKeys(config, target, plan.nodes))
  } else usePane.setState({ notice: plan.says })
}
