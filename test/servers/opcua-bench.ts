import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { OpcuaCollector } from '../../main/engine/collect/opcua/opcua-collector.ts'
import { Pki } from '../../main/engine/collect/opcua/pki.ts'
import { type Clock, systemClock } from '../../main/engine/kit/clock.ts'
import { ObservableValue } from '../../main/engine/kit/observable.ts'
import { IssueBook } from '../../main/engine/observe/issues.ts'
import { LogBook } from '../../main/engine/observe/log.ts'
import type { Gap, Refusal, SampleSink } from '../../main/engine/pipeline/stages.ts'
import { type OpcuaConnectorConfig, opcuaConnectorSchema } from '../../shared/config/opcua.ts'
import type { Sample } from '../../shared/sample.ts'

// A collector with a sink that keeps what it is given, for tests of the collector alone.

export class MemorySink implements SampleSink {
  readonly samples: Sample[] = []
  readonly refusals: Refusal[] = []
  readonly pressure = new ObservableValue(false)
  /** Set it to hold commits back or to refuse them. */
  commit: (samples: readonly Sample[]) => Promise<void> = async () => {}

  async accept(samples: readonly Sample[]): Promise<void> {
    await this.commit(samples)
    this.samples.push(...samples)
  }

  refuse(refusal: Refusal): void {
    this.refusals.push(refusal)
  }

  /** Newest sample of a tag. */
  last(tag: number): Sample | undefined {
    return this.samples.findLast((s) => s.tag === tag)
  }
}

export interface OpcuaBench {
  readonly sink: MemorySink
  readonly gaps: Gap[]
  readonly issues: IssueBook
  readonly log: LogBook
  readonly pki: Pki
  readonly collector: OpcuaCollector
  close(): Promise<void>
}

export interface BenchKey {
  readonly node: string
  readonly [field: string]: unknown
}

/** A configuration with one device "Device" and the given keys. */
export function opcuaConfig(
  endpointUrl: string,
  keys: readonly BenchKey[],
  more: Readonly<Record<string, unknown>> = {},
): OpcuaConnectorConfig {
  return opcuaConnectorSchema.parse({
    type: 'opcua',
    id: 'plc',
    name: 'PLC',
    endpointUrl,
    publishingIntervalMs: 50,
    samplingIntervalMs: 0,
    ...more,
    devices: [{ name: 'Device', keys: keys.map((key, i) => ({ key: `k${i}`, ...key })) }],
  })
}

export async function makePki(folder: string, log = new LogBook(() => Date.now())): Promise<Pki> {
  const pki = new Pki({ folder, log: log.logger('pki'), clock: systemClock })
  await pki.start()
  return pki
}

export interface BenchOptions {
  /** Of the certificates; kept by `close`, so that the next one is the same client. */
  readonly folder?: string
  readonly stateFolder?: string
  readonly clock?: Clock
}

/** Started; `close` stops it and removes its folder. */
export async function startCollector(
  config: OpcuaConnectorConfig,
  prepare: (sink: MemorySink) => void = () => {},
  options: BenchOptions = {},
): Promise<OpcuaBench> {
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), 'opcua-client-')))
  const gaps: Gap[] = []
  let tags = config.devices.reduce((count, device) => count + device.keys.length, 0)
  const log = new LogBook(() => Date.now(), 'debug')
  if (process.env['TEST_LOG'])
    log.onEntry((e) => console.log(new Date(e.at).toISOString(), e.level, e.component, e.event, e.fields))
  const pki = await makePki(join(folder, 'pki'), log)
  const issues = new IssueBook(systemClock)
  const sink = new MemorySink()
  prepare(sink)
  const collector = new OpcuaCollector({
    config,
    firstTag: 0,
    sink,
    issues,
    log: log.logger('plc'),
    clock: options.clock ?? systemClock,
    pki,
    extendTags: (devices) => {
      const first = tags
      tags += devices.reduce((count, device) => count + device.keys.length, 0)
      return first
    },
    gaps: { declare: (gap) => void gaps.push(gap) },
    ...(options.stateFolder === undefined ? {} : { stateFolder: options.stateFolder }),
  })
  await collector.start()
  return {
    sink,
    gaps,
    issues,
    log,
    pki,
    collector,
    async close() {
      await collector.stop(systemClock.monotonic() + 5000)
      await pki.stop(Number.POSITIVE_INFINITY)
      if (options.folder === undefined) await rm(folder, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}
