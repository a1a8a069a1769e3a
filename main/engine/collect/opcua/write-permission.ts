import type { NodeId } from 'node-opcua-client'
import { browsePaths } from './browse-paths.ts'
import { globOf } from './index-query.ts'
import { formatNodeId } from './node-address.ts'
import { resolveNodes } from './resolve-nodes.ts'
import type { SessionAccess } from './session-access.ts'

// Whether the configuration lets us write a node or call a method. Nothing is allowed that is not named: by its NodeId, its
// browse path, or a pattern of one of them; a node with more paths than are looked at, by its NodeId only.

export async function isAllowed(access: SessionAccess, nodeId: NodeId, patterns: readonly string[]): Promise<boolean> {
  const exact = patterns.filter((pattern) => !/[*?]/.test(pattern))
  const resolutions = await resolveNodes(access, exact)
  for (const resolution of resolutions.values()) {
    if (resolution.kind === 'found' && resolution.nodeId.toString() === nodeId.toString()) return true
  }
  const globs = patterns.filter((pattern) => /[*?]/.test(pattern))
  const texts = [formatNodeId(nodeId, access.namespaces), nodeId.toString()]
  const isMatch = (pattern: string): boolean => texts.some((text) => globOf(pattern, true)(text))
  if (globs.some((pattern) => !pattern.startsWith('/') && isMatch(pattern))) return true
  const paths = globs.filter((pattern) => pattern.startsWith('/'))
  if (paths.length === 0) return false
  texts.splice(
    0,
    texts.length,
    ...(await browsePaths(access, nodeId)).paths.flatMap(({ plain, qualified }) => [plain, qualified]),
  )
  return paths.some(isMatch)
}
