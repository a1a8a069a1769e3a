import { join } from 'node:path'
import { ExploreBook } from './collect/mqtt/explore-book.ts'
import { OpcuaTools } from './collect/opcua/opcua-tools.ts'
import { Pki } from './collect/opcua/pki.ts'
import { ConfigFile } from './config/config-file.ts'
import { Vault } from './config/vault.ts'
import { Discovery } from './discover/discovery.ts'
import { DashboardFile } from './history/dashboard-file.ts'
import { type Clock, systemClock } from './kit/clock.ts'
import { AuditTrail } from './observe/audit.ts'
import { IssueBook } from './observe/issues.ts'
import { LogBook } from './observe/log.ts'
import { Metrics } from './observe/metrics.ts'
import { MadeBook } from './pipeline/made-keys.ts'
import { SeriesRegistry } from './pipeline/series.ts'
import { TagMemory } from './pipeline/tag-memory.ts'
import type { EngineOptions } from './thread-protocol.ts'

/** What lives as long as the engine and outlasts every configuration. Nothing here runs before the engine starts it. */
export interface EngineServices {
  readonly clock: Clock
  /** ms since the epoch. */
  readonly startedAt: number
  readonly log: LogBook
  readonly issues: IssueBook
  readonly metrics: Metrics
  readonly audit: AuditTrail
  readonly registry: SeriesRegistry
  readonly memory: TagMemory
  readonly made: MadeBook
  readonly vault: Vault
  readonly configFile: ConfigFile
  readonly dashboard: DashboardFile
  readonly pki: Pki
  readonly opcua: OpcuaTools
  readonly explore: ExploreBook
  readonly discovery: Discovery
}

/** `secretNames`: those that draft and versions use beside the running configuration. */
export function engineServices(options: EngineOptions, secretNames: () => Iterable<string>): EngineServices {
  const { dataDir, environment } = options
  const clock = systemClock
  const log = new LogBook(() => clock.now(), options.logLevel)
  const vault = new Vault({ path: join(dataDir, 'vault.json'), key: options.vaultKey })
  const path = options.configPath ?? join(dataDir, 'gateway.json')
  const pki = new Pki({ folder: join(dataDir, 'pki'), log: log.logger('pki'), clock })
  const indexFolder = join(dataDir, 'opcua-index')
  const opcua = new OpcuaTools({ pki, log: log.logger('opcua'), clock, indexFolder })
  return {
    clock,
    startedAt: clock.now(),
    log,
    issues: new IssueBook(clock),
    metrics: new Metrics(),
    audit: new AuditTrail(join(dataDir, 'audit.jsonl'), log.logger('audit')),
    registry: new SeriesRegistry(),
    memory: new TagMemory(clock),
    made: new MadeBook(clock),
    vault,
    configFile: new ConfigFile({ path, vault, environment, alsoUsed: secretNames }),
    dashboard: new DashboardFile(join(dataDir, 'dashboard.json')),
    pki,
    opcua,
    explore: new ExploreBook(clock),
    discovery: new Discovery({
      endpoints: (url, signal) => opcua.endpoints(url, signal),
      servers: (url, signal) => opcua.servers(url, signal),
      log: log.logger('discovery'),
    }),
  }
}
