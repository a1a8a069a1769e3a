import type { Codec } from './codec.ts'

// The two halves of a page: functions whose source text is put into Chromium. They use nothing from outside themselves. The
// preload runs in the isolated world; contextBridge carries copies and functions to the main world by synchronous DOM events
// with text in them, so that neither world ever holds an object of the other.

type Answer = { error?: string; result?: unknown }
type Call = { id: number; args: unknown[] }
type AnyFunction = (...args: unknown[]) => unknown

/** Runs in the main world before any script of the page. */
export function mainWorld(makeCodec: () => Codec): void {
  const codec = makeCodec()
  const functions = new Map<number, AnyFunction>()
  const promises = new Map<number, { resolve: AnyFunction; reject: AnyFunction }>()
  let ids = 0
  let returned = ''
  const eventName = (name: string): string => `standin-${name}`
  const fire = (name: string, detail: string): boolean =>
    document.dispatchEvent(new CustomEvent(eventName(name), { detail }))
  const listen = (name: string, listener: (detail: string) => void): void =>
    document.addEventListener(eventName(name), (event) => listener((event as CustomEvent<string>).detail))
  const sendFunction = (f: AnyFunction): object => {
    functions.set(++ids, f)
    return { $: 'main-function', id: ids }
  }
  const receive = ({ $: kind, id }: { $: string; id: number }): unknown => {
    if (kind === 'promise') return new Promise((resolve, reject) => promises.set(id, { resolve, reject }))
    return (...args: unknown[]) => {
      fire('call-isolated', codec.encode({ id, args }, sendFunction))
      const { error, value } = codec.decode(returned, receive) as { error?: unknown; value?: unknown }
      if (error) throw error
      return value
    }
  }
  const freeze = (value: unknown): unknown => {
    if (typeof value === 'object' && value !== null) for (const part of Object.values(value)) freeze(part)
    return Object.freeze(value)
  }
  // Only the answer "deny" exists: the shell never gives another one.
  globalThis.open = (url) => {
    fire('open', String(url ?? ''))
    return null
  }
  listen('return', (detail) => {
    returned = detail
  })
  listen('settle', (detail) => {
    const { id, error, value } = codec.decode(detail, receive) as { id: number; error?: unknown; value?: unknown }
    const promise = promises.get(id)
    promises.delete(id)
    if (error) promise?.reject(error)
    else promise?.resolve(value)
  })
  listen('call-main', (detail) => {
    const { id, args } = codec.decode(detail, receive) as Call
    functions.get(id)?.(...args)
  })
  listen('expose', (detail) => {
    const { key, api } = codec.decode(detail, receive) as { key: string; api: unknown }
    Object.defineProperty(globalThis, key, { value: freeze(api), enumerable: true })
  })
}

export interface PreloadGlobals {
  readonly require: (name: string) => unknown
  readonly process: object
}

/** Runs in the isolated world before the preload; returns what the preload sees of Electron and Node. */
export function isolatedWorld(
  makeCodec: () => Codec,
  post: (text: string) => void,
  processFacts: object,
): PreloadGlobals {
  const codec = makeCodec()
  const functions = new Map<number, AnyFunction>()
  const answers = new Map<number, (answer: Answer) => void>()
  const listeners = new Map<string, AnyFunction[]>()
  let ids = 0
  const eventName = (name: string): string => `standin-${name}`
  const fire = (name: string, detail: string): boolean =>
    document.dispatchEvent(new CustomEvent(eventName(name), { detail }))
  const listen = (name: string, listener: (detail: string) => void): void =>
    document.addEventListener(eventName(name), (event) => listener((event as CustomEvent<string>).detail))
  const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)))
  const sendFunction = (f: AnyFunction): object => {
    functions.set(++ids, f)
    return { $: 'isolated-function', id: ids }
  }
  const receive = ({ id }: { $: string; id: number }): unknown => {
    return (...args: unknown[]) => void fire('call-main', codec.encode({ id, args }, sendFunction))
  }
  const isPromise = (value: unknown): value is Promise<unknown> =>
    typeof (value as { then?: unknown } | undefined)?.then === 'function'
  const settleLater = (promise: Promise<unknown>): string => {
    const id = ++ids
    promise.then(
      (value) => fire('settle', codec.encode({ id, value }, sendFunction)),
      (error) => fire('settle', codec.encode({ id, error: asError(error) })),
    )
    return JSON.stringify({ $: 'object', v: { value: { $: 'promise', id } } })
  }
  listen('call-isolated', (detail) => {
    const { id, args } = codec.decode(detail, receive) as Call
    try {
      const value = functions.get(id)?.(...args)
      fire('return', isPromise(value) ? settleLater(value) : codec.encode({ value }, sendFunction))
    } catch (error) {
      fire('return', codec.encode({ error: asError(error) }))
    }
  })
  listen('open', (url) => post(codec.encode({ kind: 'open', url })))

  const ipcRenderer = {
    on(channel: string, listener: AnyFunction) {
      listeners.set(channel, [...(listeners.get(channel) ?? []), listener])
      return ipcRenderer
    },
    removeListener(channel: string, listener: AnyFunction) {
      const kept = (listeners.get(channel) ?? []).filter((one) => one !== listener)
      listeners.set(channel, kept)
      return ipcRenderer
    },
    off: (channel: string, listener: AnyFunction) => ipcRenderer.removeListener(channel, listener),
    async invoke(channel: string, ...args: unknown[]) {
      const id = ++ids
      const answer = new Promise<Answer>((resolve) => answers.set(id, resolve))
      post(codec.encode({ kind: 'invoke', id, channel, args }))
      const { error, result } = await answer
      if (error !== undefined) throw new Error(`Error invoking remote method '${channel}': ${error}`)
      return result
    },
  }
  const deliver = (text: string): void => {
    const message = codec.decode(text) as Answer & { kind: string; id: number; channel: string; args: unknown[] }
    if (message.kind === 'answer') {
      answers.get(message.id)?.(message)
      answers.delete(message.id)
      return
    }
    for (const listener of listeners.get(message.channel) ?? []) listener({ sender: ipcRenderer }, ...message.args)
  }
  Object.assign(globalThis, { standInDeliver: deliver })

  const only = <T extends object>(name: string, target: T): T =>
    new Proxy(target, {
      get(object, key) {
        if (typeof key === 'string' && !(key in object))
          throw new Error(`Electron stand-in: ${name}.${key} is not there`)
        return Reflect.get(object, key)
      },
    })
  const contextBridge = {
    exposeInMainWorld: (key: string, api: unknown) => void fire('expose', codec.encode({ key, api }, sendFunction)),
  }
  const electron = only('electron', {
    contextBridge: only('contextBridge', contextBridge),
    ipcRenderer: only('ipcRenderer', ipcRenderer),
  })
  const require = (name: string): unknown => {
    if (name === 'electron' || name === 'electron/renderer') return electron
    throw new Error(`module not found: ${name}`)
  }
  return {
    require,
    process: only('process', { ...processFacts, sandboxed: true, contextIsolated: true, type: 'renderer' }),
  }
}
