import type { ConnectorConfig, GatewayConfig } from '../../shared/config/gateway.ts'
import type { LoadedConfig } from './config/config-file.ts'
import type { DraftDesk } from './config/draft/desk.ts'
import type { EngineServices } from './engine-services.ts'
import { configIssues } from './engine-status.ts'
import { MissingSecrets } from './missing-secrets.ts'

/** The configuration the engine runs: what was loaded, with its secrets, and which of them are missing. */
export class RunningConfig {
  readonly #services: EngineServices
  readonly #desk: DraftDesk
  #loaded: LoadedConfig | undefined
  #resolved: GatewayConfig | undefined
  #missing = new MissingSecrets([], [])

  constructor(services: EngineServices, desk: DraftDesk) {
    this.#services = services
    this.#desk = desk
  }

  /** As on disk, secrets by reference; undefined before the first load. */
  get loaded(): LoadedConfig | undefined {
    return this.#loaded
  }

  /** Secrets in clear text, for the engine's parts only. */
  get resolved(): GatewayConfig | undefined {
    return this.#resolved
  }

  get missing(): MissingSecrets {
    return this.#missing
  }

  connector(id: string): ConnectorConfig | undefined {
    return this.#resolved?.connectors.find((one) => one.id === id)
  }

  /** Reads the file again; what is wrong with it becomes issues. Rejects with CONFIG_UNREADABLE. */
  async load(): Promise<GatewayConfig> {
    const { configFile, issues } = this.#services
    let loaded = await configFile.load()
    if (await this.#desk.adopt(loaded)) loaded = await configFile.load()
    this.#loaded = loaded
    issues.clear('config')
    const { config, problems } = await configFile.resolve(loaded.config)
    this.#resolved = config
    this.#missing = new MissingSecrets(config.connectors, problems)
    const log = this.#services.log.logger('config')
    for (const issue of configIssues(loaded, configFile.path)) {
      log.warn('config.problem', { path: issue.evidence?.replace(': ', ':'), cause: issue.message })
      issues.raise(issue)
    }
    for (const { path, message } of problems) {
      log.warn('config.problem', { path: `${configFile.path}:${path}`, cause: `${path} ${message}` })
    }
    const { revision, source, overrides } = loaded
    log.info('config.loaded', { revision, source, overrides: overrides.join(',') || undefined })
    return config
  }

  /** A secret lives outside gateway.json (a mounted file): that it has come is not seen by watching that. */
  async secretsChanged(): Promise<boolean> {
    if (!this.#missing.any || !this.#loaded) return false
    const { config, problems } = await this.#services.configFile.resolve(this.#loaded.config)
    return new MissingSecrets(config.connectors, problems).text !== this.#missing.text
  }
}
