import { connect } from 'node:net'
import { encodeConnect, encodePublish, PacketSplitter, packetType, pingreq } from './mqtt-wire.ts'
import { namedArguments, speakLines } from './process-lines.ts'

// Publishes QoS 1 at a steady rate, round robin over topics `plant/machine-<n>/data`; the n-th message of a topic carries
// value n. Arguments: port=, rate= (messages/s), topics=. Commands: start, pause, snapshot.

const tickMs = 5
const keepAliveSeconds = 60
/** Packet identifiers are 16 bits wide; the rest is room for one tick. */
const maxInFlight = 60_000
/** After a stall at most this much is made up at once. */
const catchUpMs = 100

const argument = namedArguments()
const rate = Number(argument('rate'))
const topics = Array.from({ length: Number(argument('topics')) }, (_, i) => Buffer.from(`plant/machine-${i}/data`))
const counts = new Int32Array(topics.length)
let next = 0
let published = 0
let acknowledged = 0
/** Messages that were due while the broker kept us waiting: the load was lower than asked for. */
let withheld = 0
let running = false
let lastTick = 0
let owed = 0

const say = speakLines({
  start: () => {
    running = true
    lastTick = performance.now()
  },
  pause: () => {
    running = false
    say({ event: 'paused', published })
  },
  snapshot: () => say({ event: 'snapshot', published, acknowledged, withheld }),
})

const socket = connect(Number(argument('port')), '127.0.0.1')
socket.setNoDelay(true)
socket.write(encodeConnect(`load-${process.pid}`, keepAliveSeconds))
setInterval(() => socket.write(pingreq), (keepAliveSeconds * 1000) / 2)
const splitter = new PacketSplitter((first) => {
  if (first >> 4 === packetType.puback) acknowledged++
  else if (first >> 4 === packetType.connack) say({ event: 'ready' })
})
socket.on('data', (chunk: Buffer) => splitter.push(chunk))
socket.on('error', (error) => fail(error.message))
socket.on('close', () => fail('the broker closed the connection'))
setInterval(tick, tickMs)

function tick(): void {
  if (!running) return
  const now = performance.now()
  const due = (Math.min(now - lastTick, catchUpMs) * rate) / 1000 + owed
  lastTick = now
  const whole = Math.floor(due)
  owed = due - whole
  const room = socket.writableNeedDrain ? 0 : Math.min(whole, maxInFlight - (published - acknowledged))
  withheld += whole - room
  if (room <= 0) return
  const ts = Date.now()
  const packets: Buffer[] = []
  for (let i = 0; i < room; i++) packets.push(nextPacket(ts))
  socket.write(Buffer.concat(packets))
}

function nextPacket(ts: number): Buffer {
  const count = (counts[next] ?? 0) + 1
  counts[next] = count
  const bytes = encodePublish(
    (published % 65_535) + 1,
    topics[next] ?? Buffer.alloc(0),
    `{"ts":${ts},"value":${count}}`,
  )
  published++
  next = (next + 1) % topics.length
  return bytes
}

function fail(reason: string): void {
  process.stderr.write(`mqtt-load: ${reason}\n`)
  process.exit(1)
}
