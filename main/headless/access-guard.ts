import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { isIP } from 'node:net'
import { hostname, networkInterfaces } from 'node:os'

// Who may talk to the UI's server. Checked before anything else looks at a request: the Host header (a foreign name that
// points here is DNS rebinding), then where the request came from (another site's page in the same browser), then the token.

export type Refusal = { readonly status: 403 | 421; readonly text: string }

/** Undefined when the request may go on. `port` is the one we listen on. */
export function refusalOf(request: IncomingMessage, port: number): Refusal | undefined {
  const { headers } = request
  if (!isOwnHost(headers.host, port)) {
    return { status: 421, text: 'This gateway is not known by that name. Use the address it printed.' }
  }
  const site = headers['sec-fetch-site']
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return foreignSite
  const isUpgrade = headers.upgrade !== undefined
  if ((request.method === 'GET' || request.method === 'HEAD') && !isUpgrade) return undefined
  if (headers.origin === undefined && site === undefined) return foreignSite
  return headers.origin === undefined || headers.origin === `http://${headers.host}` ? undefined : foreignSite
}

const foreignSite: Refusal = { status: 403, text: 'Another site may not use this gateway.' }

const loopbackNames: readonly string[] = ['127.0.0.1', '[::1]', 'localhost']

/** Loopback names always; this PC's own addresses and name too, which only matter when it listens there. */
function isOwnHost(host: string | undefined, port: number): boolean {
  const name = host?.endsWith(`:${port}`) ? host.slice(0, -`:${port}`.length).toLowerCase() : undefined
  if (name === undefined) return false
  if (loopbackNames.includes(name) || name === hostname().toLowerCase()) return true
  const address = name.replace(/^\[|\]$/g, '')
  if (isIP(address) === 0) return false
  return Object.values(networkInterfaces()).some((addresses) => addresses?.some((own) => own.address === address))
}

/** Constant time: hashing first makes the lengths equal too. */
export function isToken(offered: string | undefined, token: string): boolean {
  if (offered === undefined) return false
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(offered), digest(token))
}

export function bearerOf(headers: IncomingHttpHeaders): string | undefined {
  return /^Bearer (\S+)$/.exec(headers.authorization ?? '')?.[1]
}

export function isLoopback(address: string | undefined): boolean {
  return address === '::1' || /^(::ffff:)?127\./.test(address ?? '')
}
