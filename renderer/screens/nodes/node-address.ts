/** A NodeId or a browse path from Root, as the configuration takes them; anything else is a search. */
export function isNodeAddress(text: string): boolean {
  const typed = text.trim()
  return !/[*?]/.test(typed) && /^(\/.+|((ns=\d+|nsu=[^;]+);)?[isgb]=.+)$/.test(typed)
}

/** The part of a NodeId that tells most. */
export function shortNodeId(nodeId: string): string {
  return nodeId.replace(/^nsu?=[^;]+;/, '')
}

const classNames: Readonly<Record<number, NodeClassName>> = {
  1: 'Object',
  2: 'Variable',
  4: 'Method',
  8: 'ObjectType',
  16: 'VariableType',
  32: 'ReferenceType',
  64: 'DataType',
  128: 'View',
}

type NodeClassName =
  | 'Object'
  | 'Variable'
  | 'Method'
  | 'ObjectType'
  | 'VariableType'
  | 'ReferenceType'
  | 'DataType'
  | 'View'

/** NodeClass by its number (OPC UA Part 3, 8.29). */
export function nodeClassName(nodeClass: number): NodeClassName {
  return classNames[nodeClass] ?? 'Object'
}

/** `/Objects/Line1/Motor&/1` → ["Objects", "Line1", "Motor/1"]; `&` guards a character (OPC UA Part 4, A.2). */
export function pathSegments(path: string): string[] {
  const segments: string[] = []
  let segment = ''
  for (let i = 0; i < path.length; i += 1) {
    const char = path[i]
    if (char === '&') {
      i += 1
      segment += path[i] ?? ''
    } else if (char === '/') {
      if (segment !== '') segments.push(segment)
      segment = ''
    } else segment += char
  }
  if (segment !== '') segments.push(segment)
  return segments
}
