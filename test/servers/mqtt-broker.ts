import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect as connectTcp, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Aedes } from 'aedes'

export interface BrokerOptions {
  /** Lines of mosquitto.conf for the listener and the rest; `allow_anonymous true` when there is none. */
  readonly lines?: readonly string[]
  /** Files of the temporary folder by name; `{dir}` in `lines` stands for that folder. */
  readonly files?: Readonly<Record<string, string>>
  /** Keeps sessions and queued messages over `restart`. */
  readonly persistent?: boolean
}

export interface TestBroker {
  readonly kind: 'mosquitto' | 'aedes'
  readonly port: number
  readonly dir: string
  readonly pid: number | undefined
  /** Ends it as `systemctl restart` does (SIGTERM), keeps the port. */
  stop(): Promise<void>
  start(): Promise<void>
  close(): Promise<void>
}

const candidates = [
  '/usr/sbin/mosquitto',
  '/usr/bin/mosquitto',
  '/opt/homebrew/sbin/mosquitto',
  '/usr/local/sbin/mosquitto',
]

/** The Mosquitto binary of this machine: MOSQUITTO (`none` = as if there were none), or a usual place. */
export function findMosquitto(): string | undefined {
  const asked = process.env['MOSQUITTO']
  if (asked === 'none') return undefined
  return asked !== undefined && asked !== '' ? asked : candidates.find((path) => existsSync(path))
}

/** The MQTT versions the broker of this machine speaks: the embedded one knows no MQTT 5. */
export const brokerVersions: readonly (4 | 5)[] = findMosquitto() ? [4, 5] : [4]

/** A real Mosquitto on a free loopback port; an embedded Aedes (MQTT 3.1.1 only), said on stderr, where there is none. */
export async function startBroker(options: BrokerOptions = {}): Promise<TestBroker> {
  const binary = findMosquitto()
  const dir = await mkdtemp(join(tmpdir(), 'tbgw-broker-'))
  const broker = binary
    ? new Mosquitto(binary, dir, await freePort(), options)
    : new EmbeddedBroker(dir, await freePort())
  if (!binary) process.stderr.write('mosquitto was not found: the embedded broker serves this test\n')
  await broker.start()
  return broker
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  return typeof address === 'object' && address ? address.port : 0
}

class Mosquitto implements TestBroker {
  readonly kind = 'mosquitto'
  readonly port: number
  readonly dir: string
  readonly #binary: string
  readonly #options: BrokerOptions
  #process: ChildProcess | undefined

  constructor(binary: string, dir: string, port: number, options: BrokerOptions) {
    this.#binary = binary
    this.dir = dir
    this.port = port
    this.#options = options
  }

  get pid(): number | undefined {
    return this.#process?.pid
  }

  async start(): Promise<void> {
    const { lines = [], files = {}, persistent = false } = this.#options
    for (const [name, text] of Object.entries(files)) await writeFile(join(this.dir, name), text, { mode: 0o600 })
    const config = [
      `listener ${this.port} 127.0.0.1`,
      ...(lines.some((line) => line.startsWith('allow_anonymous')) ? [] : ['allow_anonymous true']),
      ...(process.getuid?.() === 0 ? ['user root'] : []),
      'max_queued_messages 0',
      ...(persistent ? ['persistence true', `persistence_location ${this.dir}/`] : []),
      ...lines.map((line) => line.replaceAll('{dir}', this.dir)),
    ]
    const path = join(this.dir, 'mosquitto.conf')
    await writeFile(path, `${config.join('\n')}\n`)
    const child = spawn(this.#binary, ['-c', path], { stdio: ['ignore', 'ignore', 'pipe'] })
    let output = ''
    child.stderr.on('data', (data: Buffer) => {
      output = (output + data.toString()).slice(-4000)
    })
    this.#process = child
    await listening(this.port, () => {
      if (child.exitCode !== null) throw new Error(`mosquitto ended with ${child.exitCode}: ${output}`)
    })
  }

  async stop(): Promise<void> {
    const child = this.#process
    this.#process = undefined
    if (!child || child.exitCode !== null) return
    const gone = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGTERM')
    await gone
  }

  async close(): Promise<void> {
    await this.stop()
    await rm(this.dir, { recursive: true, force: true })
  }
}

class EmbeddedBroker implements TestBroker {
  readonly kind = 'aedes'
  readonly port: number
  readonly dir: string
  readonly pid = undefined
  #aedes: Aedes | undefined
  #server: Server | undefined

  constructor(dir: string, port: number) {
    this.dir = dir
    this.port = port
  }

  async start(): Promise<void> {
    const aedes = await Aedes.createBroker()
    const server = createServer(aedes.handle)
    this.#aedes = aedes
    this.#server = server
    await new Promise<void>((resolve) => server.listen(this.port, '127.0.0.1', resolve))
  }

  async stop(): Promise<void> {
    await new Promise<void>((resolve) => this.#aedes?.close(() => resolve()) ?? resolve())
    await new Promise<void>((resolve) => this.#server?.close(() => resolve()) ?? resolve())
  }

  async close(): Promise<void> {
    await this.stop()
    await rm(this.dir, { recursive: true, force: true })
  }
}

async function listening(port: number, check: () => void): Promise<void> {
  const deadline = Date.now() + 10_000
  for (;;) {
    check()
    if (await canConnect(port)) return
    if (Date.now() > deadline) throw new Error(`nothing listens on port ${port}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

function canConnect(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connectTcp(port, '127.0.0.1')
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}
