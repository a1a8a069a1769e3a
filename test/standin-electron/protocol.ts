import type * as Electron from 'electron'
import { started } from './app.ts'
import { type Members, mustBeReady, strict } from './strict.ts'

// Chromium can not navigate to a scheme it does not know, so inside it `app://bundle/x` is `https://bundle.app.standin.test/x`:
// also a secure origin, also intercepted. Pages must not look at their own address; main sees the translated one.

type Handler = (request: Request) => Response | Promise<Response>

const suffix = 'standin.test'
let registered: readonly string[] | undefined
const handlers = new Map<string, Handler>()

export const protocol = strict('protocol', {
  registerSchemesAsPrivileged(schemes: Electron.CustomScheme[]) {
    if (started.ready) throw new Error('protocol.registerSchemesAsPrivileged should be called before app is ready')
    if (registered) throw new Error('protocol.registerSchemesAsPrivileged can only be called once')
    registered = schemes.map(({ scheme }) => scheme)
  },
  handle(scheme: string, handler: Handler) {
    mustBeReady(started.ready, 'protocol.handle can not be used')
    if (handlers.has(scheme)) throw new Error(`Failed to register protocol: ${scheme}`)
    if (!registered?.includes(scheme)) throw new Error(`Electron stand-in: ${scheme} was not registered as privileged`)
    handlers.set(scheme, handler)
  },
} satisfies Members<Electron.Protocol>)

export function handlerOf(url: string): Handler | undefined {
  return handlers.get(url.split(':', 1)[0] ?? '')
}

/** As Chromium has to be told. */
export function toBrowserAddress(url: string): string {
  const [, scheme = '', host = '', rest = ''] = /^([a-z][a-z0-9+.-]*):\/\/([^/?#]*)(.*)$/i.exec(url) ?? []
  return registered?.includes(scheme) ? `https://${host}.${scheme}.${suffix}${rest || '/'}` : url
}

/** As the application knows it. */
export function toAppAddress(url: string): string {
  const [, host, scheme, rest] = /^https:\/\/([^/]*)\.([a-z0-9+-]+)\.standin\.test(.*)$/i.exec(url) ?? []
  return host ? `${scheme}://${host}${rest}` : url
}
