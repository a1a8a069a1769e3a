import { randomBytes } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { once } from '../engine/kit/lifecycle.ts'
import { demoConfig } from './demo-config.ts'
import type { Arrived, DemoMessage, DemoOrder } from './demo-protocol.ts'

export interface Demo {
  /** A gateway.json that connects the plant with the stand-in. */
  readonly configPath: string
  readonly opcuaUrl: string
  readonly mqttUrl: string
  readonly thingsboardUrl: string
  /** What has arrived at the ThingsBoard stand-in up to now. */
  arrived(): Promise<Arrived>
  /** Never rejects. */
  stop(): Promise<void>
}

/** The plant answers within this time or something is broken; a slow PC makes its certificate in a few seconds. */
const startLimitMs = 60_000
const stopLimitMs = 5000

/**
 * Starts plant and ThingsBoard stand-in on free loopback ports and writes the matching `gateway.json` into `folder`, which
 * must exist. `broken` is told when the thread ends by itself.
 */
export async function startDemo({
  folder,
  broken,
}: {
  folder: string
  broken?: (error: Error) => void
}): Promise<Demo> {
  const token = randomBytes(12).toString('hex')
  const plantFolder = join(folder, 'plant')
  await mkdir(plantFolder, { recursive: true })
  const thread = new DemoThread(plantFolder, token, broken)
  const ready = await thread.ready
  const configPath = join(folder, 'gateway.json')
  const config = demoConfig({
    opcuaUrl: ready.opcuaUrl,
    mqttPort: ready.mqttPort,
    thingsboardPort: ready.thingsboardPort,
    token,
  })
  await writeFile(configPath, `${JSON.stringify(config, undefined, 2)}\n`, { mode: 0o600 })
  return {
    configPath,
    opcuaUrl: ready.opcuaUrl,
    mqttUrl: `mqtt://127.0.0.1:${ready.mqttPort}`,
    thingsboardUrl: `mqtt://127.0.0.1:${ready.thingsboardPort}`,
    arrived: () => thread.arrived(),
    stop: () => thread.stop(),
  }
}

type Ready = Extract<DemoMessage, { kind: 'ready' }>

class DemoThread {
  readonly ready: Promise<Ready>
  readonly #worker: Worker
  readonly #waiting = new Map<number, (counters: Arrived) => void>()
  #last: Arrived = { messages: 0, datapoints: 0, attributes: 0, devices: 0, duplicates: 0, conflicts: 0 }
  #nextId = 1
  #ended = false
  #stopping = false

  constructor(folder: string, token: string, broken: (error: Error) => void = () => {}) {
    this.#worker = new Worker(threadEntry(), { name: 'demo', workerData: { folder, token } })
    const { promise, resolve, reject } = Promise.withResolvers<Ready>()
    this.ready = promise
    const late = setTimeout(() => {
      reject(new Error(`The demo plant did not start within ${startLimitMs / 1000} s`))
      void this.stop()
    }, startLimitMs)
    this.#worker.on('message', (message: DemoMessage) => {
      if (message.kind === 'counters') {
        this.#last = message.counters
        this.#waiting.get(message.id)?.(message.counters)
      } else if (message.kind === 'ready') {
        clearTimeout(late)
        resolve(message)
      }
    })
    const fail = (error: Error): void => {
      clearTimeout(late)
      reject(error)
      if (!this.#stopping) broken(error)
    }
    this.#worker.on('error', (error) => fail(error instanceof Error ? error : new Error(String(error))))
    this.#worker.once('exit', (code) => {
      this.#ended = true
      for (const answer of this.#waiting.values()) answer(this.#last)
      fail(new Error(`The demo plant ended by itself (code ${code})`))
    })
  }

  arrived(): Promise<Arrived> {
    if (this.#ended) return Promise.resolve(this.#last)
    const id = this.#nextId++
    return new Promise((resolve) => {
      this.#waiting.set(id, (counters) => {
        this.#waiting.delete(id)
        resolve(counters)
      })
      this.#post({ kind: 'counters', id })
    })
  }

  readonly stop = once(async (): Promise<void> => {
    this.#stopping = true
    if (this.#ended) return
    const ended = new Promise<void>((resolve) => this.#worker.once('exit', () => resolve()))
    this.#post({ kind: 'stop' })
    const late = setTimeout(() => void this.#worker.terminate(), stopLimitMs)
    await ended
    clearTimeout(late)
  })

  #post(order: DemoOrder): void {
    this.#worker.postMessage(order)
  }
}

/** `demo-thread.ts` beside this file when run from source, `demo-thread.js` in the bundle. */
function threadEntry(): URL {
  const name = import.meta.url.endsWith('.ts') ? './demo-thread.ts' : './demo-thread.js'
  return new URL(name, import.meta.url)
}
