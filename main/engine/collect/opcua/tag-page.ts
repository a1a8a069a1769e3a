import { inWords } from '../../../../shared/said/said.ts'
import { qualityOf } from '../../../../shared/sample.ts'
import { statusText } from '../../map/status-text.ts'
import type { TagPage, TagQuery } from '../../pipeline/stages.ts'
import type { Intake } from './intake.ts'
import { formatNodeId } from './node-address.ts'
import type { PolledNode } from './poller.ts'
import { refusalWords } from './refusal-words.ts'
import type { TagTable } from './tag-table.ts'
import type { WatchedNodes } from './watched-nodes.ts'

export interface TagPageParts {
  readonly tags: TagTable
  readonly intake: Intake
  /** Undefined before the first connection. */
  readonly nodes: WatchedNodes | undefined
  /** Of a slot that is read in turn. */
  readonly polledNodeOf: (slot: number) => PolledNode | undefined
  /** Of the present session. */
  readonly namespaces: readonly string[] | undefined
}

/** Requested beside revised, for the eyes of the operator: what was asked for and what became of it. */
export function tagPage({ tags, intake, nodes, polledNodeOf, namespaces }: TagPageParts, query: TagQuery): TagPage {
  const text = query.filter.toLowerCase()
  const slots: number[] = []
  const isProblem = (slot: number): boolean => {
    const status = intake.statusOf(slot)
    const isCollected = nodes?.items.has(slot) || polledNodeOf(slot) !== undefined
    return !tags.isActive(slot) || !isCollected || (status !== undefined && qualityOf(status) !== 'good')
  }
  for (const [slot, { deviceName, key, node }] of tags.tags().entries()) {
    if (query.onlyProblems && !isProblem(slot)) continue
    if (!text || `${deviceName} ${key} ${node}`.toLowerCase().includes(text)) slots.push(slot)
  }
  const rows = slots.slice(query.offset, query.offset + query.limit).map((slot): TagPage['rows'][number] => {
    const tag = tags.at(slot)!
    const watch = nodes?.items.get(slot)
    const problem = nodes?.problemOf(slot) ?? ''
    const status = intake.statusOf(slot)
    const { granted } = watch ?? {}
    const polled = polledNodeOf(slot)
    const nodeId = watch?.nodeId ?? polled?.nodeId
    return {
      device: tag.deviceName,
      key: tag.key,
      node: tag.node,
      nodeId: nodeId && namespaces ? formatNodeId(nodeId, namespaces) : '',
      state: !tags.isActive(slot) ? 'gone' : watch ? 'watched' : polled ? 'polled' : problem ? 'refused' : 'waiting',
      ...inWords({ problem: refusalWords(problem) }),
      requestedSamplingMs: tag.samplingIntervalMs,
      samplingMs: granted?.samplingMs ?? polled?.everyMs,
      requestedQueueSize: tag.queueSize,
      queueSize: granted?.queueSize,
      status: status === undefined ? '' : statusText(status),
      ts: intake.newestOf(slot),
    }
  })
  return { total: slots.length, rows }
}
