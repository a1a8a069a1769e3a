import { createServer, type Server, type Socket } from 'node:net'
import { Aedes } from 'aedes'
import { Climate, Meter, Vehicle } from './plant-model.ts'

const stepMs = 1000

interface Reading {
  readonly topic: string
  readonly payload: string
  /** Kept by the broker for whoever subscribes later. */
  readonly retain: boolean
}

/**
 * An MQTT broker (3.1.1) with sensors that publish to it: two halls, two meters, a vehicle each second, a door when it
 * moves. Loopback only.
 */
export class MqttPlant {
  readonly #random: () => number
  readonly #halls: ReadonlyMap<string, Climate>
  readonly #meters: ReadonlyMap<string, Meter>
  readonly #vehicle: Vehicle
  readonly #sockets = new Set<Socket>()
  #doorOpen = false
  #doorSeconds = 0
  #broker: Aedes | undefined
  #listener: Server | undefined
  #timer: NodeJS.Timeout | undefined
  #port = 0
  /** Messages published since start. */
  published = 0

  constructor(random: () => number = Math.random) {
    this.#random = random
    this.#halls = new Map([
      ['north', new Climate(21.4, random)],
      ['south', new Climate(22.6, random)],
    ])
    this.#meters = new Map([
      ['Meter_A', new Meter(184_220, random)],
      ['Meter_B', new Meter(97_310, random)],
    ])
    this.#vehicle = new Vehicle(random)
  }

  get port(): number {
    return this.#port
  }

  /** `port` 0 takes a free one. */
  async start(port = 0): Promise<void> {
    const broker = await Aedes.createBroker()
    const listener = createServer((socket) => {
      this.#sockets.add(socket)
      socket.once('close', () => this.#sockets.delete(socket))
      // The broker hears of it too; without a listener here a reset connection would end the process.
      socket.on('error', () => undefined)
      broker.handle(socket)
    })
    await new Promise<void>((resolve, reject) => {
      listener.once('error', reject)
      listener.listen(port, '127.0.0.1', resolve)
    })
    const address = listener.address()
    this.#port = typeof address === 'object' && address ? address.port : 0
    this.#broker = broker
    this.#listener = listener
    this.#timer = setInterval(() => this.#step(stepMs / 1000), stepMs)
    this.#send(this.#door())
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer)
    const { promise: closed, resolve } = Promise.withResolvers<void>()
    if (this.#listener) this.#listener.close(() => resolve())
    else resolve()
    for (const socket of this.#sockets) socket.destroy()
    await closed
    await new Promise<void>((done) => (this.#broker ? this.#broker.close(() => done()) : done()))
    this.#broker = undefined
  }

  #step(seconds: number): void {
    for (const [name, climate] of this.#halls) {
      climate.step(seconds)
      this.#send(json(`plant/hall/${name}/climate`, climateReading(climate)))
    }
    const loads = [14 + 6 * this.#random(), 31 + 9 * this.#random()]
    const meters = [...this.#meters].map(([id, meter], i) => {
      meter.step(seconds, loads[i] ?? 0)
      return { id, ...meterReading(meter) }
    })
    this.#send(json('plant/energy', { meters }))
    this.#vehicle.step(seconds)
    this.#send(json('plant/agv/AGV_1/status', { time: Date.now(), ...vehicleReading(this.#vehicle) }))
    this.#moveDoor(seconds)
  }

  #moveDoor(seconds: number): void {
    this.#doorSeconds -= seconds
    if (this.#doorSeconds > 0) return
    this.#doorOpen = !this.#doorOpen
    this.#doorSeconds = this.#doorOpen ? 5 + 10 * this.#random() : 15 + 40 * this.#random()
    this.#send(this.#door())
  }

  #door(): Reading {
    return { topic: 'plant/door/Gate_1/state', payload: this.#doorOpen ? 'open' : 'closed', retain: true }
  }

  #send({ topic, payload, retain }: Reading): void {
    this.published++
    this.#broker?.publish({ cmd: 'publish', topic, payload, qos: 1, retain, dup: false }, () => undefined)
  }
}

function json(topic: string, value: object): Reading {
  return { topic, payload: JSON.stringify(value), retain: false }
}

const round = (value: number, digits: number): number => Number(value.toFixed(digits))

const climateReading = ({ temperature, humidity, co2 }: Climate) => ({
  temperature: round(temperature, 2),
  humidity: round(humidity, 1),
  co2: Math.round(co2),
})

const meterReading = ({ power, energy, voltage, current }: Meter) => ({
  power: round(power, 2),
  energy: round(energy, 3),
  voltage: round(voltage, 1),
  current: round(current, 2),
})

const vehicleReading = ({ battery, x, y, state }: Vehicle) => ({
  battery: round(battery, 1),
  position: { x: round(x, 2), y: round(y, 2) },
  state,
})
