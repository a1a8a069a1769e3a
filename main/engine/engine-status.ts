import { getHeapStatistics } from 'node:v8'
import { assertExists } from '../../shared/assert.ts'
import type { LoadedConfig } from './config/config-file.ts'
import type { DeliveryPicture } from './config/trial.ts'
import type { Connectors } from './connectors.ts'
import type { EngineServices } from './engine-services.ts'
import type { IssueReport } from './observe/issues.ts'
import { StatusBuilder, type StatusSources } from './observe/status-builder.ts'
import type { Pipeline } from './pipeline/pipeline.ts'
import type { SeriesRegistry } from './pipeline/series.ts'
import type { Store } from './pipeline/stages.ts'
import type { EngineOptions, Progress } from './thread-protocol.ts'
import type { UplinkSlot } from './uplink-slot.ts'

// What the engine says about itself, apart from store and uplink.

/** Of this thread alone, buffers included. */
export function heapBytes(): number {
  const { used_heap_size: used, external_memory: external } = getHeapStatistics()
  return used + external
}

interface Pipe {
  readonly connectors: Connectors
  readonly pipeline: Pipeline
}

/** Where the status gets what happens between sources and store; nothing before the engine runs. */
function pipeSources(
  running: () => Pipe | undefined,
  registry: SeriesRegistry,
): Pick<StatusSources, 'connectors' | 'received' | 'mapping'> {
  return {
    connectors: () => running()?.connectors.status() ?? [],
    received: () => running()?.connectors.totals().received ?? 0,
    mapping: () => ({
      mapped: running()?.pipeline.counts.mapped ?? 0,
      filtered: running()?.pipeline.counts.filtered ?? 0,
      unmapped: running()?.connectors.totals().unmapped ?? 0,
      series: registry.seriesCount,
      devices: registry.deviceCount,
    }),
  }
}

interface Stored extends Pipe {
  readonly store: Pick<Store, 'balance' | 'status'>
}

/** `running` is undefined before the engine runs; nobody asks then. */
export function statusBuilder(parts: {
  readonly options: EngineOptions
  readonly services: EngineServices
  readonly running: () => Stored | undefined
  readonly uplink: Pick<UplinkSlot, 'status'>
  readonly loaded: () => LoadedConfig | undefined
}): StatusBuilder {
  const { options, services, running, uplink, loaded } = parts
  const { version, demo, safeMode } = options
  const store = () => assertExists(running(), 'status is asked for after start').store
  return new StatusBuilder({
    ...pipeSources(running, services.registry),
    store: () => store().status.value,
    balance: () => store().balance.value,
    uplink: () => uplink.status(),
    openIssues: () => services.issues.openCount,
    fixed: () => ({
      startedAt: services.startedAt,
      version,
      name: loaded()?.config.name ?? '',
      demo,
      safeMode,
      configRevision: loaded()?.revision ?? 0,
      configProblem: loaded()?.problem,
    }),
  })
}

/** What the heartbeat carries. */
export function progressOf({ store, pipeline }: Stored, uplink: Pick<UplinkSlot, 'progress'>): Progress {
  const { accepted, pending, inFlight } = store.balance.value
  return {
    accepted,
    pending: pending + inFlight,
    ...uplink.progress,
    waitingToCommit: pipeline.load.waiting,
    mayCommit: store.status.value.state === 'ready',
    heapBytes: heapBytes(),
  }
}

/** What the trial of a configuration judges by. */
export function deliveryPicture(
  running: (Pipe & { readonly store: Pick<Store, 'balance'> }) | undefined,
  uplink: { status(): { readonly state: string } },
): DeliveryPicture {
  const sources = running?.connectors.status() ?? []
  return {
    isOnline: uplink.status().state === 'online',
    delivered: running?.store.balance.value.delivered ?? 0,
    sourcesOnline: sources.flatMap(({ id, state }) => (state === 'online' ? [id] : [])),
  }
}

/** Tells the operator that the engine was started anew, and why. */
export const restarted = (reason: string): IssueReport => ({
  code: 'ENGINE_RESTARTED',
  severity: 'warning',
  subject: 'gateway',
  subjectName: 'Gateway',
  message: `The engine was started anew: ${reason}.`,
  hint: 'Accepted data is safe. If this happens again and again, send the log to support.',
})

/** What is wrong with the configuration, one issue per place. */
export function configIssues(loaded: LoadedConfig, file: string): readonly IssueReport[] {
  const hint = loaded.problem ?? 'Correct the configuration; it is read again when it is saved.'
  return loaded.problems.map(({ path, message }) => ({
    code: 'CONFIG_INVALID',
    severity: 'error',
    subject: 'config',
    subjectName: 'Configuration',
    key: path,
    message: `${path} ${message}`,
    hint,
    evidence: `${file}: ${path}`,
  }))
}
