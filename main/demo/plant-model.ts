// The physics of the demo plant: small first-order models, so that curves look like a plant and not like random numbers.
// Pure but for its own state; `step` is called with the seconds that went by.

/** Moves `value` towards `target` with time constant `tauSeconds`. */
const approach = (value: number, target: number, seconds: number, tauSeconds: number): number =>
  target + (value - target) * Math.exp(-seconds / tauSeconds)

export type MotorState = 'running' | 'idle' | 'fault'

/** A motor that runs at its setpoint, idles between orders and trips now and then; heat follows the current. */
export class Motor {
  speed = 0
  current = 0
  temperature = 24
  runningHours: number
  state: MotorState = 'running'
  readonly #random: () => number
  #nominal: number
  #stateSeconds = 0
  #stateFor = 90

  constructor(nominalSpeed: number, runningHours: number, random: () => number) {
    this.#nominal = nominalSpeed
    this.runningHours = runningHours
    this.#random = random
  }

  step(seconds: number): void {
    this.#stateSeconds += seconds
    if (this.#stateSeconds >= this.#stateFor) this.#enter(this.#nextState())
    const running = this.state === 'running'
    this.speed = approach(this.speed, running ? this.#nominal : 0, seconds, 4)
    if (running) this.speed += (this.#random() - 0.5) * this.#nominal * 0.004
    const load = this.speed / this.#nominal
    this.current = Math.max(0, 1.1 * load + 7.4 * load * load + (this.#random() - 0.5) * 0.12 * load)
    this.temperature = approach(this.temperature, 24 + 4.9 * this.current, seconds, 180)
    if (running) this.runningHours += seconds / 3600
  }

  /** The method of the same name: ends a fault and starts the motor. */
  reset(): void {
    this.#enter('running')
  }

  #nextState(): MotorState {
    if (this.state !== 'running') return 'running'
    return this.#random() < 0.15 ? 'fault' : 'idle'
  }

  #enter(state: MotorState): void {
    this.state = state
    this.#stateSeconds = 0
    const [shortest, spread] = state === 'running' ? [60, 120] : state === 'idle' ? [8, 20] : [10, 15]
    this.#stateFor = shortest + this.#random() * spread
  }
}

/** A tank whose inflow a controller opens and closes around the setpoint, while consumption varies. */
export class Tank {
  level: number
  setpoint: number
  /** bar, from the water column and the pump. */
  pressure = 1
  /** While true the pressure sensor delivers nothing usable (broken wire). */
  sensorFailed = false
  readonly #random: () => number
  #filling = false
  #sensorSeconds = 0

  constructor(setpoint: number, random: () => number) {
    this.setpoint = setpoint
    this.level = setpoint - 4
    this.#random = random
  }

  step(seconds: number): void {
    if (this.level < this.setpoint - 3) this.#filling = true
    if (this.level > this.setpoint + 1) this.#filling = false
    const outflow = 0.12 + 0.1 * this.#random()
    this.level = Math.min(100, Math.max(0, this.level + seconds * ((this.#filling ? 0.55 : 0) - outflow)))
    const pump = this.#filling ? 0.4 : 0
    this.pressure = approach(this.pressure, 0.4 + this.level * 0.018 + pump, seconds, 2)
  }

  /** Only the tank with the loose wire calls it: about 6 s bad after 40 s good. */
  stepSensor(seconds: number): void {
    this.#sensorSeconds += seconds
    if (this.#sensorSeconds < (this.sensorFailed ? 6 : 40)) return
    this.#sensorSeconds = 0
    this.sensorFailed = !this.sensorFailed
  }
}

/** Air in a hall: a slow day curve and people who come and go. */
export class Climate {
  temperature: number
  humidity = 46
  co2 = 480
  readonly #random: () => number
  #people = 6
  #seconds: number

  constructor(temperature: number, random: () => number) {
    this.temperature = temperature
    this.#random = random
    this.#seconds = random() * 600
  }

  step(seconds: number): void {
    this.#seconds += seconds
    if (this.#random() < seconds / 30) this.#people = Math.floor(this.#random() * 14)
    const wave = Math.sin((2 * Math.PI * this.#seconds) / 600)
    this.temperature = approach(this.temperature, 20.5 + 1.5 * wave + 0.12 * this.#people, seconds, 120)
    this.humidity = approach(this.humidity, 46 - 6 * wave + 0.4 * this.#people, seconds, 150)
    this.co2 = approach(this.co2, 430 + 42 * this.#people, seconds, 60) + (this.#random() - 0.5) * 4
  }
}

/** An electricity meter: power follows the load it is given, energy only grows. */
export class Meter {
  power = 0
  energy: number
  voltage = 231
  readonly #random: () => number

  constructor(energy: number, random: () => number) {
    this.energy = energy
    this.#random = random
  }

  step(seconds: number, loadKw: number): void {
    this.power = Math.max(0, loadKw * (1 + (this.#random() - 0.5) * 0.03))
    this.energy += (this.power * seconds) / 3600
    this.voltage = approach(this.voltage, 231 - 0.25 * this.power, seconds, 5) + (this.#random() - 0.5) * 0.4
  }

  /** A per phase, from kW and the voltage between phase and neutral. */
  get current(): number {
    return (this.power * 1000) / (3 * this.voltage)
  }
}

/** A transport vehicle on its round: drives, loads, charges. */
export class Vehicle {
  battery = 82
  x = 0
  y = 0
  state: 'driving' | 'loading' | 'charging' = 'driving'
  readonly #random: () => number
  #along = 0
  #pauseSeconds = 0

  constructor(random: () => number) {
    this.#random = random
  }

  step(seconds: number): void {
    if (this.state === 'charging') {
      this.battery = Math.min(100, this.battery + 0.4 * seconds)
      if (this.battery >= 95) this.state = 'driving'
      return
    }
    this.battery = Math.max(0, this.battery - (this.state === 'driving' ? 0.06 : 0.015) * seconds)
    if (this.state === 'loading') {
      this.#pauseSeconds -= seconds
      if (this.#pauseSeconds <= 0) this.state = this.battery < 25 ? 'charging' : 'driving'
      return
    }
    const roundMetres = 160
    const before = this.#along
    this.#along = (this.#along + 1.2 * seconds) % roundMetres
    // Two stations, at the start and half way round.
    if (this.#along < before || (before < roundMetres / 2 && this.#along >= roundMetres / 2)) {
      this.state = 'loading'
      this.#pauseSeconds = 6 + this.#random() * 8
    }
    const angle = (2 * Math.PI * this.#along) / roundMetres
    this.x = 30 + 28 * Math.cos(angle)
    this.y = 18 + 14 * Math.sin(angle)
  }
}
