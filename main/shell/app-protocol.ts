import { contentSecurityPolicy, readUiFile } from '../host/ui-files.ts'

// Serves the renderer over app://bundle/. Pure: a Request in, a Response out, no Electron, so that Node can test it.

export const bundleScheme = 'app'
const bundleHost = 'bundle'
export const bundleOrigin = `${bundleScheme}://${bundleHost}`

/** Passed to protocol.registerSchemesAsPrivileged, once, before Electron is ready. */
export const bundlePrivileges = {
  scheme: bundleScheme,
  privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true },
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
    const file = await readUiFile(root, url.pathname)
    if (file.kind === 'refused') return refuse(file.status, file.text)
    return new Response(new Uint8Array(file.body), { headers: { ...commonHeaders, 'content-type': file.type } })
  }
}

function refuse(status: number, text: string): Response {
  return new Response(text, { status, headers: { ...commonHeaders, 'content-type': 'text/plain; charset=utf-8' } })
}
