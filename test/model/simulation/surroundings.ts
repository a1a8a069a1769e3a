import type { Oracle } from './oracle.ts'
import type { Fault, Plan } from './plan.ts'
import type { Random } from './random.ts'
import { type NetworkWeather, SimCable } from './sim-network.ts'
import { SimServer } from './sim-server.ts'
import type { SimTime } from './sim-time.ts'

interface Parts {
  readonly time: SimTime
  readonly random: Random
  readonly oracle: Oracle
  readonly plan: Plan
}

type OutsideFault = Exclude<Fault, { kind: 'crash' | 'restart' | 'disk' }>

/** Everything upstream of the gateway: the network, ThingsBoard, and what the plan does to them. */
export class Surroundings {
  readonly server: SimServer
  readonly dials: number[] = []
  readonly #parts: Parts
  readonly #network: NetworkWeather
  #cable: SimCable | undefined

  constructor(parts: Parts) {
    this.#parts = parts
    const { time, oracle, plan } = parts
    this.#network = { latency: plan.latencyMs, jitter: plan.jitterMs, door: 'open' }
    this.server = new SimServer(plan.server, time, oracle)
    const { faults } = this.server.core
    faults.hideLimits = plan.hideLimits
    faults.refuse = (device, key, { text }) => {
      if (text.includes('poison')) {
        oracle.disturbed.add(device)
        return plan.protocolVersion === 5
      }
      if (key.startsWith('state')) this.server.attributeArrived(device, key, text)
      return false
    }
    faults.closeOn = (device, _, { text }) => {
      if (text.includes('deadly')) oracle.disturbed.add(device)
      return text.includes('deadly')
    }
  }

  dial() {
    const { time, random, oracle } = this.#parts
    this.dials.push(time.ms)
    if (this.dials.length > 1) oracle.sights.add('reconnect')
    const { door } = this.#network
    if (door !== 'open') return door
    const cable = new SimCable(time, random, this.#network)
    this.#cable = cable
    const { far } = cable
    this.server.accept(far)
    return cable.near
  }

  disturb(fault: OutsideFault): void {
    const { time, plan } = this.#parts
    const { faults } = this.server.core
    const { sights } = this.#parts.oracle
    switch (fault.kind) {
      case 'cut':
        this.#cable?.reset()
        return
      case 'half-open':
        sights.add('half-open')
        if (fault.direction === 'both') this.#cable?.halfOpen()
        else this.#cable?.deafen(fault.direction)
        return
      case 'door':
        this.#network.door = fault.door
        if (fault.cut) this.#cable?.reset()
        time.after(fault.forMs, () => {
          this.#network.door = 'open'
        })
        return
      case 'slow':
        Object.assign(this.#network, { latency: fault.latencyMs, jitter: fault.latencyMs / 2 })
        time.after(fault.forMs, () => {
          Object.assign(this.#network, { latency: plan.latencyMs, jitter: plan.jitterMs })
        })
        return
      case 'server-restart':
        this.server.restart()
        return
      case 'silent':
        faults.silent = true
        time.after(fault.forMs, () => {
          faults.silent = false
          // What it has not answered it never will.
          this.server.restart()
        })
        return
      case 'lose-acks':
        faults.loseAcks += fault.count
        sights.add('puback lost')
        return
      case 'limit':
        faults.limitNext += fault.count
        return
      case 'clock':
        sights.add('wall clock jump')
        time.jumpWall(fault.byMs)
    }
  }

  /** No more faults. */
  calm(): void {
    Object.assign(this.server.core.faults, { silent: false, loseAcks: 0, limitNext: 0 })
    Object.assign(this.#network, { latency: 5, jitter: 1, door: 'open' })
  }

  /** Its connection breaks, or stays open on the far side without a word. */
  processDied(silently: boolean): void {
    this.#cable?.near.removeAllListeners()
    if (silently) this.#cable?.halfOpen()
    else this.#cable?.reset()
  }
}
