import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import type { GatewayStatus, LogEntry } from '../../shared/status.ts'
import { EngineHost } from '../engine/engine-host.ts'
import { causeText, isGatewayError } from '../engine/kit/gateway-error.ts'
import { once } from '../engine/kit/lifecycle.ts'
import { LogBook } from '../engine/observe/log.ts'
import { DemoSwitch } from '../host/demo-switch.ts'
import { LogFile, lineOf } from '../host/log-file.ts'
import { exitCodes, say } from './command.ts'
import { openVaultKey, prepareDataFolder, removeAccess, writeAccess } from './data-folder.ts'
import { FollowedFiles } from './followed-files.ts'
import { productVersion, rendererFolder } from './product.ts'
import { UiServer } from './server.ts'
import { isLoopbackHost, type UiAddress } from './ui-address.ts'

export interface HeadlessOptions {
  readonly dataDir: string
  readonly configPath?: string | undefined
  /** Files of a ThingsBoard gateway that become the data folder's gateway.json. */
  readonly foreignPath?: string | undefined
  readonly demo: boolean
  readonly ui: UiAddress
  /** Lowest level printed on stderr; the log file always gets info. */
  readonly printLevel: LogEntry['level']
}

/** behaviour.md: a stop drains this long, then lets go; what is not delivered waits on disk. */
const drainMs = 10_000
/** Lines kept until the engine holds the folder: a second instance must not write into the first one's log file. */
const earlyLineLimit = 1000

const levels: readonly LogEntry['level'][] = ['debug', 'info', 'warn', 'error']

/** The engine and the UI's server in one Node process: what `run` and `demo` have in common. */
export class HeadlessGateway {
  /** Resolves with an exit code when the engine gave up by itself. */
  readonly gaveUp: Promise<number>
  readonly #options: HeadlessOptions
  #host: DemoSwitch | undefined
  #server: UiServer | undefined
  #logFile: LogFile | undefined
  #followed: FollowedFiles | undefined
  #early: LogEntry[] = []
  #isOver = false
  /** The engine holds the folder, so access.json is ours to write and remove. */
  #isServing = false
  #resolveGaveUp: (exitCode: number) => void = () => {}
  #address: string | undefined

  constructor(options: HeadlessOptions) {
    this.#options = options
    const { promise, resolve } = Promise.withResolvers<number>()
    this.gaveUp = promise
    this.#resolveGaveUp = resolve
  }

  /** The UI's address with its token, ready to be opened; undefined without a UI. */
  get address(): string | undefined {
    return this.#address
  }

  /** Resolves with true when it runs, false when it gave up (`gaveUp` says why). An engine that crashes at once is tried on. */
  async start(): Promise<boolean> {
    const { dataDir, configPath, demo } = this.#options
    await prepareDataFolder(dataDir)
    const real = new EngineHost({
      engine: {
        dataDir,
        configPath,
        vaultKey: await openVaultKey(dataDir),
        version: productVersion(),
        demo,
        logLevel: 'info',
        environment: demo ? {} : overridesOf(process.env),
      },
      onLog: (entry) => this.#log(entry),
      onFatal: (error, exitCode) => {
        say(`tb-gateway: ${error.message}.${error.hint ? ` ${error.hint}` : ''}`)
        this.#isOver = true
        this.#resolveGaveUp(exitCode)
      },
      // A new process, started by whoever watches this one, reads the disk with a new handle.
      onStorageFault: (error) => {
        say(`tb-gateway: ${error.message}.${error.hint ? ` ${error.hint}` : ''}`)
        this.#isOver = true
        this.#resolveGaveUp(exitCodes.tryAgain)
      },
    })
    const host = this.#withDemo(real)
    this.#host = host
    await host.start()
    if (this.#isOver) return false
    this.#openLogFile()
    this.#isServing = true
    try {
      await this.#follow(real)
      await this.#serve(host)
    } catch (error) {
      await this.stop()
      throw error
    }
    return true
  }

  async status(): Promise<GatewayStatus | undefined> {
    const result = await this.#host?.request('status.get', null)
    return result?.ok ? (result.value as GatewayStatus) : undefined
  }

  /** Drains and ends everything. Never rejects. */
  readonly stop = once(async (): Promise<void> => {
    this.#isOver = true
    await this.#followed?.stop()
    await this.#server?.close()
    if (this.#isServing) await removeAccess(this.#options.dataDir).catch(() => undefined)
    await this.#host?.stop(drainMs)
    this.#logFile?.flushNow()
  })

  #withDemo(real: EngineHost): DemoSwitch {
    const log = new LogBook(Date.now)
    log.onEntry((entry) => this.#log(entry))
    return new DemoSwitch({
      real,
      version: productVersion(),
      isDemo: this.#options.demo,
      log: log.logger('host'),
      about: () => ({ host: 'headless', keepsRunning: true, autostart: null }),
      setAutostart: undefined,
    })
  }

  async #follow(engine: EngineHost): Promise<void> {
    const { foreignPath, dataDir } = this.#options
    if (foreignPath === undefined) return
    const log = new LogBook(Date.now)
    log.onEntry((entry) => this.#log(entry))
    this.#followed = new FollowedFiles({
      path: foreignPath,
      dataDir,
      request: (channel, input) => engine.request(channel, input, 'files'),
      log: log.logger('files'),
    })
    await this.#followed.start()
  }

  async #serve(gateway: DemoSwitch): Promise<void> {
    const { ui, dataDir } = this.#options
    if (ui === 'off') return writeAccess(dataDir, { pid: process.pid })
    const token = randomBytes(32).toString('base64url')
    const server = new UiServer({ gateway, token, rendererFolder })
    this.#server = server
    try {
      await server.listen(ui.host, ui.port)
    } catch (error) {
      if (ui.fixed || !isGatewayError(error) || error.detail['inUse'] !== true) throw error
      await server.listen(ui.host, 0)
    }
    if (!isLoopbackHost(ui.host)) {
      say(
        `tb-gateway: the UI at ${server.origin} can be reached from other PCs without encryption. Use it in a trusted network only.`,
      )
    }
    this.#address = `${server.origin}/#token=${token}`
    await writeAccess(dataDir, { pid: process.pid, ui: { url: server.origin, token } })
  }

  #log(entry: LogEntry): void {
    if (levels.indexOf(entry.level) >= levels.indexOf(this.#options.printLevel)) process.stderr.write(lineOf(entry))
    if (this.#logFile) this.#logFile.write(entry)
    else if (this.#early.length < earlyLineLimit) this.#early.push(entry)
  }

  #openLogFile(): void {
    try {
      this.#logFile = new LogFile(join(this.#options.dataDir, 'log'))
    } catch (error) {
      // A gateway without a log file still delivers.
      say(`tb-gateway: there is no log file (${causeText(error)}); the log goes to stderr only.`)
    }
    for (const entry of this.#early.splice(0)) this.#logFile?.write(entry)
  }
}

function overridesOf(environment: NodeJS.ProcessEnv): Record<string, string> {
  const overrides: Record<string, string> = {}
  for (const [name, value] of Object.entries(environment)) {
    if (name.startsWith('TB_GW_') && value !== undefined) overrides[name] = value
  }
  return overrides
}
