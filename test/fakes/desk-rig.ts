import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ConfigFile } from '../../main/engine/config/config-file.ts'
import { DraftDesk } from '../../main/engine/config/draft/desk.ts'
import type { DeliveryPicture } from '../../main/engine/config/trial.ts'
import { Vault } from '../../main/engine/config/vault.ts'
import { IssueBook } from '../../main/engine/observe/issues.ts'
import { LogBook } from '../../main/engine/observe/log.ts'
import type { DraftState } from '../../shared/api/draft-requests.ts'
import type { EditStep } from '../../shared/config/edit.ts'
import type { GatewayConfig } from '../../shared/config/gateway.ts'
import { FakeClock } from './fake-clock.ts'

/** Draft, versions and file on a real disk; of the engine only what it would load and deliver. */
export class DeskRig {
  readonly folder = mkdtempSync(join(tmpdir(), 'tbgw-desk-'))
  readonly clock = new FakeClock()
  readonly issues = new IssueBook(this.clock)
  /** What the engine would deliver now. */
  delivery: DeliveryPicture = { isOnline: true, delivered: 0, sourcesOnline: [] }
  /** Values acknowledged per second as long as `delivers` says so of what runs. */
  delivers: (running: GatewayConfig) => boolean = () => true
  vault!: Vault
  file!: ConfigFile
  desk!: DraftDesk

  get path(): string {
    return join(this.folder, 'gateway.json')
  }

  write(config: object): void {
    writeFileSync(this.path, JSON.stringify({ version: 1, ...config }))
  }

  /** The file as it is now. */
  read(): GatewayConfig {
    return JSON.parse(readFileSync(this.path, 'utf8')) as GatewayConfig
  }

  /** As the engine does at its start; again after `start` means after a crash, after `stop` a restart. */
  async start(): Promise<void> {
    this.vault = new Vault({ path: join(this.folder, 'vault.json'), key: new Uint8Array(32).fill(7) })
    await this.vault.open()
    const alsoUsed = (): Iterable<string> => this.desk.secretNames()
    this.file = new ConfigFile({ path: this.path, vault: this.vault, environment: {}, alsoUsed })
    this.desk = new DraftDesk({
      dataDir: this.folder,
      file: this.file,
      vault: this.vault,
      clock: this.clock,
      log: new LogBook(() => this.clock.now()).logger('draft'),
      issues: this.issues,
      reconfigure: () => this.load(),
      emit: () => {},
      delivery: () => this.delivery,
    })
    await this.load()
  }

  /** What the engine does when the file may have changed. */
  async load(): Promise<void> {
    if (await this.desk.adopt(await this.file.load())) await this.file.load()
  }

  stop(): Promise<void> {
    return this.desk.stop()
  }

  /** Lets time pass as the engine's ticks do. */
  async seconds(count: number): Promise<void> {
    for (let i = 0; i < count; i++) {
      if (this.delivers(this.desk.running)) this.delivery = { ...this.delivery, delivered: this.delivery.delivered + 1 }
      await this.clock.run(1000)
      this.desk.second()
    }
    await this.desk.idle()
  }

  async edit(label: string, ...steps: EditStep[]): Promise<DraftState> {
    const { state, problems } = await this.desk.edit({ revision: this.desk.state().revision, label, steps })
    if (problems.length > 0) throw new Error(JSON.stringify(problems))
    return state
  }

  apply(rollBackSeconds = 0): ReturnType<DraftDesk['apply']> {
    const { revision } = this.desk.state()
    return this.desk.apply({ revision, note: 'a note', author: 'Ann', rollBackSeconds })
  }

  versions() {
    return this.desk.versionsPage({ offset: 0, limit: 500 }).rows
  }

  async end(): Promise<void> {
    // Not started in every test.
    await (this.desk as DraftDesk | undefined)?.idle()
    rmSync(this.folder, { recursive: true, force: true })
  }
}

/** Renames the gateway. */
export const rename = (value: string): EditStep => ({ op: 'set', path: ['name'], value })

export const broker = (id: string, more: object = {}): Extract<EditStep, { op: 'set' }>['value'] => ({
  ...{ type: 'mqtt', id, name: id, host: 'broker' },
  ...(more as Record<string, never>),
})
