import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type GatewayStatus, gatewayStatusSchema } from '../../shared/status.ts'
import type { LineProcess } from './line-process.ts'
import { eventually, freePort, type Workplace } from './workplace.ts'

const run = promisify(execFile)

const startTimeoutMs = 30_000
/** The end of its log, for the message when it does not get going. */
const saidCharacters = 1500
const requestTimeoutMs = 10_000
const statusTimeoutMs = 20_000
/** Longer than the gateway's own drain at SIGTERM. */
const stopTimeoutMs = 30_000

export type Metrics = ReadonlyMap<string, number>

/** The gateway as a separate process: what its process uses is what the engine and its host use, nothing else. */
export class GatewayUnderTest {
  readonly process: LineProcess
  readonly #file: string
  readonly #dataDir: string
  readonly #address: string

  private constructor(file: string, started: LineProcess, dataDir: string, address: string) {
    this.process = started
    this.#file = file
    this.#dataDir = dataDir
    this.#address = address
  }

  /** Told before anything is started. */
  static assertBuilt({ gatewayFile }: Workplace): void {
    if (!existsSync(gatewayFile)) throw new Error(`There is no ${gatewayFile}: run "npm run build" first.`)
  }

  /** Started and answering; not necessarily connected. The data folder may hold a backlog already. */
  static async start(
    workplace: Workplace,
    config: object,
    dataDir = join(workplace.folder, 'data'),
  ): Promise<GatewayUnderTest> {
    GatewayUnderTest.assertBuilt(workplace)
    await mkdir(dataDir, { recursive: true })
    const configFile = join(workplace.folder, 'gateway.json')
    await writeFile(configFile, JSON.stringify(config))
    const address = `127.0.0.1:${await freePort()}`
    const args = ['run', '--data', dataDir, '--config', configFile, '--ui', address]
    const started = workplace.startNode(workplace.gatewayFile, args)
    const gateway = new GatewayUnderTest(workplace.gatewayFile, started, dataDir, address)
    await eventually('the gateway answers', startTimeoutMs, () => gateway.#answers()).catch((error: Error) => {
      throw new Error(`${error.message}; it said: ${started.errors.slice(-saidCharacters).trim()}`)
    })
    return gateway
  }

  get pid(): number {
    return this.process.pid
  }

  async #answers(): Promise<true | undefined> {
    if (!this.process.isRunning) throw new Error(this.process.describeExit())
    return await fetch(`http://${this.#address}/healthz`, { signal: AbortSignal.timeout(requestTimeoutMs) }).then(
      () => true as const,
      () => undefined,
    )
  }

  async metrics(): Promise<Metrics> {
    if (!this.process.isRunning) throw new Error(this.process.describeExit())
    const url = `http://${this.#address}/metrics`
    const response = await fetch(url, { signal: AbortSignal.timeout(requestTimeoutMs) })
    if (!response.ok) throw new Error(`/metrics answered ${response.status}`)
    return parseMetrics(await response.text())
  }

  async status(): Promise<GatewayStatus> {
    const args = [this.#file, 'status', '--data', this.#dataDir, '--json']
    const { stdout } = await run(process.execPath, args, { timeout: statusTimeoutMs })
    return gatewayStatusSchema.parse(JSON.parse(stdout))
  }

  /** SIGTERM; seconds until the process was gone. Fails when it does not end by itself, or not with 0. */
  async stop(): Promise<number> {
    const start = performance.now()
    const exit = await this.process.stop(stopTimeoutMs)
    if (exit !== 0) throw new Error(`The gateway did not stop cleanly: ${this.process.describeExit()}`)
    return (performance.now() - start) / 1000
  }
}

/** Name with labels -> value. */
function parseMetrics(text: string): Metrics {
  const metrics = new Map<string, number>()
  for (const line of text.split('\n')) {
    const at = line.lastIndexOf(' ')
    if (at > 0 && !line.startsWith('#')) metrics.set(line.slice(0, at), Number(line.slice(at + 1)))
  }
  return metrics
}

export function metric(metrics: Metrics, name: string): number {
  const value = metrics.get(name)
  if (value === undefined) throw new Error(`/metrics has no ${name}`)
  return value
}

/** D4: 0 when every accepted datapoint is accounted for. */
export function imbalance(metrics: Metrics): number {
  const dropped = [...metrics].filter(([name]) => name.startsWith('tbgw_datapoints_dropped_total'))
  return (
    metric(metrics, 'tbgw_datapoints_accepted_total') -
    metric(metrics, 'tbgw_datapoints_delivered_total') -
    metric(metrics, 'tbgw_datapoints_pending') -
    metric(metrics, 'tbgw_datapoints_in_flight') -
    metric(metrics, 'tbgw_datapoints_quarantined_total') -
    dropped.reduce((sum, [, count]) => sum + count, 0)
  )
}
