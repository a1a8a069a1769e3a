import { AttributeIds } from 'node-opcua-client'
import type { RequestOutput } from '../../../../shared/api/contract.ts'
import { resolveNodes } from './resolve-nodes.ts'
import type { SessionAccess } from './session-access.ts'

type Access = RequestOutput<'opcua.access'>['access'][number]

/** AccessLevelType, bit CurrentWrite (Part 3, 8.57). */
const currentWrite = 0x02

/** What this session may do with variables and what the server keeps of them, in the order of `nodeIds`: two reads for all. */
export async function accessOf(access: SessionAccess, nodeIds: readonly string[]): Promise<Access[]> {
  const resolutions = await resolveNodes(access, nodeIds)
  const found = nodeIds.flatMap((text, index) => {
    const resolution = resolutions.get(text)
    return resolution?.kind === 'found' ? [{ index, nodeId: resolution.nodeId }] : []
  })
  const nodes = found.map(({ nodeId }) => nodeId)
  const levels = await access.read(nodes, AttributeIds.UserAccessLevel)
  const kept = await access.read(nodes, AttributeIds.Historizing)
  const answer: Access[] = nodeIds.map(() => ({ isWritable: false, isHistorizing: false }))
  for (const [i, { index }] of found.entries()) {
    const level: unknown = levels[i]?.value?.value
    answer[index] = {
      isWritable: typeof level === 'number' && (level & currentWrite) !== 0,
      isHistorizing: kept[i]?.value?.value === true,
    }
  }
  return answer
}
