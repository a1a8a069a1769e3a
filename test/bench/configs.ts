import type * as z from 'zod'
import { gatewaySchema } from '../../shared/config/gateway.ts'
import type { OpcuaLoad } from './parts.ts'

// gateway.json as an integrator would write it; everything that is not named stays at its default.

type GatewayJson = z.input<typeof gatewaySchema>

const thingsboard = (port: number): GatewayJson['thingsboard'] => ({
  host: '127.0.0.1',
  port,
  credentials: { type: 'token', token: 'bench' },
})

/** Room for one long stall of everything else on the machine: 2 s at 10 values/s. */
const queueSize = 20

/** Dealt out like cards: what the server writes together belongs to many devices, as in a plant. */
export function opcuaGateway(source: OpcuaLoad, devices: number, sinkPort: number): GatewayJson {
  return checked({
    version: 1,
    thingsboard: thingsboard(sinkPort),
    connectors: [
      {
        type: 'opcua',
        id: 'load',
        name: 'Load server',
        endpointUrl: source.endpointUrl,
        securityMode: 'None',
        publishingIntervalMs: 100,
        samplingIntervalMs: 0,
        queueSize,
        devices: Array.from({ length: devices }, (_, d) => ({
          name: `Machine ${d + 1}`,
          keys: source.names.filter((_, i) => i % devices === d).map((name) => ({ node: `ns=1;s=${name}`, key: name })),
        })),
      },
    ],
  })
}

export function mqttGateway(sourcePort: number, sinkPort: number): GatewayJson {
  return checked({
    version: 1,
    thingsboard: thingsboard(sinkPort),
    connectors: [
      {
        type: 'mqtt',
        id: 'load',
        name: 'Load broker',
        host: '127.0.0.1',
        port: sourcePort,
        topics: [
          {
            filter: 'plant/+/data',
            device: '${topic[1]}',
            timestamp: { value: '$.ts' },
            keys: [{ key: 'n', value: '$.value' }],
          },
        ],
      },
    ],
  })
}

/** Nothing to collect: only what is stored already goes out. */
export function drainGateway(sinkPort: number): GatewayJson {
  return checked({ version: 1, thingsboard: thingsboard(sinkPort) })
}

/** A mistake here is told before anything is started. */
function checked(config: GatewayJson): GatewayJson {
  gatewaySchema.parse(config)
  return config
}
