import { networkInterfaces } from 'node:os'
import type { RequestOutput } from '../../../shared/api/contract.ts'
import type { FoundServer } from '../../../shared/api/setup-requests.ts'
import type { Log } from '../observe/log.ts'
import { isPortOpen, probeMqtt } from './mqtt-probe.ts'

// What there is to connect to near this PC. Only the usual ports of this PC are touched unless somebody asks for the network:
// plants dislike scans. One search at a time; it is bounded in addresses, time and connections, and can be stopped.

type Endpoints = RequestOutput<'opcua.endpoints'>['endpoints']
type Servers = RequestOutput<'opcua.servers'>['servers']

export interface DiscoveryOptions {
  readonly endpoints: (url: string, signal: AbortSignal) => Promise<Endpoints>
  readonly servers: (url: string, signal: AbortSignal) => Promise<Servers>
  readonly log: Log
  /** Tests look elsewhere. */
  readonly ports?: readonly Port[]
}

export interface Port {
  readonly port: number
  readonly kind: 'opcua' | 'mqtt'
  readonly tls?: boolean
}

/** Discovery server and the default ports of servers people have: KEPServer 49320, Prosys 53530, UA .NET 62541, Unified 48010. */
const usualPorts: readonly Port[] = [
  { port: 4840, kind: 'opcua' },
  { port: 4841, kind: 'opcua' },
  { port: 48010, kind: 'opcua' },
  { port: 49320, kind: 'opcua' },
  { port: 53530, kind: 'opcua' },
  { port: 62541, kind: 'opcua' },
  { port: 1883, kind: 'mqtt' },
  { port: 8883, kind: 'mqtt', tls: true },
]
/** Of other PCs only the standard ports. */
const networkPorts: ReadonlySet<number> = new Set([4840, 49320, 1883, 8883])
const ownHost = '127.0.0.1'
/** This PC answers at once; others in a network within this. */
const openMs = 500
const probeMs = 5000
/** Open connections at one time. */
const parallel = 32
/** A search that takes longer is stopped: 4 × 254 addresses take about half a minute. */
const searchMs = 90_000
const foundLimit = 100
/** A server that knows very many others is a discovery server of a whole plant. */
const knownServersLimit = 20

export type DiscoveryState = RequestOutput<'setup.discover'>

interface Search {
  readonly abort: AbortController
  readonly found: Map<string, FoundServer>
  looked: number
  of: number
  isOver: boolean
}

export class Discovery {
  readonly #options: DiscoveryOptions
  #search: Search | undefined

  constructor(options: DiscoveryOptions) {
    this.#options = options
  }

  /** `start` while a search runs goes on with that one. */
  look(action: 'start' | 'status' | 'cancel', network: boolean): DiscoveryState {
    if (action === 'start' && (!this.#search || this.#search.isOver)) this.#begin(network)
    if (action === 'cancel') this.stop()
    const search = this.#search
    return {
      isLooking: search !== undefined && !search.isOver,
      looked: search?.looked ?? 0,
      of: search?.of ?? 0,
      found: [...(search?.found.values() ?? [])],
    }
  }

  stop(): void {
    this.#search?.abort.abort()
  }

  #begin(network: boolean): void {
    const ports = this.#options.ports ?? usualPorts
    const targets = ports.map((port) => ({ ...port, host: ownHost }))
    if (network) {
      const others = ports.filter(({ port }) => networkPorts.has(port))
      for (const host of neighbours()) for (const port of others) targets.push({ ...port, host })
    }
    const search: Search = {
      abort: new AbortController(),
      found: new Map(),
      looked: 0,
      of: targets.length,
      isOver: false,
    }
    this.#search = search
    const late = setTimeout(() => search.abort.abort(), searchMs)
    void this.#run(search, targets).finally(() => {
      clearTimeout(late)
      search.isOver = true
      this.#options.log.info('discovery-done', { looked: search.looked, found: search.found.size, network })
    })
  }

  /** Never rejects. */
  async #run(search: Search, targets: readonly (Port & { readonly host: string })[]): Promise<void> {
    const { signal } = search.abort
    const waiting = targets.values()
    const work = async (): Promise<void> => {
      for (const target of waiting) {
        if (signal.aborted || search.found.size >= foundLimit) return
        await this.#look(search, target, signal).catch(() => undefined)
        search.looked++
      }
    }
    await Promise.all(Array.from({ length: Math.min(parallel, targets.length) }, work))
  }

  async #look(
    search: Search,
    { host, port, kind, tls = false }: Port & { readonly host: string },
    signal: AbortSignal,
  ) {
    const from = performance.now()
    if (!(await isPortOpen(host, port, openMs, signal))) return
    const ms = Math.max(1, Math.round(performance.now() - from))
    if (kind === 'opcua') return this.#lookOpcua(search, `opc.tcp://${host}:${port}`, ms, signal, true)
    const broker = await probeMqtt({ host, port, tls }, probeMs, signal)
    if (!broker) return
    const url = `${tls ? 'mqtts' : 'mqtt'}://${host}:${port}`
    const security = [tls ? 'TLS' : '', broker.wantsSignIn ? 'sign-in' : ''].filter((word) => word !== '')
    search.found.set(url, { kind: 'mqtt', name: '', url, isSecure: tls, security, ms })
  }

  async #lookOpcua(search: Search, url: string, ms: number, signal: AbortSignal, askOthers: boolean): Promise<void> {
    if (search.found.has(url)) return
    const endpoints = await this.#options.endpoints(url, bounded(signal))
    if (endpoints.length === 0) return
    const servers = await this.#options.servers(url, bounded(signal)).catch((): Servers => [])
    const own = servers.find(({ urls }) => urls.some((other) => sameDoor(other, url))) ?? servers[0]
    const address = endpointAddress(url, endpoints)
    const security = securityOf(endpoints)
    const isSecure = security.some((offer) => offer.startsWith('SignAndEncrypt'))
    search.found.set(address, { kind: 'opcua', name: own?.name ?? '', url: address, isSecure, security, ms })
    if (!askOthers) return
    const others = servers.filter((server) => server !== own).slice(0, knownServersLimit)
    const doors = others.flatMap(({ urls }) => urls.find((other) => other.startsWith('opc.tcp://')) ?? [])
    for (const door of doors) {
      const open = openOf(door)
      if (!open || !(await isPortOpen(open.host, open.port, openMs, signal))) continue
      await this.#lookOpcua(search, door.replace(/\/$/, ''), ms, signal, false).catch(() => undefined)
    }
  }
}

const bounded = (signal: AbortSignal): AbortSignal => AbortSignal.any([signal, AbortSignal.timeout(probeMs)])

/** The address we reached, with the path the server says: servers often report a host name nobody can resolve. */
function endpointAddress(url: string, endpoints: Endpoints): string {
  const path = /^opc\.tcp:\/\/[^/]+(\/.*)?$/i.exec(
    endpoints.find((e) => sameDoor(e.url, url))?.url ?? endpoints[0]?.url ?? '',
  )?.[1]
  const base = url.replace(/(opc\.tcp:\/\/[^/]+).*/i, '$1')
  return path && path !== '/' ? `${base}${path}` : base
}

function sameDoor(a: string, b: string): boolean {
  return openOf(a)?.port === openOf(b)?.port
}

function openOf(url: string): { host: string; port: number } | undefined {
  const match = /^opc\.tcp:\/\/(\[[^\]]+\]|[^/:\s]+)(?::(\d+))?/i.exec(url)
  return match?.[1] ? { host: match[1].replace(/^\[|\]$/g, ''), port: Number(match[2] ?? 4840) } : undefined
}

/** Strongest first, without repeats (OPC UA Part 7); SHA-1 policies and None at the end. */
const strength = [
  'Aes256_Sha256_RsaPss',
  'Aes128_Sha256_RsaOaep',
  'Basic256Sha256',
  'Basic256',
  'Basic128Rsa15',
  'None',
]
const modes = ['SignAndEncrypt', 'Sign', 'None']

function securityOf(endpoints: Endpoints): string[] {
  const rank = (text: string): number => {
    const [mode = '', policy = ''] = text.split(' ')
    const place = strength.indexOf(policy)
    return modes.indexOf(mode) * 10 + (place < 0 ? 9 : place)
  }
  const offers = endpoints.map((e) => `${e.securityMode} ${e.securityPolicy.split('#').at(-1) ?? ''}`)
  return [...new Set(offers)].sort((a, b) => rank(a) - rank(b))
}

/** The other addresses of the networks this PC is in: the last 8 bits only, however large a network is. */
function neighbours(): string[] {
  const own = Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .filter(({ family, internal }) => family === 'IPv4' && !internal)
    .map(({ address }) => address)
    .slice(0, 4)
  return own.flatMap((address) => {
    const base = address.split('.').slice(0, 3).join('.')
    return Array.from({ length: 254 }, (_, i) => `${base}.${i + 1}`).filter((other) => other !== address)
  })
}
