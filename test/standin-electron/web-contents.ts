import { EventEmitter } from 'node:events'
import { readFileSync } from 'node:fs'
import type * as Electron from 'electron'
import { app } from './app.ts'
import type { Cdp, CdpSession } from './cdp.ts'
import { makeCodec } from './codec.ts'
import { invoke } from './ipc-main.ts'
import { isolatedWorld, mainWorld } from './page-worlds.ts'
import { handlerOf, toAppAddress, toBrowserAddress } from './protocol.ts'
import { electronEvent, type OnlyNamesOf, strict } from './strict.ts'

/** Set by boot.ts once Chromium runs. */
export const browser: { cdp: Cdp | undefined } = { cdp: undefined }

// Symbols: the stand-in's own doors, invisible to code that knows Electron's names.
export const setVisibility = Symbol('setVisibility')
export const end = Symbol('end')
export const closeRequested = Symbol('closeRequested')
const isTarget = Symbol('isTarget')

const codec = makeCodec()
const isolatedName = 'Electron Isolated Context'

interface PausedRequest {
  readonly requestId: string
  readonly frameId: string
  readonly resourceType: string
  readonly request: { readonly url: string; readonly method: string; readonly headers: Record<string, string> }
}

type FromPage =
  | { readonly kind: 'invoke'; readonly id: number; readonly channel: string; readonly args: unknown[] }
  | { readonly kind: 'open'; readonly url: string }
  | { readonly kind: 'preload-failed'; readonly message: string }

type PageOptions = Pick<Electron.BrowserWindowConstructorOptions, 'width' | 'height'> & { readonly preload: string }

/** One page target of Chromium, shown as Electron's webContents. */
export class WebContents extends EventEmitter {
  readonly #target: Promise<{ id: string; session: CdpSession }>
  #targetId = ''
  #isolatedContext = 0
  #waiting: string[] = []
  #url = ''
  #destroyed = false
  readonly #self: WebContents
  /** Navigations that main asked for pass without `will-navigate`, as in Electron. */
  #ownNavigation = ''
  #openHandler: (details: { url: string }) => { action: 'deny' } = () => ({ action: 'deny' })

  constructor(options: PageOptions) {
    super()
    this.#target = this.#open(options)
    this.#target.catch((error: unknown) => console.error(error))
    const contents = strict('webContents', this)
    this.#self = contents
    allContents.add(contents)
    setImmediate(() => app.emit('web-contents-created', electronEvent({}), contents))
    // biome-ignore lint/correctness/noConstructorReturn: every webContents has to be strict, whoever makes it
    return contents
  }

  isDestroyed(): boolean {
    return this.#destroyed
  }

  getURL(): string {
    return this.#url
  }

  close(): void {
    this.emit(closeRequested)
  }

  send(channel: string, ...args: unknown[]): void {
    if (this.#destroyed) throw new TypeError('Object has been destroyed')
    this.#deliver(codec.encode({ kind: 'message', channel, args }))
  }

  setWindowOpenHandler(handler: (details: { url: string }) => { action: 'deny' }): void {
    this.#openHandler = handler
  }

  async loadURL(url: string): Promise<void> {
    const { session } = await this.#target
    const loaded = new Promise<void>((resolve) => this.once('did-finish-load', () => resolve()))
    this.#ownNavigation = toBrowserAddress(url)
    const { errorText } = await session.send<{ errorText?: string }>('Page.navigate', { url: this.#ownNavigation })
    if (errorText) throw new Error(`${errorText} (${url}) loading '${url}'`)
    await loaded
  }

  reload(): void {
    this.#ownNavigation = toBrowserAddress(this.#url)
    void this.#target.then(({ session }) => session.send('Page.reload')).catch(ignoreGone)
  }

  async #open({ preload, width = 800, height = 600 }: PageOptions): Promise<{ id: string; session: CdpSession }> {
    const cdp = browser.cdp
    if (!cdp) throw new Error('Electron stand-in: Chromium is not running')
    const { targetId } = await cdp.send<{ targetId: string }>('Target.createTarget', {
      url: 'about:blank',
      width,
      height,
    })
    this.#targetId = targetId
    const attached = await cdp.send<{ sessionId: string }>('Target.attachToTarget', { targetId, flatten: true })
    const session = cdp.session(attached.sessionId)
    this.#listen(session, targetId)
    await session.send('Page.enable')
    await session.send('Runtime.enable')
    await session.send('Inspector.enable')
    await session.send('Fetch.enable', { patterns: [{ urlPattern: '*' }] })
    await session.send('Runtime.addBinding', { name: 'standInPost', executionContextName: isolatedName })
    await session.send('Page.addScriptToEvaluateOnNewDocument', { source: `(${mainWorld})(${makeCodec})` })
    const source = preloadSource(preload)
    await session.send('Page.addScriptToEvaluateOnNewDocument', { source, worldName: isolatedName })
    return { id: targetId, session }
  }

  #listen(session: CdpSession, targetId: string): void {
    session.on('Runtime.executionContextCreated', ({ context }: { context: ContextCreated }) => {
      if (context.name !== isolatedName || context.auxData.frameId !== targetId) return
      this.#isolatedContext = context.id
      for (const text of this.#waiting.splice(0)) this.#deliver(text)
    })
    session.on('Runtime.executionContextsCleared', () => {
      this.#isolatedContext = 0
    })
    session.on('Runtime.bindingCalled', ({ name, payload }: { name: string; payload: string }) => {
      if (name === 'standInPost') void this.#receive(codec.decode(payload) as FromPage)
    })
    session.on('Page.frameNavigated', ({ frame }: { frame: { url: string; parentId?: string } }) => {
      if (!frame.parentId) this.#url = toAppAddress(frame.url)
    })
    session.on('Page.loadEventFired', () => {
      if (this.#url !== '' && this.#url !== 'about:blank') this.emit('did-finish-load', electronEvent({}))
    })
    session.on('Inspector.targetCrashed', () => {
      this.emit('render-process-gone', electronEvent({}), { reason: 'crashed', exitCode: 1 })
    })
    session.on('Fetch.requestPaused', (paused: PausedRequest) => {
      this.#answerRequest(session, paused).catch(ignoreGone)
    })
  }

  async #answerRequest(session: CdpSession, paused: PausedRequest): Promise<void> {
    const { requestId, request } = paused
    if (paused.resourceType === 'Document' && !this.#mayNavigate(paused)) {
      await session.send('Fetch.failRequest', { requestId, errorReason: 'Aborted' })
      return
    }
    const url = toAppAddress(request.url)
    const handler = handlerOf(url)
    if (!handler) {
      await session.send('Fetch.continueRequest', { requestId })
      return
    }
    const response = await handler(new Request(url, { method: request.method, headers: request.headers }))
    const responseHeaders = [...response.headers].map(([name, value]) => ({ name, value }))
    const body = Buffer.from(await response.arrayBuffer()).toString('base64')
    await session.send('Fetch.fulfillRequest', { requestId, responseCode: response.status, responseHeaders, body })
  }

  #mayNavigate({ request, frameId }: PausedRequest): boolean {
    const isMainFrame = frameId === this.#targetId
    if (isMainFrame && request.url === this.#ownNavigation) {
      this.#ownNavigation = ''
      return true
    }
    const event = electronEvent({ url: toAppAddress(request.url), isMainFrame, isSameDocument: false })
    this.emit('will-frame-navigate', event)
    if (isMainFrame) this.emit('will-navigate', event)
    return !event.defaultPrevented
  }

  async #receive(message: FromPage): Promise<void> {
    if (message.kind === 'open') {
      this.#openHandler({ url: toAppAddress(message.url) })
    } else if (message.kind === 'preload-failed') {
      console.error(`Unable to load preload script: ${message.message}`)
    } else {
      const { id, channel, args } = message
      const senderFrame = { url: this.#url, origin: originOf(this.#url), parent: null }
      try {
        const result = await invoke(channel, { sender: this.#self, senderFrame, type: 'frame' } as never, args)
        this.#deliver(codec.encode({ kind: 'answer', id, result }))
      } catch (error) {
        console.error(`Error occurred in handler for '${channel}':`, error)
        this.#deliver(codec.encode({ kind: 'answer', id, error: String(error) }))
      }
    }
  }

  #deliver(text: string): void {
    if (this.#destroyed) return
    if (this.#isolatedContext === 0) {
      this.#waiting.push(text)
      return
    }
    const params = {
      executionContextId: this.#isolatedContext,
      functionDeclaration: 'text => standInDeliver(text)',
      arguments: [{ value: text }],
    }
    void this.#target.then(({ session }) => session.send('Runtime.callFunctionOn', params)).catch(ignoreGone)
  }

  /** For browser-window.ts: visibility as a page sees it. Headless Chromium shows every page. */
  [setVisibility](visible: boolean): void {
    const expression = `(${pageVisibility})(${visible})`
    void this.#target.then(({ session }) => session.send('Runtime.evaluate', { expression })).catch(ignoreGone)
  }

  [end](): void {
    this.#destroyed = true
    allContents.delete(this.#self)
    void this.#target.then(({ id }) => browser.cdp?.send('Target.closeTarget', { targetId: id })).catch(ignoreGone)
    this.emit('destroyed')
  }

  [isTarget](targetId: string): boolean {
    return this.#targetId === targetId
  }
}

type _Checked = OnlyNamesOf<Electron.WebContents, Pick<WebContents, Extract<keyof WebContents, string>>>

const allContents = new Set<WebContents>()

export const webContents = {
  fromDevToolsTargetId: (targetId: string) => [...allContents].find((contents) => contents[isTarget](targetId)),
  getAllWebContents: () => [...allContents],
}

interface ContextCreated {
  readonly id: number
  readonly name: string
  readonly auxData: { readonly frameId: string }
}

/** The preload, wrapped as Electron wraps a sandboxed one. */
function preloadSource(path: string): string {
  const facts = JSON.stringify({ platform: process.platform, arch: process.arch, versions: process.versions, env: {} })
  return `{
    const post = (text) => globalThis.standInPost(text)
    const { require, process } = (${isolatedWorld})(${makeCodec}, post, ${facts})
    const module = { exports: {} }
    try {
      (function (require, process, exports, module) {
        ${readFileSync(path, 'utf8')}
      })(require, process, module.exports, module)
    } catch (error) {
      post((${makeCodec})().encode({ kind: 'preload-failed', message: String(error && error.stack || error) }))
    }
  }`
}

function pageVisibility(visible: boolean): void {
  Object.defineProperty(document, 'visibilityState', {
    get: () => (visible ? 'visible' : 'hidden'),
    configurable: true,
  })
  Object.defineProperty(document, 'hidden', { get: () => !visible, configurable: true })
  document.dispatchEvent(new Event('visibilitychange'))
}

/** `new URL('app://bundle').origin` is 'null' in Node, not in Chromium. */
function originOf(url: string): string {
  const { protocol, host } = new URL(url)
  return `${protocol}//${host}`
}

/** A window may go away between any two messages. */
function ignoreGone(error: unknown): void {
  if (!/gone|closed|detached|Cannot find context|Invalid InterceptionId|No target/i.test(String(error)))
    console.error(error)
}
