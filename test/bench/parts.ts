import { connect } from 'node:net'
import { resolve } from 'node:path'
import {
  mosquittoCommand,
  mosquittoEnvironment,
  mosquittoVersion,
  writeMosquittoConfig,
} from '../servers/load/mosquitto.ts'
import { ensureLoadServer, type LoadServer } from '../servers/load/open62541.ts'
import type { SeriesReport, Steps } from '../servers/load/series-check.ts'
import type { LineProcess } from './line-process.ts'
import { eventually, freePort, type Workplace } from './workplace.ts'

// The processes around the gateway under test: broker, witness, sources.

const load = resolve(import.meta.dirname, '../servers/load')
const brokerTimeoutMs = 10_000

export interface Broker {
  readonly process: LineProcess
  readonly port: number
}

export async function startBroker(workplace: Workplace): Promise<Broker> {
  if (!(await mosquittoVersion())) throw new Error('Mosquitto is missing: apt-get install mosquitto')
  const port = await freePort()
  const file = await writeMosquittoConfig(workplace.folder, port)
  const started = workplace.start('mosquitto', mosquittoCommand, ['-c', file], { env: mosquittoEnvironment })
  await eventually('Mosquitto listens', brokerTimeoutMs, async () => {
    if (!started.isRunning) throw new Error(started.describeExit())
    return await canConnect(port)
  })
  return { process: started, port }
}

async function canConnect(port: number): Promise<true | undefined> {
  return await new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(undefined))
  })
}

export interface WitnessReport extends SeriesReport {
  readonly messages: number
  readonly bytes: number
  readonly unreadable: number
  readonly firstUnreadable: string
  readonly redelivered: number
}

export class Witness {
  readonly process: LineProcess

  private constructor(started: LineProcess) {
    this.process = started
  }

  static async start(workplace: Workplace, port: number, steps: Steps): Promise<Witness> {
    const args = [`port=${port}`, `steps=${JSON.stringify(steps)}`]
    const started = workplace.startNode(resolve(load, 'telemetry-sink.ts'), args)
    await started.next('ready')
    return new Witness(started)
  }

  async report(): Promise<WitnessReport> {
    return (await this.process.ask('snapshot', 'snapshot')) as unknown as WitnessReport
  }

  async resetLatency(): Promise<void> {
    await this.process.ask('reset', 'reset')
  }
}

export interface Made {
  /** In all, since the source was started. */
  readonly values: number
  /** The counts of all series, added up: what the witness must come to. */
  readonly counts: number
}

/** Something that makes values until it is paused. */
export interface Source {
  readonly process: LineProcess
  /** Ends the load. */
  pause(): Promise<Made>
}

export interface OpcuaLoad extends Source {
  readonly endpointUrl: string
  /** undefined = the node-opcua server. */
  readonly open62541: LoadServer | undefined
  /** Keys; the node of key `D0` is `ns=1;s=D0`. */
  readonly names: readonly string[]
}

export const opcuaSteps: Steps = { D: 0.37, I: 1 }

export async function startOpcuaLoad(
  workplace: Workplace,
  asked: {
    readonly items: number
    readonly hz: number
    readonly maxNotifications: number
    readonly nodeServer: boolean
  },
): Promise<OpcuaLoad> {
  const open62541 = asked.nodeServer ? undefined : await ensureLoadServer((line) => workplace.say(line))
  const port = await freePort()
  const args = [port, asked.items, asked.hz, asked.maxNotifications].map(String)
  const started = open62541
    ? workplace.start('opcua-load', open62541.path, args)
    : workplace.startNode(resolve(load, 'opcua-load-node.ts'), args)
  await started.next('ready', nodeServerStartTimeoutMs)
  const names = Array.from({ length: asked.items }, (_, i) => `${i % 4 === 3 ? 'I' : 'D'}${i}`)
  return {
    process: started,
    endpointUrl: `opc.tcp://127.0.0.1:${port}`,
    open62541,
    names,
    async pause() {
      if (open62541) started.signal('SIGUSR1')
      else started.tell('pause')
      const paused = await started.next('paused')
      return { values: Number(paused['writes']), counts: Number(paused['counts']) }
    },
  }
}

/** It builds its address space from the nodeset files first. */
const nodeServerStartTimeoutMs = 60_000

export interface MqttLoad extends Source {
  begin(): void
  /** Messages that were due and could not be sent: the load was lower than asked for. */
  withheld(): Promise<number>
}

export async function startMqttLoad(
  workplace: Workplace,
  asked: { readonly port: number; readonly rate: number; readonly topics: number },
): Promise<MqttLoad> {
  const args = Object.entries(asked).map(([name, value]) => `${name}=${value}`)
  const started = workplace.startNode(resolve(load, 'mqtt-load.ts'), args)
  await started.next('ready')
  return {
    process: started,
    begin: () => started.tell('start'),
    withheld: async () => Number((await started.ask('snapshot', 'snapshot'))['withheld']),
    pause: async () => {
      const published = Number((await started.ask('pause', 'paused'))['published'])
      return { values: published, counts: published }
    },
  }
}
