import { coerceNodeId, type NodeId } from 'node-opcua-client'

// Addresses as they stand in the configuration, and back; pure.

export interface PathSegment {
  readonly name: string
  /** Undefined: any namespace. */
  readonly namespace: number | string | undefined
}

export type NodeAddress =
  | { readonly kind: 'node'; readonly namespace: number | string; readonly identifier: string }
  | { readonly kind: 'path'; readonly segments: readonly PathSegment[] }

/** Undefined when it is neither a NodeId nor a browse path. */
export function parseAddress(text: string): NodeAddress | undefined {
  if (text.startsWith('/')) {
    const segments = splitPath(text).map(parseSegment)
    return segments.length > 0 && segments.every((s) => s.name !== '') ? { kind: 'path', segments } : undefined
  }
  const match = /^(?:ns=(\d+);|nsu=([^;]+);)?([isgb]=[\s\S]+)$/.exec(text)
  if (!match) return undefined
  const [, index, uri, identifier = ''] = match
  const namespace = uri !== undefined ? unescapeUri(uri) : Number(index ?? 0)
  return { kind: 'node', namespace, identifier }
}

/** `/` separates, `&` takes the next character literally (Part 4, A.2). */
function splitPath(text: string): string[] {
  const parts: string[] = []
  let part = ''
  let inUri = false
  for (let i = 1; i < text.length; i++) {
    const char = text[i]!
    if (char === '&' && i + 1 < text.length) part += char + text[++i]
    else if (char === '/' && !inUri) {
      parts.push(part)
      part = ''
    } else {
      if (char === '{' && part === '') inUri = true
      if (char === '}') inUri = false
      part += char
    }
  }
  parts.push(part)
  return parts
}

function parseSegment(text: string): PathSegment {
  const match = /^(?:(\d+):|\{([^}]+)\})?([\s\S]*)$/.exec(text)
  const [, index, uri, name = ''] = match ?? []
  return {
    name: name.replace(/&([\s\S])/g, '$1'),
    namespace: uri !== undefined ? uri : index !== undefined ? Number(index) : undefined,
  }
}

/** Index of a namespace given by index or URI; undefined when the server does not have it. */
export function namespaceIndexOf(namespace: number | string, namespaces: readonly string[]): number | undefined {
  if (typeof namespace === 'number') return namespace
  const index = namespaces.indexOf(namespace)
  return index < 0 ? undefined : index
}

/** Undefined when the identifier is malformed, e.g. `i=abc`. */
export function makeNodeId(namespaceIndex: number, identifier: string): NodeId | undefined {
  if (identifier.startsWith('i=') && !(/^i=\d{1,10}$/.test(identifier) && Number(identifier.slice(2)) <= 0xffff_ffff))
    return undefined
  try {
    return coerceNodeId(`ns=${namespaceIndex};${identifier}`)
  } catch {
    return undefined
  }
}

/** `nsu=URI;s=Name`, which survives a server that renumbers its namespaces; `i=85` in namespace 0. */
export function formatNodeId(nodeId: NodeId, namespaces: readonly string[]): string {
  const identifier = nodeId.toString().replace(/^ns=\d+;/, '')
  if (nodeId.namespace === 0) return identifier
  const uri = namespaces[nodeId.namespace]
  return uri ? `nsu=${escapeUri(uri)};${identifier}` : `ns=${nodeId.namespace};${identifier}`
}

// Part 6, 5.3.1.11: only ; and % are escaped in the URI.
const escapeUri = (uri: string) => uri.replace(/%/g, '%25').replace(/;/g, '%3B')
const unescapeUri = (uri: string) => uri.replace(/%3b/gi, ';').replace(/%25/g, '%')
