import { useMemo, useRef } from 'react'
import type { RequestOutput } from '../../../../shared/api/contract.ts'
import type { GatewayConfig } from '../../../../shared/config/gateway.ts'
import { useConfig } from '../../../stores/config-store.ts'
import { useDraft } from '../../../stores/draft-store.ts'
import { useLiveQuery } from '../../../stores/use-live-query.ts'
import type { Made } from './made-feed.ts'
import {
  type Group,
  groupsOf,
  keyId,
  type MappingKey,
  type MappingRows,
  nameOf,
  noRows,
  rowsOf,
} from './mapping-model.ts'
import { useMade } from './use-made.ts'

type Problems = RequestOutput<'mapping.problems'>

/** Problems change slowly, and a look at all tags is not free. */
const problemsEveryMs = 3000

export interface MappingView {
  readonly config: GatewayConfig | undefined
  readonly rows: MappingRows
  readonly problems: ReadonlySet<string>
  /** Is this key, or device, in what runs exactly like this? */
  readonly runs: (group: Group, key: MappingKey | undefined) => boolean
  /** Devices a topic rule has made so far. */
  readonly madeBy: (group: Extract<Group, { kind: 'topic' }>) => number
  /** Keys of rules that are collected but have no row. */
  readonly beyond: number
  readonly foldsMade: boolean
}

/** Above this many made devices their keys are shown on request only. */
const openMade = 20

export function useMappingRows(filter: string, onlyProblems: boolean, folded: ReadonlySet<string>): MappingView {
  const config = useDraft((draft) => draft.config)
  const running = useConfig((state) => state.config)
  const made = useMade()
  const foldsMade = useFoldsMade(made)
  const groups = useMemo(() => (config ? groupsOf(config, made.devices) : []), [config, made])
  const asked = useLiveQuery('mapping.problems', null, problemsEveryMs)
  const problems = useProblemIds(asked.value)
  const only = onlyProblems ? problems : undefined
  const rows = useMemo(
    () => (groups.length === 0 ? noRows : rowsOf(groups, { filter, folded, foldsMade, only })),
    [groups, filter, folded, foldsMade, only],
  )
  const runs = useMemo(() => comparison(running), [running])
  const madeBy = useMemo(() => countOf(running, made), [running, made])
  return { config, rows, problems, runs, madeBy, beyond: made.beyond, foldsMade }
}

/** Rules of the draft are those of what runs when filter and device are. */
function countOf(running: GatewayConfig | undefined, { devices }: Made): MappingView['madeBy'] {
  const id = (connectorId: string, { filter, device }: { filter: string; device: string }): string =>
    `${connectorId}\u0000${filter}\u0000${device}`
  const counts = new Map<string, number>()
  for (const connector of running?.connectors ?? []) {
    if (connector.type !== 'mqtt') continue
    for (const { rule } of devices.get(connector.id) ?? []) {
      const topic = connector.topics[rule]
      if (topic) counts.set(id(connector.id, topic), (counts.get(id(connector.id, topic)) ?? 0) + 1)
    }
  }
  return ({ connectorId, topic }) => counts.get(id(connectorId, topic)) ?? 0
}

/** Decided once, when all of them are known: rows must not fold by themselves while somebody reads them. */
function useFoldsMade({ devices, isRead }: Made): boolean {
  const decided = useRef<boolean>(undefined)
  if (decided.current === undefined && isRead) {
    decided.current = [...devices.values()].reduce((sum, { length }) => sum + length, 0) > openMade
  }
  return decided.current ?? true
}

/** The same set while the answer says the same, so that rows are not made anew every time. */
function useProblemIds(value: Problems | undefined): ReadonlySet<string> {
  const text = JSON.stringify(value?.keys ?? [])
  return useMemo(
    () => new Set((JSON.parse(text) as Problems['keys']).map(({ device, key }) => keyId(device, key))),
    [text],
  )
}

function comparison(running: GatewayConfig | undefined): MappingView['runs'] {
  const byName = new Map<string, Group>()
  const id = (group: Group): string => `${group.connectorId}\u0000${nameOf(group)}`
  for (const group of running ? groupsOf(running) : []) byName.set(id(group), group)
  return (group, key) => {
    if (group.kind === 'made') return true
    const other = byName.get(id(group))
    if (!other) return false
    if (group.kind === 'device' && other.kind === 'device') {
      if (group.device === other.device) return true
      if (!key) return group.device.profile === other.device.profile
      return sameJson(
        other.device.keys.find((one) => one.key === key.key),
        key,
      )
    }
    if (group.kind !== 'topic' || other.kind !== 'topic') return false
    if (group.topic === other.topic) return true
    if (!key) return sameJson({ ...group.topic, keys: [] }, { ...other.topic, keys: [] })
    return sameJson(
      other.topic.keys.find((one) => one.key === key.key),
      key,
    )
  }
}

function sameJson(a: unknown, b: unknown): boolean {
  return a === b || JSON.stringify(sorted(a)) === JSON.stringify(sorted(b))
}

/** Edits put members at the end; order means nothing. */
function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
}
