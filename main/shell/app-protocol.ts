import { readFile } from 'node:fs/promises'
import { extname, isAbsolute, join, relative } from 'node:path'

// Serves the renderer over app://bundle/. Pure: a Request in, a Response out, no Electron, so that Node can test it.
// Own MIME table and header set: what the page may do does not depend on the operating system's registry.

export const bundleScheme = 'app'
const bundleHost = 'bundle'
export const bundleOrigin = `${bundleScheme}://${bundleHost}`

/** Passed to protocol.registerSchemesAsPrivileged, once, before Electron is ready. */
export const bundlePrivileges = {
  scheme: bundleScheme,
  privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true },
}

/**
 * Scripts only from the bundle, no eval, no frames, no forms, no remote address. Styles may be inline: Mantine writes its
 * theme into a <style> element, and a style can not run code.
 */
export const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
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

const commonHeaders = {
  'content-security-policy': contentSecurityPolicy,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cache-control': 'no-store',
}

/** Answers GET requests for files below `root`: 400 for a path that leaves it, 404 for a file that is not there. */
export function createBundleHandler(root: string): (request: Request) => Promise<Response> {
  return async (request) => {
    const url = new URL(request.url)
    if (url.protocol !== `${bundleScheme}:` || url.host !== bundleHost) return refuse(404, 'Not found')
    if (request.method !== 'GET') return refuse(405, 'Only GET')
    const path = pathInside(root, url.pathname)
    if (path === undefined) return refuse(400, 'Bad path')
    try {
      const body = await readFile(path)
      const type = mimeTypes[extname(path).toLowerCase()] ?? 'application/octet-stream'
      return new Response(new Uint8Array(body), { headers: { ...commonHeaders, 'content-type': type } })
    } catch {
      return refuse(404, 'Not found')
    }
  }
}

/** The file below `root` that `pathname` names, undefined when it names anything else. */
function pathInside(root: string, pathname: string): string | undefined {
  let decoded: string
  try {
    decoded = decodeURIComponent(pathname)
  } catch {
    return undefined
  }
  // A backslash survives in the path of a non-special URL and separates folders on Windows.
  if (decoded.includes('\0') || decoded.includes('\\')) return undefined
  const path = join(root, decoded === '/' || decoded === '' ? 'index.html' : decoded)
  const inside = relative(root, path)
  return inside.startsWith('..') || isAbsolute(inside) ? undefined : path
}

function refuse(status: number, text: string): Response {
  return new Response(text, { status, headers: { ...commonHeaders, 'content-type': 'text/plain; charset=utf-8' } })
}
