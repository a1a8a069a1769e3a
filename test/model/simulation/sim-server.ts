import type { Socket } from 'node:net'
import { Connection } from '../../../main/demo/thingsboard/connection.ts'
import { StandInCore, type StandInOptions } from '../../../main/demo/thingsboard/stand-in-core.ts'
import type { Oracle } from './oracle.ts'
import type { Shipment } from './sim-mqtt-client.ts'
import type { SimSocket } from './sim-network.ts'
import type { SimTime } from './sim-time.ts'

/** The ThingsBoard stand-in's own core and connections, on simulated sockets and time. */
export class SimServer {
  readonly core: StandInCore
  readonly #oracle: Oracle
  readonly #connections = new Set<Connection>()
  /** The socket whose packet is being handled. */
  #reading: SimSocket | undefined

  constructor(options: StandInOptions, time: SimTime, oracle: Oracle) {
    this.#oracle = oracle
    this.core = new StandInCore({
      ...options,
      token: 'T',
      maxRecorded: 0,
      clock: { now: () => time.wall, monotonic: () => time.ms },
      onDatapoint: ({ device, key, ts, value }) =>
        oracle.arrived(`${device}/${key}`, ts, value.text, this.#reading?.tag as Shipment | undefined),
    })
  }

  accept(socket: SimSocket): void {
    socket.prependListener('data', () => {
      this.#reading = socket
    })
    new Connection(socket as unknown as Socket, this.core, {
      opened: (connection) => {
        for (const other of this.#connections) {
          if (other.account !== connection.account) continue
          this.#oracle.sights.add('taken over')
          other.close(0x8e)
        }
        this.#connections.add(connection)
      },
      closed: (connection) => this.#connections.delete(connection),
    })
  }

  /** Witness of attributes: the stand-in asks whether to refuse a value before it keeps it. */
  attributeArrived(device: string, key: string, text: string): void {
    const id = Number(text.split(' ')[1])
    this.#oracle.arrived(`${device}/${key}`, id, text, this.#reading?.tag as Shipment | undefined)
  }

  restart(): void {
    this.#oracle.sights.add('server restart')
    for (const connection of [...this.#connections]) connection.drop()
  }
}
