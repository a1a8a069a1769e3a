import { type Message, type OPCUAServer, type ServerSecureChannelLayer, ServiceFault, StatusCodes } from 'node-opcua'
import { expect, test } from 'vitest'
import { opcuaConfig, startCollector } from '../servers/opcua-bench.ts'
import { namespaceUri, startOpcuaServer } from '../servers/opcua-server.ts'

const names = Array.from({ length: 300 }, (_, i) => `v${i}`)
const variables = names.map((name, i) => ({ name, value: { dataType: 'Int32', value: i } as const }))
const keys = names.map((name) => ({ node: `nsu=${namespaceUri};s=${name}` }))
const operationLimits = { maxMonitoredItemsPerCall: 1000, maxNodesPerRead: 1000 }

type Handler = (message: Message, channel: ServerSecureChannelLayer) => void

/** The server says 1000 and means 37; beyond it `refuse` happens. Returns how large the accepted requests were. */
function lies(server: OPCUAServer, accepted: number[], refuse: Handler): void {
  const opcua = server as unknown as { _on_CreateMonitoredItemsRequest: Handler }
  const create = opcua._on_CreateMonitoredItemsRequest.bind(opcua)
  opcua._on_CreateMonitoredItemsRequest = (message, channel) => {
    const { itemsToCreate } = message.request as unknown as { itemsToCreate: unknown[] }
    if (itemsToCreate.length > 37) return refuse(message, channel)
    accepted.push(itemsToCreate.length)
    create(message, channel)
  }
}

const fault =
  (status: 'BadTooManyOperations' | 'BadEncodingLimitsExceeded'): Handler =>
  (message, channel) => {
    const { requestHandle } = message.request.requestHeader
    const responseHeader = { serviceResult: StatusCodes[status], requestHandle }
    channel.send_response('MSG', new ServiceFault({ responseHeader }), message, () => undefined)
  }

test.for([
  ['BadTooManyOperations', fault('BadTooManyOperations')],
  ['BadEncodingLimitsExceeded', fault('BadEncodingLimitsExceeded')],
  ['closing the connection', (_: Message, channel: ServerSecureChannelLayer) => channel.close()],
] as const)('a limit that lies is survived: %s', { timeout: 60_000 }, async ([, refuse]) => {
  const accepted: number[] = []
  const server = await startOpcuaServer({ variables, operationLimits, prepare: (s) => lies(s, accepted, refuse) })
  const bench = await startCollector(opcuaConfig(server.endpointUrl, keys))
  try {
    await expect.poll(() => new Set(bench.sink.samples.map((s) => s.tag)).size, { timeout: 40_000 }).toBe(300)
    await expect.poll(() => bench.collector.status.value.detail, { timeout: 5000 }).toContain('300 of 300 nodes')
    // What was learnt holds: after the first refusals every request fits.
    expect(Math.max(...accepted)).toBeLessThanOrEqual(37)
  } finally {
    await bench.close()
    await server.close()
  }
})
