import { parentPort, workerData } from 'node:worker_threads'
import { assertExists } from '../../shared/assert.ts'
import type { Arrived, DemoMessage, DemoOrder } from './demo-protocol.ts'
import { MqttPlant } from './mqtt-plant.ts'
import { OpcuaPlant } from './opcua-plant.ts'
import { ThingsboardStandIn } from './thingsboard/stand-in.ts'

// The plant and the ThingsBoard stand-in in a thread of their own: their work never shows in the engine's figures.

const port = assertExists(parentPort, 'demo-thread runs in a worker thread')
const { folder, token } = workerData as { folder: string; token: string }
const send = (message: DemoMessage): void => port.postMessage(message)

const opcua = new OpcuaPlant(folder)
const mqtt = new MqttPlant()
const thingsboard = new ThingsboardStandIn({ port: 0, token })

port.on('message', (order: DemoOrder) => {
  if (order.kind === 'counters') send({ kind: 'counters', id: order.id, counters: arrived() })
  else void stop()
})

function arrived(): Arrived {
  const { messages, datapoints, attributes, devices, duplicates, conflicts } = thingsboard.counters()
  return { messages, datapoints, attributes, devices, duplicates, conflicts }
}

async function start(): Promise<void> {
  await Promise.all([opcua.start(), mqtt.start(), thingsboard.start()])
  send({ kind: 'ready', opcuaUrl: opcua.endpointUrl, mqttPort: mqtt.port, thingsboardPort: thingsboard.port })
}

async function stop(): Promise<void> {
  await Promise.all([opcua.stop(), mqtt.stop(), thingsboard.stop()])
  send({ kind: 'stopped' })
  process.exit(0)
}

await start()
