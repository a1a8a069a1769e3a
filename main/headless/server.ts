import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { WebSocketServer } from 'ws'
import { GatewayError } from '../engine/kit/gateway-error.ts'
import { contentSecurityPolicy, readUiFile } from '../host/ui-files.ts'
import { bearerOf, isLoopback, isToken, refusalOf } from './access-guard.ts'
import { messageLimit, serveSocket } from './api-socket.ts'
import type { GatewayPort } from './gateway-port.ts'
import { healthOf } from './health.ts'

// The UI for a browser: the same files and headers as the desktop's app:// protocol, its API on one WebSocket. GET has no side
// effects. No login: /healthz, the UI's own files, and /metrics from this PC. Everything else needs the token, which is made
// anew at every start and travels in the address' fragment and then as a WebSocket sub-protocol, never in a cookie.

export interface UiServerOptions {
  readonly gateway: GatewayPort
  readonly token: string
  /** The built UI. */
  readonly rendererFolder: string
}

const headerLimit = 16_384
const connectionLimit = 50
/** A request that trickles in slower than this is an attack or a dead link. */
const requestTimeoutMs = 10_000
const protocol = 'tbgw.v1'

export class UiServer {
  readonly #options: UiServerOptions
  readonly #http: Server
  readonly #sockets: WebSocketServer

  constructor(options: UiServerOptions) {
    this.#options = options
    this.#http = createServer(
      {
        maxHeaderSize: headerLimit,
        headersTimeout: requestTimeoutMs,
        requestTimeout: requestTimeoutMs,
        connectionsCheckingInterval: requestTimeoutMs / 2,
      },
      (request, response) => {
        this.#answer(request, response).catch(() =>
          response.headersSent ? response.destroy() : reply(response, 500, 'Failed'),
        )
      },
    )
    this.#http.maxConnections = connectionLimit
    this.#http.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head))
    this.#http.on('clientError', (_error, socket) => socket.destroy())
    this.#sockets = new WebSocketServer({
      noServer: true,
      maxPayload: messageLimit,
      perMessageDeflate: false,
      handleProtocols: () => protocol,
    })
  }

  /** Rejects with BUSY when the port is taken. */
  async listen(host: string, port: number): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#http.once('error', (error: NodeJS.ErrnoException) => {
        const why =
          error.code === 'EADDRINUSE'
            ? 'the port is in use'
            : error.code === 'EADDRNOTAVAIL'
              ? 'this PC has no such address'
              : ''
        reject(
          new GatewayError('BUSY', `The UI can not listen at ${host}:${port}${why && ` (${why})`}`, {
            hint: 'Choose another one with --ui HOST:PORT.',
            detail: { inUse: error.code === 'EADDRINUSE' },
            ...(why === '' && { cause: error }),
          }),
        )
      })
      this.#http.listen(port, host, resolve)
    })
  }

  /** `http://127.0.0.1:8086` of the address it listens at. */
  get origin(): string {
    const { address, port, family } = this.#http.address() as AddressInfo
    const name = address === '0.0.0.0' || address === '::' ? 'localhost' : family === 'IPv6' ? `[${address}]` : address
    return `http://${name}:${port}`
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets.clients) socket.close(1001, 'the gateway stops')
    const closed = new Promise<void>((resolve) => this.#http.close(() => resolve()))
    this.#http.closeAllConnections()
    for (const socket of this.#sockets.clients) socket.terminate()
    await closed
  }

  get #port(): number {
    return (this.#http.address() as AddressInfo | null)?.port ?? 0
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const refusal = refusalOf(request, this.#port)
    if (refusal) return reply(response, refusal.status, refusal.text)
    if (request.method !== 'GET' && request.method !== 'HEAD') return reply(response, 405, 'Only GET')
    const path = request.url?.split('?', 1)[0] ?? '/'
    switch (path) {
      case '/healthz': {
        const { healthy, body } = await healthOf(this.#options.gateway)
        return reply(response, healthy ? 200 : 503, `${JSON.stringify(body)}\n`, 'application/json; charset=utf-8')
      }
      case '/metrics': {
        if (!isLoopback(request.socket.remoteAddress) && !this.#isLoggedIn(request)) return unauthorized(response)
        const text = await this.#options.gateway.metrics()
        return reply(response, text === '' ? 503 : 200, text, 'text/plain; version=0.0.4; charset=utf-8')
      }
      case '/api':
        if (!this.#isLoggedIn(request)) return unauthorized(response)
        return reply(response, 426, 'This is a WebSocket')
      default:
        return this.#sendFile(path, response)
    }
  }

  async #sendFile(path: string, response: ServerResponse): Promise<void> {
    const file = await readUiFile(this.#options.rendererFolder, path)
    if (file.kind === 'refused') return reply(response, file.status, file.text)
    response.writeHead(200, {
      ...commonHeaders,
      'content-security-policy': contentSecurityPolicy,
      'cross-origin-opener-policy': 'same-origin',
      'content-type': file.type,
    })
    response.end(file.body)
  }

  #isLoggedIn(request: IncomingMessage): boolean {
    return isToken(bearerOf(request.headers), this.#options.token)
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => socket.destroy())
    const status = this.#refusedUpgrade(request)
    if (status === undefined) {
      this.#sockets.handleUpgrade(request, socket, head, (client) =>
        serveSocket(client, this.#options.gateway, `browser ${request.socket.remoteAddress ?? ''}`.trim()),
      )
    } else socket.end(`HTTP/1.1 ${status} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
  }

  /** The HTTP status of the refusal, undefined for a browser that may come in. */
  #refusedUpgrade(request: IncomingMessage): number | undefined {
    const refusal = refusalOf(request, this.#port)
    if (refusal) return refusal.status
    if (request.url !== '/api') return 404
    const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim())
    const token = offered.find((name) => name.startsWith('token.'))?.slice('token.'.length)
    return offered.includes(protocol) && isToken(token, this.#options.token) ? undefined : 401
  }
}

const commonHeaders = {
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=(), usb=(), serial=()',
}

function reply(response: ServerResponse, status: number, text: string, type = 'text/plain; charset=utf-8'): void {
  response.writeHead(status, {
    ...commonHeaders,
    'content-security-policy': "default-src 'none'",
    'content-type': type,
  })
  response.end(text)
}

function unauthorized(response: ServerResponse): void {
  response.setHeader('www-authenticate', 'Bearer')
  reply(response, 401, 'The token is missing or wrong. It is in the address the gateway printed.')
}
