import { useMemo } from 'react'
import type { RequestOutput } from '../../../../shared/api/contract.ts'
import type { GatewayConfig } from '../../../../shared/config/gateway.ts'
import { useConfig } from '../../../stores/config-store.ts'
import { useDraft } from '../../../stores/draft-store.ts'
import { useLiveQuery } from '../../../stores/use-live-query.ts'
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

type Problems = RequestOutput<'mapping.problems'>

/** Problems change slowly, and a look at all tags is not free. */
const problemsEveryMs = 3000

export interface MappingView {
  readonly config: GatewayConfig | undefined
  readonly rows: MappingRows
  readonly problems: ReadonlySet<string>
  /** Is this key, or device, in what runs exactly like this? */
  readonly runs: (group: Group, key: MappingKey | undefined) => boolean
}

export function useMappingRows(filter: string, onlyProblems: boolean, folded: ReadonlySet<string>): MappingView {
  const config = useDraft((draft) => draft.config)
  const running = useConfig((state) => state.config)
  const groups = useMemo(() => (config ? groupsOf(config) : []), [config])
  const asked = useLiveQuery('mapping.problems', null, problemsEveryMs)
  const problems = useProblemIds(asked.value)
  const only = onlyProblems ? problems : undefined
  const rows = useMemo(
    () => (groups.length === 0 ? noRows : rowsOf(groups, { filter, folded, only })),
    [groups, filter, folded, only],
  )
  const runs = useMemo(() => comparison(running), [running])
  return { config, rows, problems, runs }
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
