import { readFile } from 'node:fs/promises'
import { extname, isAbsolute, join, relative } from 'node:path'

// The built UI as files, for both hosts: the desktop serves them over app://, the headless gateway over HTTP. What the page may
// do is decided here once.

/** Scripts only from the bundle, no eval, no frames, no forms, no remote address. */
export const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  // Mantine writes its theme into a <style> element; a style can not run code.
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "worker-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** Our own table: the type of a script must not depend on the operating system's registry. */
const mimeTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml; charset=utf-8',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
}

export type UiFile =
  | { readonly kind: 'file'; readonly type: string; readonly body: Buffer }
  | { readonly kind: 'refused'; readonly status: 400 | 404 | 503; readonly text: string }

/** The file below `root` that the path of a URL names; `/` is index.html. */
export async function readUiFile(root: string, urlPath: string): Promise<UiFile> {
  const path = pathInside(root, urlPath)
  if (path === undefined) return { kind: 'refused', status: 400, text: 'Bad path' }
  try {
    const type = mimeTypes[extname(path).toLowerCase()] ?? 'application/octet-stream'
    return { kind: 'file', type, body: await readFile(path) }
  } catch {
    if (urlPath !== '/') return { kind: 'refused', status: 404, text: 'Not found' }
    return { kind: 'refused', status: 503, text: 'The UI is not built: run "npm run build".' }
  }
}

function pathInside(root: string, urlPath: string): string | undefined {
  let decoded: string
  try {
    decoded = decodeURIComponent(urlPath)
  } catch {
    return undefined
  }
  // A backslash separates folders on Windows.
  if (!decoded.startsWith('/') || decoded.includes('\0') || decoded.includes('\\')) return undefined
  const path = join(root, decoded === '/' ? 'index.html' : decoded)
  const inside = relative(root, path)
  return inside.startsWith('..') || isAbsolute(inside) ? undefined : path
}
