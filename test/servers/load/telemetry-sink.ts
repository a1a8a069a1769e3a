import { connect } from 'node:net'
import { encodeConnect, encodePublish, encodeSubscribe, PacketSplitter, packetType, pingreq } from './mqtt-wire.ts'
import { namedArguments, speakLines } from './process-lines.ts'
import { SeriesCheck, type Steps } from './series-check.ts'
import { TelemetryScanner } from './telemetry-scan.ts'

// The independent witness: a process that subscribes to what the gateway publishes to ThingsBoard and checks every single
// value. It shares no code with the gateway. It also answers getSessionLimits (ThingsBoard's own defaults, no rates), because a broker in
// ThingsBoard's place does not. Arguments: port=, steps= (JSON). Commands: snapshot, reset.

const keepAliveSeconds = 60
const telemetry = 'v1/gateway/telemetry'
const rpcRequest = 'v1/devices/me/rpc/request/'
const defaultLimits = JSON.stringify({
  maxPayloadSize: 65_536,
  maxInflightMessages: 100,
  rateLimits: {},
  gatewayRateLimits: {},
})

const argument = namedArguments()
const check = new SeriesCheck(JSON.parse(argument('steps')) as Steps)
const scanner = new TelemetryScanner(check)
let messages = 0
let bytesRead = 0
/** Messages that could not be read as gateway telemetry. */
let unreadable = 0
let firstUnreadable = ''
/** QoS 1 messages the broker marked as sent before: broker to witness, not gateway to broker. */
let redelivered = 0
let packetId = 1
let acks: Buffer[] = []

const say = speakLines({
  snapshot: () =>
    say({ event: 'snapshot', messages, bytes: bytesRead, unreadable, firstUnreadable, redelivered, ...check.report() }),
  reset: () => {
    check.resetLatency()
    say({ event: 'reset' })
  },
})

const socket = connect(Number(argument('port')), '127.0.0.1')
socket.setNoDelay(true)
socket.write(encodeConnect(`witness-${process.pid}`, keepAliveSeconds))
setInterval(() => socket.write(pingreq), (keepAliveSeconds * 1000) / 2)

const splitter = new PacketSplitter((first, bytes, start, end) => {
  const type = first >> 4
  if (type === packetType.connack) socket.write(encodeSubscribe(1, [telemetry, `${rpcRequest}+`]))
  else if (type === packetType.suback) say({ event: 'ready' })
  else if (type === packetType.publish) onPublish(first, bytes, start, end)
})
socket.on('data', (chunk: Buffer) => {
  check.now = Date.now()
  splitter.push(chunk)
  if (acks.length === 0) return
  socket.write(Buffer.concat(acks))
  acks = []
})
socket.on('error', (error) => fail(error.message))
socket.on('close', () => fail('the broker closed the connection'))

function onPublish(first: number, bytes: Buffer, start: number, end: number): void {
  const topicEnd = start + 2 + bytes.readUInt16BE(start)
  const topic = bytes.toString('latin1', start + 2, topicEnd)
  const isQos1 = (first & 6) !== 0
  if (isQos1) acks.push(Buffer.from([0x40, 2, bytes[topicEnd] ?? 0, bytes[topicEnd + 1] ?? 0]))
  const payload = isQos1 ? topicEnd + 2 : topicEnd
  if (topic === telemetry) onTelemetry(first, bytes, payload, end)
  else if (topic.startsWith(rpcRequest) && bytes.toString('utf8', payload, end).includes('getSessionLimits'))
    answerLimits(topic.slice(rpcRequest.length))
}

function onTelemetry(first: number, bytes: Buffer, start: number, end: number): void {
  messages++
  bytesRead += end - start
  if (first & 8) redelivered++
  try {
    scanner.scan(bytes, start, end)
  } catch (error) {
    unreadable++
    firstUnreadable ||= `${String(error)}: ${bytes.toString('utf8', start, Math.min(end, start + 300))}`
  }
}

function answerLimits(requestId: string): void {
  packetId = (packetId % 65_535) + 1
  socket.write(encodePublish(packetId, Buffer.from(`v1/devices/me/rpc/response/${requestId}`), defaultLimits))
}

function fail(reason: string): void {
  process.stderr.write(`telemetry-sink: ${reason}\n`)
  process.exit(1)
}
