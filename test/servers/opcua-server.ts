import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  DataType,
  MessageSecurityMode,
  nodesets,
  OPCUACertificateManager,
  OPCUAServer,
  SecurityPolicy,
  type StatusCode,
  StatusCodes,
  type UAVariable,
  Variant,
  type VariantOptions,
} from 'node-opcua'

// A small real OPC UA server in this process. Its folder "Plant" below Objects holds the variables asked for; a restart
// keeps port and certificate, like a machine that is switched off and on.

interface TestVariable {
  /** NodeId is `ns=<own namespace>;s=<name>`, browse path `/Objects/1:Plant/1:<name>`. */
  readonly name: string
  readonly value: VariantOptions
  /** Keeps what it was, for HistoryRead. */
  readonly history?: boolean
}

export interface TestServerOptions {
  readonly variables?: readonly TestVariable[]
  readonly operationLimits?: {
    readonly maxNodesPerRead?: number
    readonly maxMonitoredItemsPerCall?: number
    readonly maxNodesPerBrowse?: number
    readonly maxNodesPerTranslateBrowsePathsToNodeIds?: number
  }
  readonly users?: Readonly<Record<string, string>>
  readonly anonymous?: boolean
  /** Which security is offered; default None only. */
  readonly security?: readonly ('None' | 'Sign' | 'SignAndEncrypt')[]
  /** With the modes that are not None. */
  readonly policies?: readonly (keyof typeof SecurityPolicy)[]
  /** Host name in the endpoints instead of the one it is reached at. */
  readonly announcedHost?: string
  /** False: a client's certificate must be trusted by hand first. */
  readonly trustsClients?: boolean
  readonly maxSessions?: number
  readonly maxSubscriptions?: number
  readonly maxMonitoredItems?: number
  /** Files of further namespaces, with types of their own. */
  readonly nodesets?: readonly string[]
  /** To make it misbehave before it starts; again after every restart. */
  readonly prepare?: (server: OPCUAServer) => void
}

export interface TestServer {
  readonly port: number
  readonly endpointUrl: string
  readonly folder: string
  /** Undefined while stopped. */
  readonly server: OPCUAServer
  /** Index of the namespace the variables are in. */
  readonly namespaceIndex: number
  set(name: string, value: VariantOptions, statusCode?: StatusCode, sourceTimestamp?: Date): void
  variable(name: string): UAVariable
  addVariable(variable: TestVariable): void
  stop(): Promise<void>
  /** Same port, same certificate, everything else forgotten; `namespacesBefore` moves the plant's namespace up. */
  restart(namespacesBefore?: readonly string[]): Promise<void>
  /** Stops for good and removes its folder. */
  close(): Promise<void>
}

export const namespaceUri = 'urn:test:plant'

export async function startOpcuaServer(options: TestServerOptions = {}): Promise<TestServer> {
  const folder = await mkdtemp(join(tmpdir(), 'opcua-server-'))
  const port = await freePort()
  const variables = new Map((options.variables ?? []).map((v) => [v.name, v]))
  let running = await run(options, folder, port, variables.values())
  let isRunning = true
  const variable = (name: string): UAVariable => {
    const found = running.nodes.get(name)
    if (!found) throw new Error(`the test server has no variable ${name}`)
    return found
  }
  const stop = async (): Promise<void> => {
    if (!isRunning) return
    isRunning = false
    await running.server.shutdown(0)
    await running.certificates.dispose()
  }
  return {
    port,
    folder,
    endpointUrl: `opc.tcp://127.0.0.1:${port}`,
    get server() {
      return running.server
    },
    get namespaceIndex() {
      return running.namespaceIndex
    },
    variable,
    set(name, value, statusCode = StatusCodes.Good, sourceTimestamp = new Date()) {
      const variant = new Variant(value)
      variables.set(name, { ...variables.get(name), name, value })
      variable(name).setValueFromSource(variant, statusCode, sourceTimestamp)
    },
    addVariable(added) {
      variables.set(added.name, added)
      running.add(added)
    },
    stop,
    async restart(namespacesBefore = []) {
      await stop()
      running = await run(options, folder, port, variables.values(), namespacesBefore)
      isRunning = true
    },
    async close() {
      await stop()
      await rm(folder, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

async function run(
  options: TestServerOptions,
  folder: string,
  port: number,
  variables: Iterable<TestVariable>,
  namespacesBefore: readonly string[] = [],
) {
  const certificates = new OPCUACertificateManager({
    rootFolder: join(folder, 'pki'),
    automaticallyAcceptUnknownCertificate: options.trustsClients ?? true,
    disableFileWatchers: true,
  })
  await certificates.initialize()
  const security = options.security ?? ['None']
  const users = options.users ?? {}
  const server = new OPCUAServer({
    port,
    hostname: options.announcedHost ?? '127.0.0.1',
    ...(options.announcedHost ? { host: '127.0.0.1' } : {}),
    nodeset_filename: [nodesets.standard, ...(options.nodesets ?? [])],
    serverCertificateManager: certificates,
    userCertificateManager: certificates,
    serverInfo: { applicationUri: 'urn:test:server' },
    allowAnonymous: options.anonymous ?? true,
    securityModes: security.map((mode) => MessageSecurityMode[mode]),
    securityPolicies: [
      ...(security.includes('None') ? [SecurityPolicy.None] : []),
      ...(security.some((mode) => mode !== 'None')
        ? (options.policies ?? ['Basic256Sha256', 'Aes256_Sha256_RsaPss']).map((policy) => SecurityPolicy[policy])
        : []),
    ],
    userManager: { isValidUser: (name: string, password: string) => users[name] === password },
    serverCapabilities: {
      ...(options.maxSessions === undefined ? {} : { maxSessions: options.maxSessions }),
      ...(options.maxSubscriptions === undefined ? {} : { maxSubscriptions: options.maxSubscriptions }),
      ...(options.maxMonitoredItems === undefined ? {} : { maxMonitoredItems: options.maxMonitoredItems }),
      operationLimits: { ...options.operationLimits },
    },
  })
  await server.initialize()
  const space = server.engine.addressSpace
  if (!space) throw new Error('the server has no address space')
  for (const uri of namespacesBefore) space.registerNamespace(uri)
  const namespace = space.registerNamespace(namespaceUri)
  const plant = namespace.addFolder(space.rootFolder.objects, {
    browseName: 'Plant',
    nodeId: `ns=${namespace.index};s=Plant`,
  })
  const nodes = new Map<string, UAVariable>()
  const add = ({ name, value, history }: TestVariable): void => {
    const variant = new Variant(value)
    const node = namespace.addVariable({
      organizedBy: plant,
      browseName: name,
      nodeId: `ns=${namespace.index};s=${name}`,
      // A Variant is of any type (Part 3, 8.7).
      dataType: variant.dataType === DataType.Variant ? 'BaseDataType' : DataType[variant.dataType],
      ...(variant.arrayType === 0
        ? {}
        : { valueRank: variant.arrayType === 1 ? 1 : (variant.dimensions?.length ?? 2) }),
      ...(variant.dimensions ? { arrayDimensions: variant.dimensions } : {}),
      minimumSamplingInterval: 0,
    })
    node.setValueFromSource(variant)
    if (history) space.installHistoricalDataNode(node, { maxOnlineValues: 100_000 })
    nodes.set(name, node)
  }
  for (const variable of variables) add(variable)
  options.prepare?.(server)
  await server.start()
  return { server, certificates, nodes, add, namespaceIndex: namespace.index }
}

async function freePort(): Promise<number> {
  const probe = createServer()
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve))
  const address = probe.address()
  await new Promise((resolve) => probe.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}
