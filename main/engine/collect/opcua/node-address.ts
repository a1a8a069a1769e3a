import { coerceNodeId, NodeId } from 'node-opcua-client'

// Addresses as they stand in the configuration, and back; pure.

/** IdType, Part 3, 8.2.3; the library counts from 1. */
const stringIdentifier = 2

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
  return { kind: 'node', namespace, identifier: identifier.startsWith('s=') ? unescapeText(identifier) : identifier }
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
  // The library reads texts by patterns that stop at a new line and look into the identifier.
  if (identifier.startsWith('s=')) return new NodeId(stringIdentifier, identifier.slice(2), namespaceIndex)
  try {
    return coerceNodeId(`ns=${namespaceIndex};${identifier}`)
  } catch {
    return undefined
  }
}

/** `nsu=URI;s=Name`, which survives a server that renumbers its namespaces; `i=85` in namespace 0. */
export function formatNodeId(nodeId: NodeId, namespaces: readonly string[]): string {
  const identifier = nodeId.toString().replace(/^ns=\d+;/, '')
  const uri = namespaces[nodeId.namespace]
  return nodeId.namespace !== 0 && uri === undefined
    ? `ns=${nodeId.namespace};${escapeText(identifier)}`
    : nodeIdText(nodeId.namespace === 0 ? undefined : uri, identifier)
}

/** `uri` undefined = namespace 0. */
export function nodeIdText(uri: string | undefined, identifier: string): string {
  return uri === undefined ? escapeText(identifier) : `nsu=${escapeUri(uri)};${escapeText(identifier)}`
}

// Part 6, 5.3.1.11: only ; and % are escaped in the URI.
const escapeUri = (uri: string) => uri.replace(/%/g, '%25').replace(/;/g, '%3B')
const unescapeUri = (uri: string) => uri.replace(/%3b/gi, ';').replace(/%25/g, '%')

// The standard has no way to write a control character, and a field of one line would lose it: \u000A is a new line. A
// backslash that would be taken for the beginning of that is \u005C; every other one stands for itself.
const control = /\p{Cc}|\\(?=u[0-9A-Fa-f]{4})/gu
const escaped = /\\u(00[0189][0-9A-Fa-f]|007[Ff]|005[Cc])/g
const escapeText = (text: string) =>
  text.replace(control, (char) => `\\u${char.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`)
const unescapeText = (text: string) =>
  text.replace(escaped, (_whole, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
